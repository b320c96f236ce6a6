import type { PathStep } from '../model/path';
import { EDGE_CLUSTERS } from './edge-clusters';

/** A name that nothing has. */
const NOBODY = 'none-given';
/** An address and a network that no plant uses. */
const NOWHERE = '0.0.0.0';
const NO_NETWORK = `${NOWHERE}/32`;

const CENTRAL = { organisation: 'None', domain: 'none.invalid', addresses: [NO_NETWORK] };
const NODE_TYPE = { cpuCores: 256, memoryMiB: 1_048_576, storageGiB: 65_536 };
const KUBERNETES = { controlPlane: [NOBODY] };
const NETWORKS = { nodes: NO_NETWORK };
const CONDUIT = { to: 'nodes', port: 1, purpose: NOBODY };

const JOB_DATABASE = { volume: { diesWithNode: false }, backups: { off: true, reason: NOBODY } };

/** What takes the place of a part that was refused, by its path; `*` is any name or index. */
const STAND_INS: readonly (readonly [path: string, value: unknown])[] = [
  ...within('centrals.*', CENTRAL),
  ['centrals.*.serves.*', 'data/v1'],
  ['centrals.*.addresses.*', NO_NETWORK],
  ...within('nodeTypes.*', NODE_TYPE),
  ['machineTypes.*.scans.*', '1s'],
  ...EDGE_CLUSTERS.map(([clusters, machines]) => [`${clusters}.*`, machines]).flatMap(([cluster, machines]): [string, unknown][] => [
    [`${cluster}.central`, NOBODY],
    ...within(`${cluster}.kubernetes`, KUBERNETES),
    [`${cluster}.kubernetes.controlPlane.*`, NOBODY],
    ...within(`${cluster}.networks`, NETWORKS),
    [`${cluster}.networks.machines.*`, NO_NETWORK],
    [`${cluster}.racks`, {}],
    [`${cluster}.racks.*.*.type`, NOBODY],
    [`${cluster}.${machines}`, {}],
    [`${cluster}.${machines}.*.type`, NOBODY],
    [`${cluster}.${machines}.*.address`, NOWHERE],
    [`${cluster}.${machines}.*.formerNames.*`, NOBODY],
    [`${cluster}.access.operators.*`, NOBODY],
    [`${cluster}.access.viewers.*`, NOBODY],
  ]),
  ['plants.*.hosts.*.address', NOWHERE],
  ['plants.*.hosts.*.purpose', NOBODY],
  ['plants.*.hosts.*.services.*.purpose', NOBODY],
  ...within('plants.*.hosts.*.services.*.reaches.*', CONDUIT),
  ['plants.*.jobs.loseAtMost', '7d'],
  ['plants.*.jobs.backWithin', '7d'],
  ...within('plants.*.jobs.database', JOB_DATABASE),
  ['plants.*.jobs.database.alone.reason', NOBODY],
  ['plants.*.jobs.database.nodePort.reason', NOBODY],
  ['plants.*.jobs.database.nodePort.networks', [NO_NETWORK]],
  ['plants.*.jobs.database.nodePort.networks.*', NO_NETWORK],
];

/** A mapping's own stand-in, and one for each of its settings. */
function within(path: string, value: Record<string, unknown>): [string, unknown][] {
  return [[path, value], ...Object.entries(value).map(([key, inner]): [string, unknown] => [`${path}.${key}`, inner])];
}

/**
 * What the rules see in place of a part that the schema refused and that cannot be left out, so that a plant with one wrong address is
 * still checked in everything else. Nothing is ever rendered from it. Undefined where the part, or what needs it, is left out.
 */
export function standInFor(path: readonly PathStep[]): unknown {
  const found = STAND_INS.find(([pattern]) => {
    const steps = pattern.split('.');
    return steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index]);
  });
  return found && structuredClone(found[1]);
}
