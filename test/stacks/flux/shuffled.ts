import { createHash } from 'node:crypto';

/** The lists whose order says something: the cells that are a time, one after the other. */
const ORDERED = ['columns'];

/** The same data with the keys of every mapping, and every list of names, in another order. */
export function shuffled(value: unknown, seed: number, under = ''): unknown {
  const rank = (text: string) => createHash('sha256').update(`${seed} ${text}`).digest('hex');
  const byRank = (a: string, b: string) => (rank(a) < rank(b) ? -1 : 1);
  if (Array.isArray(value)) {
    const names = value.every((item) => typeof item === 'string');
    if (ORDERED.includes(under)) return value;
    return names ? [...(value as string[])].sort(byRank) : value.map((item) => shuffled(item, seed));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => byRank(a, b))
      .map(([key, inner]) => [key, shuffled(inner, seed, key)]),
  );
}
