import fc from 'fast-check';
import { isRefusal } from '../../../../infra/protocols/refusal';
import { atWidth, formatS7Address, parseS7Address, type S7Address } from '../../../../infra/protocols/s7/address';

const number = fc.integer({ min: 0, max: 65535 });
const area = fc.oneof(
  fc.record({ area: fc.constant('DB' as const), db: fc.integer({ min: 1, max: 65535 }) }),
  fc.record({ area: fc.constantFrom('M' as const, 'I' as const, 'Q' as const) }),
);
const place = fc.oneof(
  fc.record({ width: fc.constant('X' as const), byte: number, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ width: fc.constantFrom('B' as const, 'W' as const, 'D' as const), byte: number }),
);
const anyAddress: fc.Arbitrary<S7Address> = fc.tuple(area, place).map(([a, p]) => ({ ...a, ...p }));

/** Texts that look nearly like an address. */
const nearly = fc.string({ unit: fc.constantFrom(...'DBXWMIQEAPTCZ0129.%:# "db'.split('')), maxLength: 14 });

describe('an address of an S7 controller', () => {
  test.each([
    ['DB10.DBX0.1', { area: 'DB', db: 10, width: 'X', byte: 0, bit: 1 }],
    ['DB10.DBB4', { area: 'DB', db: 10, width: 'B', byte: 4 }],
    ['DB1.DBW65534', { area: 'DB', db: 1, width: 'W', byte: 65534 }],
    ['DB65535.DBD8', { area: 'DB', db: 65535, width: 'D', byte: 8 }],
    ['M0.1', { area: 'M', width: 'X', byte: 0, bit: 1 }],
    ['MB4', { area: 'M', width: 'B', byte: 4 }],
    ['MW4', { area: 'M', width: 'W', byte: 4 }],
    ['MD8', { area: 'M', width: 'D', byte: 8 }],
    ['I0.7', { area: 'I', width: 'X', byte: 0, bit: 7 }],
    ['IW64', { area: 'I', width: 'W', byte: 64 }],
    ['Q0.0', { area: 'Q', width: 'X', byte: 0, bit: 0 }],
    ['QD4', { area: 'Q', width: 'D', byte: 4 }],
  ])('%s is read as TIA Portal means it, with and without a percent sign', (text, expected) => {
    expect(parseS7Address(text)).toEqual(expected);
    expect(parseS7Address(`%${text}`)).toEqual(expected);
  });

  test.each([
    ['E0.0', 'is in German mnemonics (E and A); addresses are written in international mnemonics (I and Q)', 'write I0.0'],
    ['AW64', 'is in German mnemonics (E and A); addresses are written in international mnemonics (I and Q)', 'write QW64'],
    ['db10.dbw4', 'has lower-case letters', 'write DB10.DBW4'],
    ['%m0.1', 'has lower-case letters', 'write %M0.1'],
    ['ew64', 'has lower-case letters', 'write IW64'],
    ['PIW256', 'is a peripheral address; the gateway reads the process image only', 'write IW256 and keep it in the process image'],
    ['PEW256', 'is a peripheral address; the gateway reads the process image only', 'write IW256 and keep it in the process image'],
    ['IW64:P', 'is a peripheral address (:P); the gateway reads the process image only', 'write IW64 and keep it in the process image'],
    ['T5', 'is a timer; the gateway has no data type for timers', 'copy its value to a data block in the PLC program and read it there'],
    [
      'Z5',
      'is a counter; the gateway has no data type for counters',
      'copy its value to a data block in the PLC program and read it there',
    ],
    ['MX0.1', 'has the letter X, which only bits of data blocks have', 'write M0.1'],
    ['DI10.DIW4', 'names an instance data block as DI', 'write DB10.DBW4'],
    ['DB10.W4', 'has no DB behind the point', 'write DB10.DBW4'],
    ['DB10.12.0', 'does not say how much to read', 'write DB10.DBX12.0, DB10.DBB12, DB10.DBW12 or DB10.DBD12'],
    ['P#DB10.DBX12.0', 'is a pointer', 'write its first byte, such as DB10.DBB12, and give the type'],
    [
      '"Press".pressure',
      'is a symbolic name; S7 communication reads absolute addresses only',
      'write the offset that TIA Portal shows for it, such as DB10.DBW4, in a data block without optimised access',
    ],
    ['DB10 .DBW4', 'has a space in it', 'write DB10.DBW4'],
    ['DB010.DBW04', 'has a number with a leading zero', 'write DB10.DBW4'],
    ['DB0.DBW4', 'names data block 0; data blocks have numbers from 1 to 65535', 'write the number that TIA Portal shows'],
    ['DB65536.DBW4', 'names data block 65536; data blocks have numbers from 1 to 65535', 'write the number that TIA Portal shows'],
    ['MW65536', 'begins at byte 65536; an area has the bytes 0 to 65535', 'write the offset that TIA Portal shows'],
    ['DB10.DBX4', 'names a bit without its number', 'write DB10.DBX4.0 with the bit you mean, 0 to 7'],
    ['M4', 'names a bit without its number', 'write M4.0 with the bit you mean, 0 to 7'],
    ['M4.8', 'names bit 8; a byte has the bits 0 to 7', 'write a bit from M4.0 to M4.7'],
    ['DB10.DBW4.0', 'has the bit number 0, which only a bit has', 'write DB10.DBW4'],
    ['pressure', 'is not an absolute address', 'write it like DB10.DBX0.1, DB10.DBW4, M0.1, MW4, I0.0 or QB2'],
    ['', 'is not an absolute address', 'write it like DB10.DBX0.1, DB10.DBW4, M0.1, MW4, I0.0 or QB2'],
  ])('%s is refused with what to write instead', (text, error, instead) => {
    expect(parseS7Address(text)).toEqual({ error, instead });
  });

  test('every address is read back from its text unchanged', () => {
    fc.assert(fc.property(anyAddress, (address) => expect(parseS7Address(formatS7Address(address))).toEqual(address)));
  });

  test('an accepted text is the one spelling of its address but for the percent sign, and any other text is refused', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const result = parseS7Address(text);
        if (isRefusal(result)) expect(result.instead).not.toBe('');
        else expect(formatS7Address(result)).toBe(text.replace(/^%/, ''));
      }),
      { numRuns: 2000 },
    );
  });

  test('a hint that says what to write for an address of the right shape can be followed', () => {
    fc.assert(
      fc.property(anyAddress, fc.constantFrom('lower', 'space', 'zero'), (address, fault) => {
        const right = formatS7Address(address);
        const wrong = { lower: right.toLowerCase(), space: ` ${right}`, zero: right.replace(/(?<![0-9])(?=[0-9])/, '0') }[fault];
        expect(parseS7Address(wrong)).toMatchObject({ instead: `write ${right}` });
      }),
    );
  });

  test('the same place at another width keeps its area and byte', () => {
    expect(formatS7Address(atWidth({ area: 'DB', db: 10, width: 'X', byte: 4, bit: 3 }, 'D'))).toBe('DB10.DBD4');
    expect(formatS7Address(atWidth({ area: 'M', width: 'W', byte: 4 }, 'X'))).toBe('M4.0');
  });
});
