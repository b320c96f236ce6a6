import type { EstateData } from '../estate/schema';
import type { CentralCluster } from '../model/central-cluster';
import type { Plant } from '../model/plant';
import type { PathStep, Problem } from '../model/problem';
import type { SoftGateways } from '../model/soft-gateways';

/** What a rule may look at. Parts that the schema refused are already gone, or a stand-in has taken their place. */
export interface RuleContext {
  /** The estate as it was given, as plain data, before anything was cut out: for what names exist. */
  readonly input: unknown;
  readonly data: EstateData;
  /** Resolved plants, ordered by name. Machines and nodes that cannot be resolved are missing from them. */
  readonly plants: readonly Plant[];
  /** Central clusters that are rendered, ordered by name, with those plants. */
  readonly centralClusters: readonly CentralCluster[];
  /** Clusters of soft gateways, ordered by name, as far as they can be resolved. */
  readonly softGateways: readonly SoftGateways[];
  /**
   * True when everything at, above and below this path is what was written and could be resolved. A rule asks it before it holds one
   * part against another; a problem at a path that was cut out itself is never told.
   */
  isWhole(...path: PathStep[]): boolean;
}

/** A problem as a rule tells it; its id and the severity `error` are added unless stated. */
export type RuleProblem = Omit<Problem, 'rule' | 'severity'> & Partial<Pick<Problem, 'severity'>>;

/** One invariant of an estate, in a file of its own. */
export interface Rule {
  /** The name of its file. */
  readonly id: string;
  /** What holds when it is kept: a sentence for the list of rules in the documentation. */
  readonly invariant: string;
  check(context: RuleContext): RuleProblem[];
}

/** `a, b and c`, for messages. */
export function listed(names: readonly string[]): string {
  const sorted = [...names].sort();
  return sorted.length < 2 ? (sorted[0] ?? 'none') : `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1)}`;
}
