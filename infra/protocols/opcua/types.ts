import type { ValueType } from '../../model/data-point';
import type { Refusal } from '../refusal';

/** A data type of OPC UA that the gateway reads. */
export interface OpcUaType {
  /** As it is written and as readers are told: `Int16`. */
  readonly name: string;
  readonly valueType: ValueType;
  /** The most bytes of text that arrive, unless the point states its own; for types of text only. */
  readonly maxBytes?: number;
}

/** Bytes of a text that are reckoned with and let through when the point does not say. */
export const DEFAULT_TEXT_BYTES = 255;

/** The built-in types (OPC UA part 6, 5.1.2) that are single values which line protocol can say. DateTime becomes a text. */
const TYPES: Record<string, Omit<OpcUaType, 'name'>> = {
  Boolean: { valueType: 'boolean' },
  SByte: { valueType: 'integer' },
  Byte: { valueType: 'integer' },
  Int16: { valueType: 'integer' },
  UInt16: { valueType: 'integer' },
  Int32: { valueType: 'integer' },
  UInt32: { valueType: 'integer' },
  Int64: { valueType: 'integer' },
  UInt64: { valueType: 'integer' },
  Float: { valueType: 'real' },
  Double: { valueType: 'real' },
  String: { valueType: 'string', maxBytes: DEFAULT_TEXT_BYTES },
  // 2026-11-22T01:02:03.123456700Z: a tick is 100 ns.
  DateTime: { valueType: 'string', maxBytes: 30 },
};

/** Names of all types. */
export const OPCUA_TYPE_NAMES: readonly string[] = Object.keys(TYPES);

/** Names that controllers, programming languages and OPC UA itself have for the same values, in capitals. */
const SAME: Record<string, string> = {
  BOOL: 'Boolean',
  SINT: 'SByte',
  USINT: 'Byte',
  UINT8: 'Byte',
  INT8: 'SByte',
  INT: 'Int16',
  SHORT: 'Int16',
  UINT: 'UInt16',
  WORD: 'UInt16',
  DINT: 'Int32',
  UDINT: 'UInt32',
  DWORD: 'UInt32',
  LINT: 'Int64',
  ULINT: 'UInt64',
  LWORD: 'UInt64',
  REAL: 'Float',
  FLOAT32: 'Float',
  LREAL: 'Double',
  FLOAT64: 'Double',
  WSTRING: 'String',
  DATE_AND_TIME: 'DateTime',
  DT: 'DateTime',
  LDT: 'DateTime',
  UTCTIME: 'DateTime',
  DATE: 'DateTime',
  TIME: 'Int32',
  DURATION: 'Double',
  ENUMERATION: 'Int32',
  LOCALEID: 'String',
};

/** Types that Telegraf 1.37.2 passes over, so that nothing would arrive (metric.go, convertField), or that are no single values. */
const UNREAD: Record<string, string> = {
  BYTESTRING: 'let the server offer a String',
  GUID: 'let the server offer a String',
  XMLELEMENT: 'let the server offer a String',
  NODEID: 'let the server offer a String',
  EXPANDEDNODEID: 'let the server offer a String',
  QUALIFIEDNAME: 'let the server offer a String',
  LOCALIZEDTEXT: 'let the server offer a String',
  STATUSCODE: 'let the server offer a UInt32',
  STRUCTURE: 'give each of its elements a point, by the node ids that the server has for them',
  EXTENSIONOBJECT: 'give each of its elements a point, by the node ids that the server has for them',
};

/** Reads a type: one of {@link OPCUA_TYPE_NAMES}. Never throws. */
export function parseOpcUaType(text: string): OpcUaType | Refusal {
  const known = Object.hasOwn(TYPES, text) ? TYPES[text] : undefined;
  if (known) return { name: text, ...known };
  const capitals = text.toUpperCase().replaceAll(/\s/g, '');
  const spelt = OPCUA_TYPE_NAMES.find((name) => name.toUpperCase() === capitals);
  if (spelt) return { error: 'is not spelt as OPC UA spells it', instead: `write ${spelt}` };
  if (/^(?:ARRAY\b|.*\[[0-9.,]*\]$)/i.test(text.trim())) {
    const length = /^(?:W?STRING)\[([0-9]+)\]$/.exec(capitals);
    return length
      ? { error: 'has a length, which a String of OPC UA does not have', instead: `write String, and maxBytes ${length[1]}` }
      : {
          error: 'is not read: the gateway reads single values',
          instead: 'give each element a point, by the node id that the server has for it',
        };
  }
  const same = Object.hasOwn(SAME, capitals) ? SAME[capitals] : undefined;
  if (same) return { error: 'is not a type of OPC UA that the gateway reads', instead: `write ${same}` };
  const instead = Object.hasOwn(UNREAD, capitals) ? UNREAD[capitals] : undefined;
  return instead
    ? { error: 'is not read: its values do not arrive', instead }
    : { error: 'is not a type that the gateway reads', instead: `write one of ${OPCUA_TYPE_NAMES.join(', ')}` };
}
