import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE } from '../../infra/flux/names';
import { areSealed, type EdgeSecrets, type Repository } from '../../infra/model/delivery';
import { PHASES, type Phase } from '../charts/component-chart';
import type { KubeObject } from '../manifest/manifest-set';

export { BOOTSTRAP_SECRETS, FLUX_NAMESPACE };

/** Name of the GitRepository, and of the Kustomization that applies the wiring itself. */
export const CLUSTER = 'cluster';

/** The part of a plant or a central cluster that Flux needs to know. */
export interface FluxCluster {
  readonly repository: Repository & { readonly url: string };
  readonly secrets?: EdgeSecrets;
}

interface Settings {
  readonly dependsOn: readonly string[];
  /** Whether it is ready only when all that it applied is. It must be where something depends on that. */
  readonly wait: boolean;
  /** How long it may take to become ready. */
  readonly timeout: string;
  /** What happens to its objects when the Kustomization itself is deleted. */
  readonly deletionPolicy: 'Orphan' | 'MirrorPrune';
}

const SETTINGS: Readonly<Record<Phase, Omit<Settings, 'dependsOn'> & { readonly dependsOn: readonly Phase[] }>> = {
  flux: { dependsOn: [], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
  platform: { dependsOn: [], wait: true, timeout: '5m', deletionPolicy: 'Orphan' },
  operators: { dependsOn: ['platform'], wait: true, timeout: '10m', deletionPolicy: 'Orphan' },
  // They are not ready while the centre is away, and a plant goes on then.
  'factory-plus': { dependsOn: ['platform'], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
  data: { dependsOn: ['platform', 'operators'], wait: true, timeout: '15m', deletionPolicy: 'Orphan' },
  // Leaves without wait: a machine that is off must not block an upgrade.
  machines: { dependsOn: ['data'], wait: false, timeout: '5m', deletionPolicy: 'MirrorPrune' },
  // Flux would wait for volumes that are bound at the first run. Nothing that is not ready yet keeps backups from being made.
  scheduled: { dependsOn: ['platform', 'operators'], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
};

/**
 * Phases whose components have a Kustomization each, named as they are. kustomize-controller tries all objects of a Kustomization before
 * it applies any (`ResourceManager.ApplyAllStaged` of fluxcd/pkg/ssa), so one machine's refused object would hold up all machines.
 */
const APART: readonly Phase[] = ['flux', 'machines'];

/**
 * Name of the Kustomization that is ready when every component of the phase `machines` is applied. It applies nothing. Until 0.4 it
 * applied them all: it keeps its name and waits for them, so that it takes away what nobody took over, and nothing else.
 */
export const MACHINES = 'machines';

/** Folder of {@link MACHINES} in the tree: another than it had, so that the old one finds nothing there and does nothing. */
export const MACHINES_FOLDER = 'flux/machines';

/** Names of Kustomizations that no component of a phase apart may have. */
const TAKEN: readonly string[] = [CLUSTER, 'secrets', FLUX_NAMESPACE, ...PHASES];

/** A component of a cluster: its folder in the tree, and when it is applied. */
export interface WiredComponent {
  readonly name: string;
  readonly phase: Phase;
}

/** Whether the components of a phase have a Kustomization each. */
export function isApart(phase: Phase): boolean {
  return APART.includes(phase);
}

/** The phases in use that a phase waits for: in place of one that is not in use those that it would have waited for itself. */
function dependenciesOf(phase: Phase, used: readonly Phase[]): Phase[] {
  const found = SETTINGS[phase].dependsOn.flatMap((other) => (used.includes(other) ? [other] : dependenciesOf(other, used)));
  return [...new Set(found)];
}

/**
 * Flux objects of a cluster: the Git repository, and Kustomizations of the wiring, each phase in use, each component of a phase apart, and
 * the secrets. The same for components in any order.
 *
 * @param hasSecrets whether the tree holds Secrets: a Kustomization of a folder that is not there would never be ready
 * @throws when a component would have the Kustomization of something else
 */
export function fluxWiring(cluster: FluxCluster, components: readonly WiredComponent[], hasSecrets = true): KubeObject[] {
  const used = PHASES.filter((phase) => components.some((component) => component.phase === phase));
  const settingsOf = (phase: Phase): Settings => ({
    ...SETTINGS[phase],
    dependsOn: dependenciesOf(phase, used),
  });
  const membersOf = (phase: Phase): string[] => {
    const names = components.filter((component) => component.phase === phase).map(({ name }) => name);
    for (const name of names)
      if (TAKEN.includes(name)) throw new Error(`component ${name} would have the Kustomization of that name; call it otherwise`);
    return [...new Set(names)].sort();
  };
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
    ...used.flatMap((phase) =>
      isApart(phase)
        ? membersOf(phase).map((name) => kustomization(cluster, name, `components/${name}`, settingsOf(phase)))
        : [kustomization(cluster, phase, `flux/phases/${phase}`, settingsOf(phase))],
    ),
    ...(used.includes('machines')
      ? [
          kustomization(cluster, MACHINES, MACHINES_FOLDER, {
            dependsOn: membersOf('machines'),
            wait: false,
            timeout: '5m',
            deletionPolicy: 'Orphan',
          }),
        ]
      : []),
    ...(hasSecrets ? [secretsKustomization(cluster)] : []),
  ];
}

function secretsKustomization(cluster: FluxCluster): KubeObject {
  return kustomization(
    cluster,
    'secrets',
    'secrets',
    { dependsOn: ['platform'], wait: false, timeout: '5m', deletionPolicy: 'Orphan' },
    {
      // A Secret is never removed by itself: a file that is gone by mistake would take a plant's certificates along.
      prune: false,
      // Sealed Secrets are applied as they are: their definition is of phase `platform`, and they wait for their controller by themselves.
      ...(areSealed(cluster.secrets) ? {} : { decryption: { provider: 'sops', secretRef: { name: BOOTSTRAP_SECRETS.decryption } } }),
    },
  );
}

function kustomization(
  cluster: FluxCluster,
  name: string,
  folder: string,
  settings: Settings,
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
