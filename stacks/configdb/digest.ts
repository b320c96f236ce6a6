import { createHash } from 'node:crypto';
import type { ContentItem, Json } from '../../infra/factory-plus/content-item';

/** What is known of a thing that is only there or not. */
export const PRESENT = 'present';

/** 24 hexadecimal digits of a value, whatever the order of its keys: the ConfigDB keeps no order. */
export function digestOf(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 24);
}

/** What an item says, as a digest. */
export function itemDigest(item: ContentItem): string {
  return foundDigest(item, item.kind === 'entry' ? item.value : item.kind === 'identity' ? item.principal : null);
}

/** What is at the place of an item, as a digest: of what a program in an edge cluster writes it counts only that it is there. */
export function foundDigest({ kind, owner }: ContentItem, value: Json): string {
  return owner !== 'edge' && (kind === 'entry' || kind === 'identity') ? digestOf(value) : PRESENT;
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}
