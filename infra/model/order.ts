/** Orders texts by their code units, the same on every computer. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders by name with the same result on every machine: by UTF-16 unit, not by locale. */
export const byName = <T extends { readonly name: string }>(a: T, b: T): number => byCodeUnits(a.name, b.name);
