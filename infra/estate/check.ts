import type { Plant } from '../model/plant';
import { type Problem, sortProblems } from '../model/problem';
import { rules } from '../rules/registry';
import { parseWithCuts, startsWith } from './prune';
import { byName, resolvePlant } from './resolve';
import { type EstateData, estateSchema } from './schema';

/** What the door says of an estate. */
export interface CheckedEstate {
  /** Every problem of the run, ordered by path. */
  readonly problems: readonly Problem[];
  /** The plants, ordered by name; empty when there is an error anywhere, so that bad input never yields a partial output. */
  readonly plants: readonly Plant[];
  /** Names of the central clusters, ordered. */
  readonly centrals: readonly string[];
}

/**
 * The door: the one place where an estate is validated. Takes anything, throws nothing, and tells all problems together.
 *
 * @param input plain data, from `defineEstate` or read from a file
 */
export function checkEstate(input: unknown): CheckedEstate {
  const { data, problems: refused, cuts } = parseWithCuts<EstateData>(estateSchema, input);
  const problems: Problem[] = [...refused];
  let plants: Plant[] = [];
  if (data) {
    const resolved = Object.keys(data.plants).map((name) => resolvePlant(name, data));
    problems.push(...resolved.flatMap((result) => result.problems));
    plants = resolved.flatMap((result) => (result.plant ? [result.plant] : [])).sort(byName);
    const context = {
      input,
      data,
      plants,
      isWhole: (...path: (string | number)[]) => !cuts.some((cut) => startsWith(cut, path) || startsWith(path, cut)),
    };
    problems.push(
      ...rules.flatMap((rule) => rule.check(context).map((problem) => ({ rule: rule.id, severity: 'error' as const, ...problem }))),
    );
  }
  const bad = problems.some((problem) => problem.severity === 'error');
  return { problems: sortProblems(problems), plants: bad ? [] : plants, centrals: Object.keys(data?.centrals ?? {}).sort() };
}
