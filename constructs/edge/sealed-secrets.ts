import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { areSealed } from '../../infra/model/delivery';
import type { EdgeCluster } from '../../infra/model/edge-cluster';
import { EDGE_SYNC, SEALED_SECRETS } from '../../infra/model/edge-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { API_SERVER_PORT } from '../../infra/model/kubernetes';
import { apiServerNetworks } from '../../infra/placement/api-server';
import { SEALING_KEY_KEYS, sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { CERTIFICATE_PORT, CERTIFICATE_RULES } from '../../infra/sealed-secrets/certificate-access';
import { SEALED_SECRET, SEALED_SECRET_DEFINITION, SEALED_SECRETS_GROUP } from '../../infra/sealed-secrets/crd';
import { type ObjectLabels, objectLabels, selectorLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import type { Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';

/** What it uses. Upstream states nothing. Measured with the real controller and the Secrets of a small plant: 50 MB resident, of that its own data 10. */
export const SEALED_SECRETS_RESOURCES: Resources = { cpuMillis: [10, 500], memoryMiB: [48, 128] };

/** Where the certificates of its keys are shown to it: only so that it does not start before they are there. */
const CERTIFICATES_FOLDER = '/etc/sealing-certificates';

/** Name of the role with which edge-sync gets the certificate. */
const CERTIFICATE_ROLE = `${EDGE_SYNC.name}-certificate`;

const { name, zone: namespace, port } = SEALED_SECRETS;
const LABELS: ObjectLabels = { name, component: name };

/** The definition of SealedSecret, which is applied before anything else of it. */
export class SealedSecretsCrd extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ApiObject(this, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${SEALED_SECRET.plural}.${SEALED_SECRETS_GROUP}`, labels: objectLabels(LABELS) },
      spec: SEALED_SECRET_DEFINITION,
    });
  }
}

/** What {@link SealedSecrets} takes. */
export interface SealedSecretsProps {
  readonly cluster: EdgeCluster;
  /** Namespaces in which it makes Secrets: it has no rights in any other. */
  readonly namespaces: readonly string[];
}

/**
 * The controller of Sealed Secrets: makes a Secret of each SealedSecret. Service and Deployment are named as in the chart of ACS, so that
 * kubeseal finds them.
 *
 * Its keys are never changed by themselves: after each change the owner would have to save the new key, and a cluster that is built again
 * without it opens nothing that was sealed since. Where the cluster's own secrets are sealed, the owner's keys are the only ones: it starts
 * when they are there, and may make none.
 */
export class SealedSecrets extends Construct {
  constructor(scope: Construct, id: string, { cluster, namespaces }: SealedSecretsProps) {
    super(scope, id);
    const sealed = areSealed(cluster.secrets);
    const account = new WorkloadAccount(this, 'account', { namespace, labels: LABELS, images: cluster.images });
    this.#rights(sealed, namespaces);
    if (cluster.factoryPlus?.sync === true) this.#certificateAccess();

    const apiServer = { peer: { networks: apiServerNetworks(cluster) } };
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels: LABELS,
      // Who asks for the certificate, which is public, does so through the API server. On another node that has an address of the pod network
      // (the tunnel's), and pods of other zones may not leave theirs.
      ingress: [{ peer: { networks: [...apiServerNetworks(cluster), cluster.networks.pods].sort() }, ports: [port] }],
      egress: [{ ...apiServer, ports: [API_SERVER_PORT] }],
    });
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: objectLabels(LABELS) },
      spec: {
        selector: selectorLabels(LABELS),
        ports: [{ name: CERTIFICATE_PORT, port, targetPort: k8s.IntOrString.fromString(CERTIFICATE_PORT), protocol: 'TCP' }],
      },
    });
    new SinglePod(this, 'deployment', {
      namespace,
      labels: LABELS,
      pod: {
        containerName: 'controller',
        image: imageReference(IMAGES.sealedSecrets, cluster.images.registry),
        args: [
          '--key-renew-period=0',
          '--accept-deprecated-v1-data=false',
          '--all-namespaces=false',
          `--additional-namespaces=${namespaces.join(',')}`,
          `--listen-addr=:${port}`,
          // Nobody collects its metrics.
          '--listen-metrics-addr=127.0.0.1:8081',
        ],
        env: [{ name: 'POD_NAMESPACE', value: namespace }],
        ports: [{ name: CERTIFICATE_PORT, port }],
        health: { port, livenessPath: '/healthz', readinessPath: '/readyz' },
        resources: SEALED_SECRETS_RESOURCES,
        mounts: areSealed(cluster.secrets) ? this.#ownersKeys(cluster.secrets.sealedWith) : [],
        serviceAccount: account.name,
        priorityClass: 'plant-operations',
        token: true,
      },
    });
  }

  /** The keys that the owner brings. Only their public halves are shown to the pod; the program reads the Secrets itself. */
  #ownersKeys(sealedWith: string): Mount[] {
    return sealingCertificates(sealedWith).map(({ secretName }) => {
      requireSecret(this, {
        namespace,
        name: secretName,
        type: 'kubernetes.io/tls',
        keys: SEALING_KEY_KEYS,
        source: 'given',
        content: { kind: 'other', purpose: 'the key that opens sealed Secrets: loaded when the cluster is set up' },
      });
      return {
        name: secretName,
        path: `${CERTIFICATES_FOLDER}/${secretName}`,
        from: { secret: secretName, items: { 'tls.crt': 'tls.crt' } },
      };
    });
  }

  /** Its own keys in its namespace, and Secrets where it makes them; upstream's chart gives it every Secret of the cluster. */
  #rights(sealed: boolean, namespaces: readonly string[]): void {
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const role = (id: string, where: string, rules: k8s.PolicyRule[]) => {
      const metadata = { name, namespace: where, labels: objectLabels(LABELS) };
      new k8s.KubeRole(this, `${id}-role`, { metadata, rules });
      new k8s.KubeRoleBinding(this, `${id}-binding`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects,
      });
    };
    const events = { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] };
    const resources = (verbs: string[]): k8s.PolicyRule[] => [
      { apiGroups: [SEALED_SECRETS_GROUP], resources: [SEALED_SECRET.plural], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [SEALED_SECRETS_GROUP], resources: [`${SEALED_SECRET.plural}/status`], verbs: ['update'] },
      { apiGroups: [''], resources: ['secrets'], verbs },
      events,
    ];
    // Without `create` it ends rather than make a key of its own.
    role('keys', namespace, resources(sealed ? ['get', 'list', 'watch'] : ['create', 'get', 'list', 'watch']));
    for (const where of namespaces) role(where, where, resources(['create', 'get', 'list', 'update', 'watch']));
    if (namespaces.length === 0) return;
    new k8s.KubeClusterRole(this, 'namespaces-role', {
      metadata: { name, labels: objectLabels(LABELS) },
      rules: [{ apiGroups: [''], resources: ['namespaces'], resourceNames: [...namespaces], verbs: ['get'] }],
    });
    new k8s.KubeClusterRoleBinding(this, 'namespaces-binding', {
      metadata: { name, labels: objectLabels(LABELS) },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects,
    });
  }

  /** ACS lets every account of the cluster ask the controller for anything; here it is edge-sync alone, for the certificate. */
  #certificateAccess(): void {
    const metadata = { name: CERTIFICATE_ROLE, namespace, labels: objectLabels(LABELS) };
    new k8s.KubeRole(this, 'certificate-role', {
      metadata,
      rules: CERTIFICATE_RULES.map(({ apiGroups, resources, resourceNames, verbs }) => ({
        apiGroups: [...apiGroups],
        resources: [...resources],
        resourceNames: [...resourceNames],
        verbs: [...verbs],
      })),
    });
    new k8s.KubeRoleBinding(this, 'certificate-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: CERTIFICATE_ROLE },
      subjects: [{ kind: 'ServiceAccount', name: EDGE_SYNC.name, namespace: EDGE_SYNC.zone }],
    });
  }
}
