import type { z } from 'zod';
import type { PathStep, Problem } from '../model/problem';
import { schemaProblems, valueAt } from './schema-problems';

/** What is left of an input once everything that the schema refuses has been cut out of it. */
export interface Pruned<T> {
  /** Undefined when nothing was left. */
  readonly data?: T;
  readonly problems: readonly Problem[];
  /** Where something was cut out. */
  readonly cuts: readonly (readonly PathStep[])[];
}

/**
 * Parses `input` and, where the schema refuses a part, cuts out that part and parses again, so that the rules still see all the
 * rest and one run tells every problem. A part that is missing takes what needs it along.
 */
export function parseWithCuts<T>(schema: z.ZodType<T>, input: unknown): Pruned<T> {
  const rest: unknown = structuredClone(input);
  const problems: Problem[] = [];
  const cuts: PathStep[][] = [];
  for (;;) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { data: parsed.data, problems, cuts };
    const isNew = (path: readonly PropertyKey[]) => !cuts.some((cut) => startsWith(path, cut) || startsWith(cut, path));
    problems.push(
      ...schemaProblems(
        parsed.error.issues.filter((issue) => isNew(issue.path)),
        rest,
      ),
    );
    const paths = parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
    );
    for (const path of paths) {
      let cut = [...path] as PathStep[];
      while (cut.length > 0 && valueAt(rest, cut) === undefined) cut = cut.slice(0, -1);
      if (cut.length === 0) return { problems, cuts: [[]] };
      remove(rest, cut);
      cuts.push(cut);
    }
  }
}

/** True when `path` begins with all steps of `prefix`. */
export function startsWith(path: readonly PropertyKey[], prefix: readonly PropertyKey[]): boolean {
  return prefix.every((step, index) => path[index] === step);
}

function remove(root: unknown, path: readonly PathStep[]): void {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else if (typeof parent === 'object' && parent !== null && last !== undefined) delete (parent as Record<PathStep, unknown>)[last];
}
