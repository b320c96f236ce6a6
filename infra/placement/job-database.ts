import { type Duration, milliseconds } from '../model/duration';
import type { Jobs } from '../model/jobs';
import { isGeneralPurpose, type Node } from '../model/node';
import type { Plant } from '../model/plant';

/** What may happen to the job database, from the least to the worst. */
export const MISHAPS = ['process', 'power', 'node', 'disk', 'rack'] as const;
/** One of {@link MISHAPS}. */
export type Mishap = (typeof MISHAPS)[number];

/** What each mishap is, for people. */
export const MISHAP_TEXTS: Readonly<Record<Mishap, string>> = {
  process: 'the server process ends',
  power: 'the power of its node fails and comes back',
  node: 'its node is gone for good',
  disk: 'the disk that holds its volume is gone',
  rack: 'its whole rack is gone',
};

/** What a design promises in a mishap. */
export interface Promised {
  /** How much acknowledged work is lost at most; `all` when nothing brings it back. */
  readonly loses: 'nothing' | Duration | 'all';
  /** How long the job manager is away at most; `never` when it does not come back. */
  readonly back: Duration | 'never';
  /** What brings it back, for people. */
  readonly by: string;
}

/** How the database is built. */
export type JobDatabaseDesign = 'bound' | 'network' | 'replica';

/**
 * How long somebody takes who is called, looks, and sets a taint or deletes a node. Nothing in Kubernetes does it for them: a StatefulSet's
 * pod on a node that does not answer stays Terminating, because two servers on one volume would destroy it.
 */
export const PERSON_ACTS: Duration = '1h';
/** How long somebody takes who restores a backup on another node, of a database of a few GiB. */
export const PERSON_RESTORES: Duration = '4h';
/** By how much the copy of the binary log may be behind: its pod is restarted, and somebody told, when it is more. */
export const COPY_BEHIND: Duration = '1min';

const RECOVERS: Promised = { loses: 'nothing', back: '10min', by: 'the kubelet starts the server again, which recovers from its own log' };
const RETURNS: Promised = { loses: 'nothing', back: '30min', by: 'the node starts again, and the server recovers from its own log' };
const MOVES: Promised = {
  loses: 'nothing',
  back: PERSON_ACTS,
  by: 'somebody takes the node out of service; the pod moves and finds its volume',
};
const RESTORED: Promised = { loses: COPY_BEHIND, back: PERSON_RESTORES, by: 'somebody restores the backup on another node' };
const PROMOTED: Promised = {
  loses: 'nothing',
  back: PERSON_ACTS,
  by: 'somebody promotes the replica, or says that the primary need not wait for it',
};
const LOST: Promised = { loses: 'all', back: 'never', by: 'nothing: there is no copy' };

/** What the plant has that a design's promises depend on. */
export interface Circumstances {
  /** There are backups that do not go with the volume of the database. */
  readonly backedUp: boolean;
  /** There are backups that do not go with the rack of the database. */
  readonly backedUpOutsideRack: boolean;
  /** The nodes that may run it stand in two racks or more. */
  readonly twoRacks: boolean;
}

/** What each design promises, by mishap: the one table, for check, for the documentation and for its test. */
export const PROMISES: Readonly<Record<JobDatabaseDesign, (circumstances: Circumstances) => Readonly<Record<Mishap, Promised>>>> = {
  bound: ({ backedUp, backedUpOutsideRack }) => ({
    process: RECOVERS,
    power: RETURNS,
    node: backedUp ? RESTORED : LOST,
    disk: backedUp ? RESTORED : LOST,
    rack: backedUpOutsideRack ? RESTORED : LOST,
  }),
  network: ({ backedUp, backedUpOutsideRack }) => ({
    process: RECOVERS,
    power: RETURNS,
    node: MOVES,
    disk: backedUp ? RESTORED : LOST,
    rack: backedUpOutsideRack ? RESTORED : LOST,
  }),
  // What is acknowledged is on both disks; while one server is away the other acknowledges nothing.
  replica: ({ backedUpOutsideRack, twoRacks }) => ({
    process: RECOVERS,
    power: RETURNS,
    node: PROMOTED,
    disk: PROMOTED,
    rack: twoRacks ? PROMOTED : backedUpOutsideRack ? RESTORED : LOST,
  }),
};

/** What each design is, for people. */
export const DESIGN_TEXTS: Readonly<Record<JobDatabaseDesign, string>> = {
  bound: 'bound to the node that holds its volume, with dumps and the running copy of its binary log elsewhere',
  network: 'on storage that every node reaches, so that its pod can move',
  replica: 'two servers on two nodes, of which one follows the other: nothing is acknowledged before it is on both disks',
};

/** The job database as the wishes, the nodes and the storage allow it. */
export interface JobDatabasePlan {
  readonly design: JobDatabaseDesign;
  readonly promises: Readonly<Record<Mishap, Promised>>;
  /** Nodes that may run it. */
  readonly nodes: readonly Node[];
  /** Mishaps of a node or disk in which the design does not do what the plant wishes. */
  readonly fallsShort: readonly Mishap[];
}

/**
 * Mishaps that `loseAtMost` and `backWithin` speak of: what a node does. A rack is more than they ask, and whether storage of the network
 * survives its own disks is the affair of who runs it.
 */
const WISHED: Readonly<Record<JobDatabaseDesign, readonly Mishap[]>> = {
  bound: ['process', 'power', 'node', 'disk'],
  network: ['process', 'power', 'node'],
  replica: ['process', 'power', 'node', 'disk'],
};

/**
 * Chooses the design from the storage that the plant states, and holds its promises against the wishes. Storage that does not say whether it
 * dies with its node counts as if it did. Where one server on such storage does not do what the plant wishes, and two nodes can have one, a
 * replica does if it can.
 */
export function planJobDatabase(plant: Pick<Plant, 'nodes' | 'storage'>, jobs: Jobs): JobDatabasePlan {
  const { volume } = jobs.database;
  const nodes = plant.nodes.filter(isGeneralPurpose);
  const built = (design: JobDatabaseDesign): JobDatabasePlan => {
    const promises = PROMISES[design](circumstances(plant, jobs, design, nodes));
    return { design, promises, nodes, fallsShort: WISHED[design].filter((mishap) => !keeps(promises[mishap], jobs)) };
  };
  if (volume.diesWithNode === false) return built('network');
  const bound = built('bound');
  const replica = built('replica');
  return bound.fallsShort.length > 0 && nodes.length > 1 && replica.fallsShort.length === 0 ? replica : bound;
}

function circumstances(
  { storage }: Pick<Plant, 'storage'>,
  { database: { volume, backups } }: Jobs,
  design: JobDatabaseDesign,
  nodes: readonly Node[],
): Circumstances {
  const twoRacks = new Set(nodes.map(({ rack }) => rack)).size > 1;
  if ('off' in backups) return { backedUp: false, backedUpOutsideRack: false, twoRacks };
  const stored = backups.store !== undefined;
  const local = backups.volume.diesWithNode !== false;
  const sameStorage = design === 'network' && !local && (backups.volume.class ?? storage.class) === (volume.class ?? storage.class);
  return {
    backedUp: stored || (local ? design === 'network' || nodes.length > 1 : !sameStorage),
    // Where storage of the network stands nobody said. Two pods that keep apart take two racks where the nodes have two.
    backedUpOutsideRack: stored || (local && design === 'bound' && twoRacks),
    twoRacks,
  };
}

/** Whether a promise is as good as the wishes. */
export function keeps({ loses, back }: Promised, { loseAtMost, backWithin }: Pick<Jobs, 'loseAtMost' | 'backWithin'>): boolean {
  const lost = loses === 'nothing' ? 0 : loses === 'all' ? Number.POSITIVE_INFINITY : milliseconds(loses);
  const away = back === 'never' ? Number.POSITIVE_INFINITY : milliseconds(back);
  return lost <= milliseconds(loseAtMost) && away <= milliseconds(backWithin);
}

/** The promises of a plan as lines for a person: what happens, what is lost, how long it is away, and who brings it back. */
export function promiseLines({ design, promises }: JobDatabasePlan): string[] {
  return [
    `job database: ${DESIGN_TEXTS[design]}`,
    ...MISHAPS.map((mishap) => {
      const { loses, back, by } = promises[mishap];
      return `when ${MISHAP_TEXTS[mishap]}: loses ${loses === 'nothing' || loses === 'all' ? loses : `at most ${loses}`}, ${back === 'never' ? 'does not come back' : `back within ${back}`}; ${by}`;
    }),
  ];
}
