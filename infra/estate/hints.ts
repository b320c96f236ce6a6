import { z } from 'zod';
import { nearest } from '../model/nearest';
import { type AnySchema, bare } from './schema-at';

const MASKED = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/;

/** The network that an IPv4 address with a length lies in. */
function network(text: string): string {
  return text.replace(MASKED, (_, a, b, c, d, bits) => {
    const host = 2 ** (32 - Math.min(32, Number(bits)));
    const number = ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d);
    const first = Math.floor(number / host) * host;
    return `${[2 ** 24, 2 ** 16, 256, 1].map((unit) => Math.floor(first / unit) % 256).join('.')}/${bits}`;
  });
}

/** Ways in which a text is often written a little wrong, from the most to the least certain. */
const TEXT_HABITS: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => text.trim().replace(/\s+/g, ' '),
  (text) => text.trim().replace(/\s+/g, '-'),
  (text) => text.replace(/\s+/g, ''),
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/[\s_.-]+/g, '-'),
  (text) => text.replace(/(?<![0-9A-Za-z])0+(?=[0-9])/g, ''),
  (text) => text.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, ''),
  (text) => text.replace(/:[0-9]+$/, ''),
  network,
  (text) => text.replace(/^[./]*/, './'),
  (text) => text.replace(/^([A-Za-z0-9._-]+@[A-Za-z0-9.-]+):(?=[^/])/, 'ssh://$1/'),
];

const YES_OR_NO: Record<string, boolean> = { yes: true, on: true, true: true, no: false, off: false, false: false };

/** What a person may have meant who wrote this value where another is needed, most certain first. */
function* candidates(schema: AnySchema, value: unknown): Generator<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (typeof value === 'string') {
    if (/^-?[0-9]+(\.[0-9]+)?$/.test(value.trim())) yield Number(value);
    const truth = value.trim().toLowerCase();
    if (Object.hasOwn(YES_OR_NO, truth)) yield YES_OR_NO[truth];
    if (value.trim() !== '' && value.length <= 1000) for (const habit of TEXT_HABITS) yield habit(value);
    for (const form of def.type === 'union' ? def.options.map(bare) : [schema]) yield nearest(value, allowedTexts(form));
    yield [value];
  } else if (typeof value === 'number') {
    yield String(value);
    // YAML reads 1.30 as the number 1.3.
    yield `${value}0`;
  } else if (Array.isArray(value) && value.length === 1) yield value[0];
  else if (value === null || value === true) yield {};
}

function allowedTexts(schema: AnySchema): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const values = def.type === 'enum' ? Object.values(def.entries) : def.type === 'literal' ? def.values : [];
  return values.filter((value): value is string => typeof value === 'string');
}

/** Settings that a mapping must have, in words; undefined for what is no mapping, or one that may be empty. */
function requiredOf(schema: AnySchema): string | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'union') return 'discriminator' in def ? `${def.discriminator} and what belongs to it` : undefined;
  if (def.type !== 'object') return undefined;
  const required = Object.entries(def.shape).filter(([, setting]) => !z.safeParse(setting, undefined).success);
  return required.length > 0 ? required.map(([key]) => key).join(', ') : undefined;
}

/**
 * What to write instead of a value that a schema refuses, as an imperative sentence, where something close to it is allowed:
 * `write 4 without quotes`. Undefined where nothing is.
 */
export function writeInstead(schema: AnySchema, value: unknown): string | undefined {
  const inner = bare(schema);
  const required = value === null || typeof value !== 'object' ? requiredOf(inner) : undefined;
  if (required) return `write its settings (${required}) under it, or remove it`;
  if (Array.isArray(value) && (inner as z.core.$ZodTypes)._zod.def.type === 'record')
    return 'write each entry under a name instead of a dash';
  for (const candidate of candidates(inner, value)) {
    if (candidate === undefined || candidate === value || !z.safeParse(inner, candidate).success) continue;
    const text = JSON.stringify(candidate);
    if (text.length > 200) continue;
    if (value === null) return `write ${text} when there is none`;
    if (value === true && text === '{}') return 'write {} in its place to have it with its defaults';
    if (typeof candidate === 'number') return `write ${text} without quotes`;
    if (typeof candidate === 'string' && typeof value === 'number') return `write ${text} with quotes`;
    return `write ${text}`;
  }
  return undefined;
}
