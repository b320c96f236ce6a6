import type { KubernetesObject } from './support/api';
import type { Node } from './support/kwok-nodes';

/** A Node of 4 cores and 8 GiB. */
export function node(name: string): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { capacity: { cpu: '4', memory: '8Gi' } } };
}

function container(extra: object = {}): object {
  return {
    name: 'main',
    image: 'example.invalid/main:1',
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...extra,
  };
}

/** A pod that Pod Security `restricted` takes, unless `extra` fields of its container say otherwise. */
export function pod(namespace: string, name: string, extra: object = {}): KubernetesObject & { spec: object } {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec: { containers: [container(extra)] } };
}

/** A StatefulSet of one pod that leaves a lost node after a second. */
export function statefulSet(namespace: string, name: string): KubernetesObject & { spec: object } {
  const tolerations = ['unreachable', 'not-ready'].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 1,
  }));
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { namespace, name },
    spec: {
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [container()], tolerations, terminationGracePeriodSeconds: 2 },
      },
    },
  };
}

/** The Secret with which Flux decrypts. */
export function ageSecret(identity: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'flux-system', name: 'sops-age' },
    stringData: { 'age.agekey': identity },
  };
}

/** A GitRepository and a Kustomization of one of its folders, for Flux. */
export function wiring(name: string, path: string): object[] {
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { namespace: 'flux-system', name: 'millwright' },
      spec: { interval: '1h', url: 'https://git.example.invalid/millwright', ref: { branch: 'main' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: 'flux-system', name },
      spec: {
        interval: '1h',
        path,
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'millwright' },
        decryption: { provider: 'sops', secretRef: { name: 'sops-age' } },
      },
    },
  ];
}

/** A file that holds a ConfigMap. */
export function configMap(name: string, annotations: Record<string, string> = {}): string {
  const metadata = { namespace: 'delivered', name, annotations };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { setting: 'one' } });
}

/** A file that holds a Secret, not encrypted yet. */
export function secret(name: string, password: string): string {
  const metadata = { namespace: 'delivered', name };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password } });
}
