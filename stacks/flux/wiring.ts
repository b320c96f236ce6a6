import type { Repository, SecretRecipients } from '../../infra/model/delivery';
import { PHASES, type Phase } from '../charts/component-chart';
import type { KubeObject } from '../manifest/manifest-set';

/** Namespace of Flux and of the objects that drive it. */
export const FLUX_NAMESPACE = 'flux-system';

/** Name of the GitRepository, and of the Kustomization that applies the wiring itself. */
export const CLUSTER = 'cluster';

/** Secrets that exist before Flux can work: made when the cluster is bootstrapped, never in Git. */
export const BOOTSTRAP_SECRETS = {
  /** Private age key of the cluster: key `age.agekey`. */
  decryption: 'sops-age',
  /** Credentials of the Git repository: keys `username` and `password`. */
  git: 'git-credentials',
} as const;

/** The part of a plant or a central cluster that Flux needs to know. */
export interface FluxCluster {
  readonly repository: Repository & { readonly url: string };
  readonly secrets?: SecretRecipients;
}

interface PhaseSettings {
  readonly dependsOn: readonly string[];
  /** Whether it is ready only when all that it applied is. It must be where something depends on that. */
  readonly wait: boolean;
  /** How long it may take to become ready. */
  readonly timeout: string;
  /** What happens to its objects when the Kustomization itself is deleted. */
  readonly deletionPolicy: 'Orphan' | 'MirrorPrune';
}

const SETTINGS: Readonly<Record<Phase, PhaseSettings>> = {
  flux: { dependsOn: [], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
  platform: { dependsOn: [], wait: true, timeout: '5m', deletionPolicy: 'Orphan' },
  operators: { dependsOn: ['platform'], wait: true, timeout: '10m', deletionPolicy: 'Orphan' },
  data: { dependsOn: ['platform', 'operators'], wait: true, timeout: '15m', deletionPolicy: 'Orphan' },
  // A leaf without wait: a machine that is off must not block an upgrade.
  machines: { dependsOn: ['data'], wait: false, timeout: '5m', deletionPolicy: 'MirrorPrune' },
  // Flux would wait for volumes that are bound at the first run. Nothing that is not ready yet keeps backups from being made.
  scheduled: { dependsOn: ['platform', 'operators'], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
};

/** Flux objects of a cluster: the Git repository, and one Kustomization for the wiring, each phase in use, and the secrets. */
export function fluxWiring(cluster: FluxCluster, phases: readonly Phase[]): KubeObject[] {
  const used = PHASES.filter((phase) => phases.includes(phase));
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: CLUSTER, namespace: FLUX_NAMESPACE },
      spec: {
        interval: '3m',
        timeout: '60s',
        url: cluster.repository.url,
        ref: { branch: cluster.repository.branch },
        secretRef: { name: BOOTSTRAP_SECRETS.git },
      },
    },
    kustomization(cluster, CLUSTER, 'flux', { dependsOn: [], wait: false, timeout: '5m', deletionPolicy: 'Orphan' }),
    ...used.map((phase) =>
      kustomization(cluster, phase, `flux/phases/${phase}`, {
        ...SETTINGS[phase],
        dependsOn: SETTINGS[phase].dependsOn.filter((name) => used.some((other) => other === name)),
      }),
    ),
    kustomization(
      cluster,
      'secrets',
      'secrets',
      { dependsOn: ['platform'], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
      {
        // A Secret is never removed by itself: a file that is gone by mistake would take a plant's certificates along.
        prune: false,
        decryption: { provider: 'sops', secretRef: { name: BOOTSTRAP_SECRETS.decryption } },
      },
    ),
  ];
}

function kustomization(
  cluster: FluxCluster,
  name: string,
  folder: string,
  settings: PhaseSettings,
  more: Record<string, unknown> = {},
): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: FLUX_NAMESPACE },
    spec: {
      interval: '10m',
      retryInterval: '1m',
      timeout: settings.timeout,
      sourceRef: { kind: 'GitRepository', name: CLUSTER },
      path: `${cluster.repository.folder}/${folder}`,
      // What left the tree leaves the cluster, but what is annotated to stay.
      prune: true,
      wait: settings.wait,
      deletionPolicy: settings.deletionPolicy,
      ...(settings.dependsOn.length > 0 ? { dependsOn: settings.dependsOn.map((dependency) => ({ name: dependency })) } : {}),
      ...more,
    },
  };
}
