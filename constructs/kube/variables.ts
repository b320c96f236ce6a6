/** Variables of a container in one order, less those that are `undefined`. */
export function variables(env: Readonly<Record<string, string | undefined>>): { name: string; value: string }[] {
  return Object.entries(env)
    .flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
