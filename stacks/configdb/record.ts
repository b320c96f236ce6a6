import { z } from 'zod';
import type { ContentItem, Json } from '../../infra/factory-plus/content-item';
import { factoryPlusUuid } from '../../infra/factory-plus/uuid';

const knownSchema = z.strictObject({
  /** Whether it has been seen at its place after it was written. */
  there: z.literal(true).optional(),
  /** Digests of what was written there, or was about to be when a run broke off. */
  wrote: z.array(z.string()),
});

/** What Millwright knows of a thing that it wrote. */
export interface Known {
  readonly there?: true | undefined;
  readonly wrote: readonly string[];
}

/** What Millwright knows of an object of the ConfigDB, by the parts of {@link partOf}. */
export interface KnownObject {
  /** What it is, for people: when it has left the estate, nothing else says so. */
  readonly label: string;
  readonly parts: Readonly<Record<string, Known>>;
}

const shardSchema = z.strictObject({
  version: z.literal(1),
  objects: z.record(z.string(), z.strictObject({ label: z.string(), parts: z.record(z.string(), knownSchema) })),
});

/** One of the entries that make up the record: the objects whose id begins with its digit. */
export interface Shard {
  readonly version: 1;
  readonly objects: Readonly<Record<string, KnownObject>>;
}

/** A shard without anything. */
export const EMPTY_SHARD: Shard = { version: 1, objects: {} };

/**
 * The most bytes of JSON that a shard may have: acs-configdb 6.8.1 takes no body of more than 100 kB. Sixteen of them hold what is known of
 * some 3,800 machines.
 */
export const SHARD_BYTES = 98_000;

/** Ids of the record: its application, the class of its objects, and the sixteen objects, by the digit of each. */
export interface RecordIds {
  readonly application: string;
  readonly class: string;
  readonly shards: Readonly<Record<string, string>>;
}

/** Digits by which objects are shared out among shards. */
export const DIGITS = [...'0123456789abcdef'];

/** Ids of the record of an installation. */
export function recordIds(realm: string): RecordIds {
  return {
    application: factoryPlusUuid(realm, 'application', 'record', 'v1'),
    class: factoryPlusUuid(realm, 'class', 'record', 'v1'),
    shards: Object.fromEntries(DIGITS.map((digit) => [digit, factoryPlusUuid(realm, 'record', 'v1', digit)])),
  };
}

/** The digit of the shard that an object belongs to. */
export function shardOf(uuid: string): string {
  return uuid.slice(0, 1);
}

/** Before a part that a program in an edge cluster writes. */
const OF_EDGE = 'edge/';

/** Which part of its object an item is. */
export function partOf(item: ContentItem): string {
  return item.owner === 'edge' ? `${OF_EDGE}${ownPart(item)}` : ownPart(item);
}

function ownPart(item: ContentItem): string {
  switch (item.kind) {
    case 'object':
      return 'object';
    case 'subclass':
      return `subclass/${item.of}`;
    case 'member':
      return `member/${item.of}`;
    case 'identity':
      return 'identity';
    case 'entry':
      return `entry/${item.application}`;
    case 'grant':
      return `grant/${item.permission}/${item.target}`;
  }
}

/** What a part was, as an item without a value: enough to look at it and to remove it. Undefined when an older or newer record names it. */
export function itemOf(uuid: string, label: string, part: string): ContentItem | undefined {
  const ofEdge = part.startsWith(OF_EDGE);
  const [kind, first = '', second = ''] = (ofEdge ? part.slice(OF_EDGE.length) : part).split('/');
  const common = { uuid, owner: ofEdge ? ('edge' as const) : ('configdb' as const) };
  switch (kind) {
    case 'object':
      return { ...common, kind: 'object', class: '', label };
    case 'subclass':
      return { ...common, kind: 'subclass', of: first, label: `${label}: subclass` };
    case 'member':
      return { ...common, kind: 'member', of: first, label: `${label}: member of ${first}` };
    case 'identity':
      return { ...common, kind: 'identity', principal: '', label: `${label}: identity` };
    case 'entry':
      return { ...common, kind: 'entry', application: first, value: null, label: `${label}: entry of ${first}` };
    case 'grant':
      return { ...common, kind: 'grant', permission: first, target: second, label: `${label}: grant` };
    default:
      return undefined;
  }
}

/** What an entry of the record says; undefined when it is not one. */
export function parseShard(value: unknown): Shard | undefined {
  const { success, data } = shardSchema.safeParse(value);
  return success ? (data as Shard) : undefined;
}

/** What is known of a part. */
export function knownOf(shard: Shard, uuid: string, part: string): Known | undefined {
  const object = Object.hasOwn(shard.objects, uuid) ? shard.objects[uuid] : undefined;
  return object && Object.hasOwn(object.parts, part) ? object.parts[part] : undefined;
}

/** The shard with something else known of a part; undefined: nothing any more. */
export function withKnown(shard: Shard, item: ContentItem, known: Known | undefined): Shard {
  const { uuid } = item;
  const part = partOf(item);
  const { [uuid]: object, ...objects } = shard.objects;
  const { [part]: _, ...parts } = object?.parts ?? {};
  const left = known ? { ...parts, [part]: known } : parts;
  if (Object.keys(left).length === 0) return { version: 1, objects };
  const label = item.kind === 'object' ? item.label : (object?.label ?? item.label.split(': ')[0] ?? item.label);
  return { version: 1, objects: { ...objects, [uuid]: { label, parts: left } } };
}

/** A shard as the ConfigDB gets it, or why it does not. */
export function shardJson(shard: Shard): { readonly value: Json } | { readonly tooLarge: number } {
  const text = JSON.stringify(shard);
  const bytes = Buffer.byteLength(text);
  return bytes > SHARD_BYTES ? { tooLarge: bytes } : { value: JSON.parse(text) as Json };
}
