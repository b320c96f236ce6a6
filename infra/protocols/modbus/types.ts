import type { ValueType } from '../../model/data-point';
import { nearest } from '../../model/nearest';
import type { Refusal } from '../refusal';

/** A data type that the gateway reads. */
export interface ModbusType {
  /** As it is written and as readers are told: `INT16`, `STRING[20]`. */
  readonly name: string;
  /** Registers that it takes, 1–125; a BOOL takes a coil, a discrete input or a bit. */
  readonly registers: number;
  /** Telegraf's name of it (modbus input, README, 1.37.2). */
  readonly telegraf: string;
  readonly valueType: ValueType;
  /** Bytes of text; for STRING only. */
  readonly maxBytes?: number;
}

const TYPES: Record<string, Omit<ModbusType, 'name'>> = {
  BOOL: { registers: 1, telegraf: 'BOOL', valueType: 'boolean' },
  INT16: { registers: 1, telegraf: 'INT16', valueType: 'integer' },
  UINT16: { registers: 1, telegraf: 'UINT16', valueType: 'integer' },
  INT32: { registers: 2, telegraf: 'INT32', valueType: 'integer' },
  UINT32: { registers: 2, telegraf: 'UINT32', valueType: 'integer' },
  INT64: { registers: 4, telegraf: 'INT64', valueType: 'integer' },
  UINT64: { registers: 4, telegraf: 'UINT64', valueType: 'integer' },
  FLOAT32: { registers: 2, telegraf: 'FLOAT32', valueType: 'real' },
  FLOAT64: { registers: 4, telegraf: 'FLOAT64', valueType: 'real' },
};

/** The longest text: what one request carries, two bytes a register. */
export const MAX_STRING_LENGTH = 250;

/** Names of all types, for people: the last one stands for every length. */
export const MODBUS_TYPE_NAMES: readonly string[] = [...Object.keys(TYPES), 'STRING[n]'];

/** Names that manuals and controllers use for the same, and for what is not read. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  BIT: 'BOOL',
  BOOLEAN: 'BOOL',
  INT: 'INT16',
  S16: 'INT16',
  SHORT: 'INT16',
  SIGNED: 'INT16',
  UINT: 'UINT16',
  WORD: 'UINT16',
  U16: 'UINT16',
  UNSIGNED: 'UINT16',
  ENUM16: 'UINT16',
  BITFIELD16: 'UINT16',
  DINT: 'INT32',
  LONG: 'INT32',
  S32: 'INT32',
  UDINT: 'UINT32',
  DWORD: 'UINT32',
  ULONG: 'UINT32',
  U32: 'UINT32',
  ACC32: 'UINT32',
  LINT: 'INT64',
  S64: 'INT64',
  ULINT: 'UINT64',
  LWORD: 'UINT64',
  U64: 'UINT64',
  ACC64: 'UINT64',
  REAL: 'FLOAT32',
  FLOAT: 'FLOAT32',
  F32: 'FLOAT32',
  SINGLE: 'FLOAT32',
  LREAL: 'FLOAT64',
  DOUBLE: 'FLOAT64',
  F64: 'FLOAT64',
};

/** Types that the gateway does not read, and what does. */
const UNREAD: Readonly<Record<string, Refusal>> = {
  STRING: { error: 'has no length', instead: 'write STRING[n] with the number of characters, two in each register' },
  INT8: { error: 'is not read: a register has two bytes', instead: 'read the register as UINT16' },
  UINT8: { error: 'is not read: a register has two bytes', instead: 'read the register as UINT16' },
  BYTE: { error: 'is not read: a register has two bytes', instead: 'read the register as UINT16' },
  FLOAT16: { error: 'is not read', instead: 'let the device show the value as FLOAT32, or as INT16 with a factor' },
  BCD: { error: 'is not read: the gateway does not decode BCD', instead: 'let the device show the value in binary' },
};

/**
 * Reads a type: one of {@link MODBUS_TYPE_NAMES} in capitals, with n from 1 to 250, the number of characters (bytes); a register holds two.
 * Never throws.
 */
export function parseModbusType(text: string): ModbusType | Refusal {
  const known = Object.hasOwn(TYPES, text) ? TYPES[text] : undefined;
  if (known) return { name: text, ...known };
  const length = /^STRING\[([0-9]+)\]$/.exec(text)?.[1];
  if (length !== undefined) {
    const n = Number(length);
    if (n < 1 || n > MAX_STRING_LENGTH || String(n) !== length) {
      return {
        error: `has the length ${length}; a STRING has a length from 1 to ${MAX_STRING_LENGTH} characters, which is what one request carries`,
        instead: 'write the number of characters, two in each register',
      };
    }
    return { name: text, registers: Math.ceil(n / 2), telegraf: 'STRING', valueType: 'string', maxBytes: n };
  }
  return diagnoseType(text);
}

function diagnoseType(text: string): Refusal {
  const capitals = text.toUpperCase().replace(/\s/g, '');
  if (capitals !== text && (Object.hasOwn(TYPES, capitals) || /^STRING\[[0-9]+\]$/.test(capitals))) {
    return { error: 'is not written in capitals without spaces', instead: `write ${capitals}` };
  }
  const unread = Object.hasOwn(UNREAD, capitals) ? UNREAD[capitals] : undefined;
  if (unread) return unread;
  const same = Object.hasOwn(OTHER_NAMES, capitals) ? OTHER_NAMES[capitals] : nearest(capitals, Object.keys(TYPES));
  return {
    error: 'is not a type that the gateway reads',
    instead: same === undefined ? `write one of ${MODBUS_TYPE_NAMES.join(', ')}` : `write ${same} if you mean that`,
  };
}
