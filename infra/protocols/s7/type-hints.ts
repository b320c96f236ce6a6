import type { Refusal } from '../refusal';

/** Types of the controller that the gateway does not read: why, and what does. Offsets and formats: TIA Portal, Basics on data types. */
const UNREAD: Record<string, Refusal> = {
  SINT: {
    error: 'is not read: the gateway reads a single byte without its sign',
    instead: 'copy the value to an INT in the PLC program and read that',
  },
  ULINT: {
    error: 'is not read: the gateway reads 64 bits with a sign only',
    instead: 'write LINT, which is right up to 9223372036854775807',
  },
  LWORD: { error: 'is not read: the gateway reads 64 bits with a sign only', instead: 'read its two halves as DWORD' },
  TIME: { error: 'is not read as a duration', instead: 'write DINT, which reads it as milliseconds' },
  LTIME: { error: 'is not read as a duration', instead: 'write LINT at its first byte (DBB), which reads it as nanoseconds' },
  S5TIME: {
    error: 'is not read: it is coded in BCD with a time base',
    instead: 'convert it to TIME in the PLC program and read that as DINT',
  },
  DATE: { error: 'is not read as a date', instead: 'write WORD, which reads it as days since 1990-01-01' },
  TIME_OF_DAY: { error: 'is not read as a time', instead: 'write DWORD, which reads it as milliseconds since midnight' },
  LTIME_OF_DAY: {
    error: 'is not read as a time',
    instead: 'write LINT at its first byte (DBB), which reads it as nanoseconds since midnight',
  },
  DATE_AND_TIME: {
    error: "is not read: reading one stops the gateway (Telegraf's s7comm input fetches seven of its eight bytes and fails on the eighth)",
    instead: 'convert it to seconds since 1970-01-01 in a DINT in the PLC program and read that',
  },
  DATE_AND_LTIME: {
    error: 'is not read as a date',
    instead: 'write LINT at its first byte (DBB), which reads it as nanoseconds since 1970-01-01',
  },
  DTL: {
    error: 'is not read: it is a structure of twelve bytes',
    instead:
      'give its parts points of their own: the year is a UINT at its first byte, month, day, weekday, hour, minute and second are USINTs from its third',
  },
  WCHAR: { error: 'is not read: the gateway reads one byte a character', instead: 'copy it to a CHAR in the PLC program and read that' },
  WSTRING: {
    error: 'is not read: the gateway reads one byte a character',
    instead: 'copy it to a STRING in the PLC program and read that',
  },
  STRING: {
    error: 'has no length',
    instead: 'write STRING[n] with the declared length n; TIA Portal means STRING[254] when none is declared',
  },
  TIMER: { error: 'is not read', instead: 'copy its value to a data block in the PLC program and read it there' },
  COUNTER: { error: 'is not read', instead: 'copy its value to a data block in the PLC program and read it there' },
  STRUCT: { error: 'is not read as a whole', instead: 'give each of its elements a point' },
  ARRAY: { error: 'is not read as a whole', instead: 'give each of its elements a point' },
};

/** Other names of the same types. */
const ALIASES: Record<string, string> = {
  TOD: 'TIME_OF_DAY',
  LTOD: 'LTIME_OF_DAY',
  DT: 'DATE_AND_TIME',
  LDT: 'DATE_AND_LTIME',
};

/**
 * Finds out why a text is not a type that the gateway reads, and what to write instead. Never throws.
 *
 * @param text what was written as the type
 * @param known names of all types that are read
 */
export function diagnoseType(text: string, known: readonly string[]): Refusal {
  const capitals = text.toUpperCase().replace(/\s/g, '');
  const bare = capitals.replace(/\[.*$/, '');
  if (capitals !== text && (known.includes(capitals) || /^STRING\[[0-9]+\]$/.test(capitals))) {
    return { error: 'is not written in capitals without spaces', instead: `write ${capitals}` };
  }
  const name = ALIASES[bare] ?? bare;
  const refusal = Object.hasOwn(UNREAD, name) ? UNREAD[name] : undefined;
  return refusal ?? { error: 'is not a type that the gateway reads', instead: `write one of ${known.join(', ')}` };
}
