import type { PathStep, Problem } from '../model/problem';

/** The most values that an estate may have. */
export const MAX_VALUES = 2_000_000;

/** The deepest that the values of an estate may be nested. */
export const MAX_DEPTH = 64;

/** An input as plain data, and what of it is none. */
export interface PlainCopy {
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Copies an input of which nothing is known into plain data: mappings, lists, texts, finite numbers, true, false and null, as JSON
 * has them. What is none of these is left out and told. Two places that share an object (an anchor and its alias in YAML) have one
 * each in the copy. Never throws.
 */
export function plainCopy(input: unknown): PlainCopy {
  const problems: Problem[] = [];
  const above = new Set<object>();
  let values = 0;
  const refuse = (
    path: readonly PathStep[],
    message: string,
    remedy = 'write plain data: mappings, lists, texts, numbers, true or false',
  ) => {
    problems.push({ rule: 'schema', severity: 'error', path, message, remedy });
    return undefined;
  };
  const copy = (value: unknown, path: readonly PathStep[]): unknown => {
    values += 1;
    if (values > MAX_VALUES) {
      return values === MAX_VALUES + 1
        ? refuse([], `has more than ${MAX_VALUES} values`, 'divide the estate, and look for YAML aliases')
        : undefined;
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, `is ${value}, which is no number that can be used`);
    if (typeof value !== 'object') return value === undefined ? undefined : refuse(path, `is a ${typeof value}`);
    if (above.has(value)) return refuse(path, 'contains itself');
    if (path.length >= MAX_DEPTH) return refuse(path, `is nested more than ${MAX_DEPTH} deep`);
    above.add(value);
    try {
      if (Array.isArray(value)) return Array.from(value, (item, index) => copy(item, [...path, index]) ?? null);
      if (!isMapping(value)) return refuse(path, `is a ${value.constructor?.name || 'special object'}`);
      const mapping: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        const inner = [...path, key];
        if (key === '__proto__') refuse(inner, 'is not a name that may be used', 'choose another name');
        else {
          const copied = copy((value as Record<string, unknown>)[key], inner);
          if (copied !== undefined) mapping[key] = copied;
        }
      }
      return mapping;
    } catch {
      return refuse(path, 'cannot be read');
    } finally {
      above.delete(value);
    }
  };
  return { data: copy(input, []), problems };
}

/** True for an object literal of any realm, and for one without a prototype. */
function isMapping(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
