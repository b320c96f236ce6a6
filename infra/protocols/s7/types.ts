import type { ValueType } from '../../model/data-point';
import type { Refusal } from '../refusal';
import type { S7Width } from './address';
import type { S7Controller } from './controllers';
import { diagnoseType } from './type-hints';

/** Letter by which Telegraf's s7comm input calls a type (its README, version 1.37.2). */
export type TelegrafType = 'X' | 'B' | 'C' | 'W' | 'DW' | 'I' | 'DI' | 'LI' | 'R' | 'LR' | 'S';

/** A data type of the controller that the gateway can read. */
export interface S7Type {
  /** As it is written and as readers are told: `INT`, `STRING[20]`. */
  readonly name: string;
  /** The width that its address must have: what is wider than four bytes is named by its first byte (B). */
  readonly width: S7Width;
  /** Bytes that are read: 1 for a bit, 1–8 for numbers, n + 2 for STRING[n]. */
  readonly bytes: number;
  readonly telegraf: TelegrafType;
  /** What Telegraf turns it into (type_conversions.go): whole numbers are exact up to 64 bits, REAL is widened to 64 bits. */
  readonly valueType: ValueType;
  /** Families whose programs can declare it (TIA Portal, overview of the valid data types). */
  readonly controllers: readonly S7Controller[];
  /** The most bytes of text that arrive; for types of text only. */
  readonly maxBytes?: number;
}

const ALL = ['S7-300', 'S7-400', 'S7-1200', 'S7-1500'] as const;
const NEWER = ['S7-1200', 'S7-1500'] as const;

/**
 * Every type but STRING[n]. LINT: Telegraf's README grants it to the S7-1200 as well; TIA Portal lets only an S7-1500 declare it.
 * CHAR: the byte is taken as a character of Latin-1, so that it may take two bytes of UTF-8.
 */
const TYPES: Record<string, Omit<S7Type, 'name'>> = {
  BOOL: { width: 'X', bytes: 1, telegraf: 'X', valueType: 'boolean', controllers: ALL },
  BYTE: { width: 'B', bytes: 1, telegraf: 'B', valueType: 'integer', controllers: ALL },
  USINT: { width: 'B', bytes: 1, telegraf: 'B', valueType: 'integer', controllers: NEWER },
  CHAR: { width: 'B', bytes: 1, telegraf: 'C', valueType: 'string', controllers: ALL, maxBytes: 2 },
  WORD: { width: 'W', bytes: 2, telegraf: 'W', valueType: 'integer', controllers: ALL },
  UINT: { width: 'W', bytes: 2, telegraf: 'W', valueType: 'integer', controllers: NEWER },
  INT: { width: 'W', bytes: 2, telegraf: 'I', valueType: 'integer', controllers: ALL },
  DWORD: { width: 'D', bytes: 4, telegraf: 'DW', valueType: 'integer', controllers: ALL },
  UDINT: { width: 'D', bytes: 4, telegraf: 'DW', valueType: 'integer', controllers: NEWER },
  DINT: { width: 'D', bytes: 4, telegraf: 'DI', valueType: 'integer', controllers: ALL },
  REAL: { width: 'D', bytes: 4, telegraf: 'R', valueType: 'real', controllers: ALL },
  LREAL: { width: 'B', bytes: 8, telegraf: 'LR', valueType: 'real', controllers: NEWER },
  LINT: { width: 'B', bytes: 8, telegraf: 'LI', valueType: 'integer', controllers: ['S7-1500'] },
};

/** The longest STRING that a controller can declare. */
export const MAX_STRING_LENGTH = 254;

/** Names of all types, for people: the last one stands for every length. */
export const S7_TYPE_NAMES: readonly string[] = [...Object.keys(TYPES), 'STRING[n]'];

/**
 * Reads a type: one of {@link S7_TYPE_NAMES} in capitals, with n from 1 to 254 as declared in the controller. A STRING takes n + 2
 * bytes there: the declared and the actual length come before the text. Never throws.
 */
export function parseS7Type(text: string): S7Type | Refusal {
  const known = Object.hasOwn(TYPES, text) ? TYPES[text] : undefined;
  if (known) return { name: text, ...known };
  const length = /^STRING\[([0-9]+)\]$/.exec(text)?.[1];
  if (length === undefined) return diagnoseType(text, S7_TYPE_NAMES);
  const n = Number(length);
  if (n < 1 || n > MAX_STRING_LENGTH || String(n) !== length) {
    return {
      error: `has the length ${length}; a STRING has a length from 1 to ${MAX_STRING_LENGTH}`,
      instead: 'write the declared length',
    };
  }
  return { name: text, width: 'B', bytes: n + 2, telegraf: 'S', valueType: 'string', controllers: ALL, maxBytes: n };
}

/** Names of the types that a controller has and that an address of this width can have. */
export function typesOfWidth(width: S7Width, controller: S7Controller): string[] {
  return S7_TYPE_NAMES.filter((name) => {
    const type = TYPES[name];
    return type ? type.width === width && type.controllers.includes(controller) : width === 'B';
  });
}
