import { checkEstate } from '../../../infra/estate/check';
import { type Problem, problemText } from '../../../infra/model/problem';
import { minimalEstate } from '../../support/estates';

/** What a run tells of one problem: its severity and the line that a person reads. */
export const told = (problem: Problem) => `${problem.severity}: ${problemText(problem)}`;

/** The minimal estate with a change. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function minimalWith(change: (estate: any) => void): any {
  const estate = minimalEstate();
  change(estate);
  return estate;
}

/** What one rule tells of an estate, in the order of the run. */
export function found(rule: string, estate: unknown): string[] {
  return checkEstate(estate)
    .problems.filter((problem) => problem.rule === rule)
    .map(told);
}

let usual: readonly string[] | undefined;

/** Everything that a run tells of an estate, less the warnings that the minimal estate always has. */
export function toldOf(estate: unknown): string[] {
  usual ??= checkEstate(minimalEstate()).problems.map(told);
  const known = usual;
  return checkEstate(estate)
    .problems.map(told)
    .filter((line) => !known.includes(line));
}
