/** A step into the model: the key of a mapping, or the index of a list. */
export type PathStep = string | number;

/** The value at a path, or undefined where the path leads nowhere. What objects inherit is not found. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** True when `path` begins with all steps of `prefix`. */
export function startsWith(path: readonly PropertyKey[], prefix: readonly PropertyKey[]): boolean {
  return prefix.every((step, index) => path[index] === step);
}
