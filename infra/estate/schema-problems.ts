import type { z } from 'zod';
import type { PathStep, Problem } from '../model/problem';

type Issue = z.core.$ZodIssue;

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** What the schema found wrong, as problems: path, value given, what is allowed, what to do. */
export function schemaProblems(issues: readonly Issue[], root: unknown, base: readonly PathStep[] = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...(issue.path as PathStep[])];
    const value = valueAt(root, issue.path);
    const problem = (message: string, remedy: string, more: Partial<Problem> = {}): Problem => ({
      rule: 'schema',
      severity: 'error',
      path,
      ...(value === undefined ? {} : { value }),
      message,
      remedy,
      ...more,
    });
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) =>
          problem('is not a setting that exists here', 'remove it or correct its spelling (see millwright schema)', {
            path: [...path, key],
            value: valueAt(root, [...issue.path, key]),
          }),
        );
      case 'invalid_type':
        return value === undefined
          ? [problem('is missing', `add it (${issue.expected})`)]
          : [problem(`must be ${article(issue.expected)}`, 'correct it')];
      case 'invalid_value':
        return [
          problem(
            value === undefined ? `is missing; allowed: ${issue.values.join(', ')}` : `must be one of ${issue.values.join(', ')}`,
            'choose one of these',
          ),
        ];
      case 'invalid_key':
        return [problem(issue.issues[0]?.message ?? 'is not a name', 'give it another name', { value: path.at(-1) })];
      case 'invalid_union':
        return issue.discriminator !== undefined
          ? [problem(`names no known ${issue.discriminator}`, `choose one that exists (see millwright schema)`)]
          : [problem(`must be one of: ${[...new Set(issue.errors.flat().map((inner) => inner.message))].join('; or ')}`, 'correct it')];
      case 'too_small':
        return [problem(issue.message.startsWith('must') ? issue.message : `must be at least ${issue.minimum}`, 'correct it')];
      case 'too_big':
        return [problem(issue.message.startsWith('must') ? issue.message : `must be at most ${issue.maximum}`, 'correct it')];
      default:
        return [problem(issue.message, 'correct it')];
    }
  });
}

function article(expected: string): string {
  const words: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
  };
  return words[expected] ?? `a ${expected}`;
}
