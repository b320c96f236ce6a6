import { byCodeUnits } from '../../model/order';

/** What one request may ask for at most, and its answer carry. */
export interface BatchLimits {
  /** Items in a request. */
  readonly items: number;
  /** Bytes that the items of an answer take together. */
  readonly answerBytes: number;
}

/** A value to read. */
export interface BatchItem {
  /** Unique among the items. */
  readonly name: string;
  /** Bytes of the value itself. */
  readonly bytes: number;
}

/** A plan for the s7comm input, which cuts its list of values into batches of one fixed size, whatever their length. */
export interface BatchPlan<Item> {
  /** Values in each batch but the last, at least 1: the input's `pdu_size`. */
  readonly size: number;
  /** In the order in which they are read; only the last may have fewer than `size` values. */
  readonly batches: readonly (readonly Item[])[];
}

/**
 * Limits of a message of `pduBytes`. A request has at most 20 items and must not exceed 19 + 12 bytes an item: gos7 counts the seven bytes
 * of the transport to it (multi.go, AGReadMulti), so that 240 bytes carry 18 and not the 20 that Telegraf asks for by itself. An answer
 * spends 14 bytes on its header (Siemens, A5E00739858, p. 21-4: 222 of 240 bytes are left for one value with its four bytes of header).
 */
export function batchLimits(pduBytes: number): BatchLimits {
  return { items: Math.min(20, Math.floor((pduBytes - 19) / 12)), answerBytes: pduBytes - 14 };
}

/** Bytes that a value takes in an answer: a header of four, and the value filled up to an even number. */
export function answerBytes(valueBytes: number): number {
  return 4 + valueBytes + (valueBytes % 2);
}

/**
 * Plans batches as large as the limits allow. The result does not depend on the order of `items`. A value that exceeds the limits by
 * itself (rules refuse it) is read in batches of one.
 */
export function planBatches<Item extends BatchItem>(items: readonly Item[], limits: BatchLimits): BatchPlan<Item> {
  const byName = [...items].sort((a, b) => byCodeUnits(a.name, b.name));
  for (let size = limits.items; size > 1; size--) {
    const chunks = chunksOf(byName, size);
    if (chunks.every((chunk) => fits(chunk, limits))) return { size, batches: chunks };
    const packed = pack(byName, size, limits);
    if (packed) return { size, batches: packed };
  }
  return { size: 1, batches: chunksOf(byName, 1) };
}

function fits(batch: readonly BatchItem[], limits: BatchLimits): boolean {
  return batch.length <= limits.items && batch.reduce((sum, item) => sum + answerBytes(item.bytes), 0) <= limits.answerBytes;
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/**
 * Spreads values over batches of `size`, the last with what remains, the largest value first and each into the batch with the most
 * room; every place still free counts as taken by the smallest value. Undefined when that way leads to no plan.
 */
function pack<Item extends BatchItem>(byName: readonly Item[], size: number, limits: BatchLimits): Item[][] | undefined {
  const least = Math.min(...byName.map((item) => answerBytes(item.bytes)));
  const batches = chunksOf(byName, size).map(({ length }) => ({
    places: length,
    room: limits.answerBytes - length * least,
    items: [] as Item[],
  }));
  for (const item of byName.toSorted((a, b) => b.bytes - a.bytes)) {
    const open = batches.filter((batch) => batch.places > 0);
    const batch = open.reduce((best, next) => (next.room > best.room ? next : best));
    batch.room -= answerBytes(item.bytes) - least;
    batch.places -= 1;
    batch.items.push(item);
    if (batch.room < 0) return undefined;
  }
  for (const batch of batches) batch.items.sort((a, b) => byCodeUnits(a.name, b.name));
  const full = batches.filter((batch) => batch.items.length === size).map((batch) => batch.items);
  const rest = batches.filter((batch) => batch.items.length < size).map((batch) => batch.items);
  return [...full.sort(([a], [b]) => byCodeUnits(a?.name ?? '', b?.name ?? '')), ...rest];
}
