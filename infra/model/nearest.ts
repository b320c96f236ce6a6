/**
 * The candidate that a person most likely meant by `text`: equal but for capitals and punctuation, or at most one slip for every four
 * characters away (a letter too many, too few, wrong, or two of them swapped). Undefined when none is that near, or two are.
 */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = candidates.filter((candidate) => candidate !== text && bare(candidate) === bare(text));
  if (same.length === 1) return same[0];
  // Nobody means a short name by a long text, and the distance of long texts takes long to find.
  if (text.length > 64) return undefined;
  const scored = candidates
    .filter((candidate) => candidate !== text && Math.abs(candidate.length - text.length) <= 4)
    .map((candidate) => ({ candidate, slips: slips(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= Math.floor(candidate.length / 4))
    .sort((a, b) => a.slips - b.slips);
  const [best, next] = scored;
  return best && best.slips !== next?.slips ? best.candidate : undefined;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (from: number[], index: number) => from[index] ?? Number.POSITIVE_INFINITY;
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(before, j - 2) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
