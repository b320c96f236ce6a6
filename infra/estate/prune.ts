import type { z } from 'zod';
import { type PathStep, startsWith, valueAt } from '../model/path';
import type { Problem } from '../model/problem';
import { plainCopy } from './plain';
import { schemaProblems, type UnknownKey, unknownKeys } from './schema-problems';
import { standInFor } from './stand-ins';

/** What is left of an input once everything that the schema refuses has been cut out of it. */
export interface Pruned<T> {
  /** The input as plain data, with nothing cut out of it but what is no plain data. */
  readonly input: unknown;
  /** Undefined when nothing was left. */
  readonly data?: T;
  readonly problems: readonly Problem[];
  /** Where something was cut out, or something else put in its place. */
  readonly cuts: readonly (readonly PathStep[])[];
}

/**
 * Parses `input` and, where the schema refuses a part, cuts out that part and parses again, so that the rules still see all the
 * rest and one run tells every problem. A part that cannot be left out is replaced by a stand-in; where there is none, it takes what
 * needs it along. Takes anything, throws nothing.
 */
export function parseWithCuts<T>(schema: z.ZodType<T>, input: unknown): Pruned<T> {
  const plain = plainCopy(input);
  const rest = structuredClone(plain.data);
  const problems: Problem[] = [...plain.problems];
  const cuts: (readonly PathStep[])[] = plain.problems.map((problem) => problem.path);
  const replaced = new Set<string>();
  if (cuts.some((cut) => cut.length === 0)) return { input: plain.data, problems, cuts };
  for (;;) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { input: plain.data, data: parsed.data, problems, cuts };
    const found = schemaProblems(parsed.error.issues, schema, rest);
    // What lies at, above or below an earlier cut is a consequence of it.
    problems.push(...found.filter(({ path }) => !cuts.some((cut) => startsWith(path, cut) || startsWith(cut, path))));
    const now: (readonly PathStep[])[] = [];
    const meant = renameMisspelt(rest, unknownKeys(parsed.error.issues, schema, rest));
    cuts.push(...meant.map(({ wrong }) => wrong));
    for (const path of refusedPaths(parsed.error.issues)) {
      if (meant.some(({ wrong, right }) => startsWith(path, wrong) || startsWith(path, right))) continue;
      if (now.some((cut) => startsWith(path, cut))) continue;
      const cut = cutOut(rest, path, replaced);
      if (cut.length === 0) return { input: plain.data, problems, cuts: [[]] };
      now.push(cut);
    }
    cuts.push(...now);
  }
}

/** Gives a misspelt key the name that was meant, where that is free: what it holds is checked like everything else. */
function renameMisspelt(root: unknown, keys: readonly UnknownKey[]): { wrong: readonly PathStep[]; right: readonly PathStep[] }[] {
  return keys.flatMap(({ path, key, near, unused }) => {
    const around = valueAt(root, path) as Record<string, unknown>;
    if (near === undefined || !unused.includes(near) || around[near] !== undefined) return [];
    around[near] = around[key];
    delete around[key];
    return [{ wrong: [...path, key], right: [...path, near] }];
  });
}

/** Where the schema refused something; outer parts first, since they take inner ones along. */
function refusedPaths(issues: readonly z.core.$ZodIssue[]): PathStep[][] {
  const paths = issues.flatMap((issue) => {
    const path = issue.path as PathStep[];
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  });
  return paths.sort((a, b) => a.length - b.length);
}

/** Puts the stand-in at a path, or cuts out what is there, or the next part above that can be cut out. Returns where it did. */
function cutOut(root: unknown, path: readonly PathStep[], replaced: Set<string>): readonly PathStep[] {
  if (path.length === 0) return path;
  const last = path.at(-1) as PathStep;
  const parent = valueAt(root, path.slice(0, -1)) as Record<PathStep, unknown>;
  const standIn = standInFor(path);
  const key = JSON.stringify(path);
  if (standIn !== undefined && !replaced.has(key)) {
    replaced.add(key);
    parent[last] = standIn;
    return path;
  }
  // An entry of a list is not taken out alone: those behind it would get the numbers of others.
  if (Array.isArray(parent) || !Object.hasOwn(parent, last)) return cutOut(root, path.slice(0, -1), replaced);
  delete parent[last];
  return path;
}
