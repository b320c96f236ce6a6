import fc from 'fast-check';
import { isRefusal } from '../../../../infra/protocols/refusal';
import { parseS7Type, S7_TYPE_NAMES, typesOfWidth } from '../../../../infra/protocols/s7/types';

const ALL = 'S7-300 S7-400 S7-1200 S7-1500';

describe('a type of an S7 controller', () => {
  test.each([
    ['BOOL', 'X', 1, 'X', 'boolean', ALL],
    ['BYTE', 'B', 1, 'B', 'integer', ALL],
    ['USINT', 'B', 1, 'B', 'integer', 'S7-1200 S7-1500'],
    ['CHAR', 'B', 1, 'C', 'string', ALL],
    ['WORD', 'W', 2, 'W', 'integer', ALL],
    ['UINT', 'W', 2, 'W', 'integer', 'S7-1200 S7-1500'],
    ['INT', 'W', 2, 'I', 'integer', ALL],
    ['DWORD', 'D', 4, 'DW', 'integer', ALL],
    ['UDINT', 'D', 4, 'DW', 'integer', 'S7-1200 S7-1500'],
    ['DINT', 'D', 4, 'DI', 'integer', ALL],
    ['REAL', 'D', 4, 'R', 'real', ALL],
    ['LREAL', 'B', 8, 'LR', 'real', 'S7-1200 S7-1500'],
    ['LINT', 'B', 8, 'LI', 'integer', 'S7-1500'],
    ['STRING[1]', 'B', 3, 'S', 'string', ALL],
    ['STRING[254]', 'B', 256, 'S', 'string', ALL],
  ])('%s is read at width %s with %i bytes as %s and arrives as %s from %s', (name, width, bytes, telegraf, valueType, controllers) => {
    expect(parseS7Type(name)).toMatchObject({ name, width, bytes, telegraf, valueType, controllers: controllers.split(' ') });
  });

  test.each([
    ['CHAR', 2],
    ['STRING[20]', 20],
    ['INT', undefined],
  ])('%s brings at most %s bytes of text', (name, maxBytes) => {
    const type = parseS7Type(name);
    expect(isRefusal(type) ? type : type.maxBytes).toBe(maxBytes);
  });

  test.each([
    ['Int', 'is not written in capitals without spaces', 'write INT'],
    ['string[20]', 'is not written in capitals without spaces', 'write STRING[20]'],
    ['STRING [20]', 'is not written in capitals without spaces', 'write STRING[20]'],
    ['STRING', 'has no length', 'write STRING[n] with the declared length n; TIA Portal means STRING[254] when none is declared'],
    ['STRING[0]', 'has the length 0; a STRING has a length from 1 to 254', 'write the declared length'],
    ['STRING[255]', 'has the length 255; a STRING has a length from 1 to 254', 'write the declared length'],
    ['STRING[020]', 'has the length 020; a STRING has a length from 1 to 254', 'write the declared length'],
    ['SINT', 'is not read: the gateway reads a single byte without its sign', 'copy the value to an INT in the PLC program and read that'],
    ['TIME', 'is not read as a duration', 'write DINT, which reads it as milliseconds'],
    [
      'DT',
      "is not read: reading one stops the gateway (Telegraf's s7comm input fetches seven of its eight bytes and fails on the eighth)",
      'convert it to seconds since 1970-01-01 in a DINT in the PLC program and read that',
    ],
    ['WSTRING[20]', 'is not read: the gateway reads one byte a character', 'copy it to a STRING in the PLC program and read that'],
    ['ARRAY[0..9] OF INT', 'is not read as a whole', 'give each of its elements a point'],
    [
      'FLOAT',
      'is not a type that the gateway reads',
      'write one of BOOL, BYTE, USINT, CHAR, WORD, UINT, INT, DWORD, UDINT, DINT, REAL, LREAL, LINT, STRING[n]',
    ],
  ])('%s is refused with the reason and what to do instead', (text, error, instead) => {
    expect(parseS7Type(text)).toEqual({ error, instead });
  });

  test.each([
    'SINT',
    'ULINT',
    'LWORD',
    'TIME',
    'LTIME',
    'S5TIME',
    'DATE',
    'TOD',
    'LTOD',
    'DATE_AND_TIME',
    'LDT',
    'DTL',
    'WCHAR',
    'TIMER',
    'STRUCT',
  ])('%s has a reason of its own', (text) => {
    expect(parseS7Type(text)).toMatchObject({ error: expect.not.stringContaining('not a type that') });
  });

  test('any text is either a type under exactly its name or refused', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'STRINGDLWUO[]0129 '.split('')), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string(), fc.constantFrom('constructor', '__proto__', 'toString')), (text) => {
        const type = parseS7Type(text);
        if (isRefusal(type)) expect(type.instead).not.toBe('');
        else expect(type.name).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('every type is offered for exactly one width on an S7-1500', () => {
    const offered = (['X', 'B', 'W', 'D'] as const).flatMap((width) => typesOfWidth(width, 'S7-1500'));
    expect([...offered].sort()).toEqual([...S7_TYPE_NAMES].sort());
  });
});
