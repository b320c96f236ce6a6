import fc from 'fast-check';
import { formatModbusAddress, formatReference, parseModbusAddress } from '../../../../infra/protocols/modbus/address';
import { KINDS, type ModbusAddress } from '../../../../infra/protocols/modbus/tables';
import { parseModbusType } from '../../../../infra/protocols/modbus/types';
import { isRefusal } from '../../../../infra/protocols/refusal';

const number = fc.integer({ min: 0, max: 65_534 });
const anyAddress: fc.Arbitrary<ModbusAddress> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...KINDS), number }),
  fc.record({ kind: fc.constantFrom('input' as const, 'holding' as const), number, bit: fc.integer({ min: 0, max: 15 }) }),
);

/** Texts that look nearly like an address. */
const nearly = fc
  .tuple(
    fc.constantFrom('holding', 'coil', 'input', 'Discrete', 'HR', '4x', ''),
    fc.string({ unit: fc.constantFrom(...'01346 .:x'.split('')), maxLength: 9 }),
  )
  .map(([kind, rest]) => kind + rest);

describe('an address of a Modbus device', () => {
  test.each([
    ['coil 0', { kind: 'coil', number: 0 }],
    ['discrete 17', { kind: 'discrete', number: 17 }],
    ['input 30000', { kind: 'input', number: 30_000 }],
    ['holding 65534', { kind: 'holding', number: 65_534 }],
    ['holding 40000', { kind: 'holding', number: 40_000 }],
    ['holding 100.15', { kind: 'holding', number: 100, bit: 15 }],
    // References stand alone and count from 1.
    ['00017', { kind: 'coil', number: 16 }],
    ['10001', { kind: 'discrete', number: 0 }],
    ['30031', { kind: 'input', number: 30 }],
    ['40101', { kind: 'holding', number: 100 }],
    ['40101.3', { kind: 'holding', number: 100, bit: 3 }],
    ['400101', { kind: 'holding', number: 100 }],
    ['465535', { kind: 'holding', number: 65_534 }],
    ['000001', { kind: 'coil', number: 0 }],
  ])('%s is read', (text, expected) => {
    expect(parseModbusAddress(text)).toEqual(expected);
  });

  test.each([
    [
      'holding 40101',
      'may mean the address 40101, or the reference 40101, which is the address 100',
      'write holding 100 for the reference, or 440102 for the address 40101',
    ],
    [
      'input 30001.2',
      'may mean the address 30001, or the reference 30001, which is the address 0',
      'write input 0.2 for the reference, or 330002.2 for the address 30001',
    ],
    ['40000', 'is no reference number: they count from 1', 'write holding 0 if the first one is meant'],
    [
      '465536',
      'is a reference beyond the last one that the gateway reads, 465535',
      'write 4 and the number from the manual, or the kind and the address, such as holding 100',
    ],
    ['100', 'does not say which table it is in', 'write holding 100, input 100, coil 100 or discrete 100'],
    [
      'holding 65535',
      'has the number 65535; the gateway reads the numbers 0 to 65534',
      'write the address that travels on the wire, which counts from 0',
    ],
    ['coil 5.1', 'has the bit number 1, but a coil is one bit already', 'write coil 5'],
    [
      'holding 5.16',
      'names bit 16; a register has the bits 0 to 15',
      'write a bit from holding 5.0, the least significant, to holding 5.15',
    ],
    ['Holding 5', 'is not written as a kind, a space and a number', 'write holding 5'],
    ['holding register 5', 'is not written as a kind, a space and a number', 'write holding 5'],
    ['HR5', 'is not written as a kind, a space and a number', 'write holding 5'],
    ['discrete-input:7', 'is not written as a kind, a space and a number', 'write discrete 7'],
    ['4x0101', 'is a reference number, which counts from 1', 'write holding 100, the address that travels on the wire'],
    ['holding 0x64', 'has a hexadecimal number', 'write holding 100'],
    ['holding 007', 'has a number with a leading zero', 'write holding 7 if that is the address on the wire, which counts from 0'],
    ['%MW100', 'is an address of the PLC program, not of Modbus', 'write holding 100, which is where Schneider controllers show it'],
    ['DB10.DBW4', 'is not a Modbus address', 'write it like holding 100, holding 100.3, input 30, coil 7 or discrete 0'],
    ['', 'is not a Modbus address', 'write it like holding 100, holding 100.3, input 30, coil 7 or discrete 0'],
  ])('%s is refused with what to write instead', (text, error, instead) => {
    expect(parseModbusAddress(text)).toEqual({ error, instead });
  });

  test('every address is read back from its text and from its six-digit reference; what may be either is refused', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const back = parseModbusAddress(formatModbusAddress(address));
        if (isRefusal(back)) expect(back.error).toContain(`may mean the address ${address.number}`);
        else expect(back).toEqual(address);
        expect(parseModbusAddress(formatReference(address))).toEqual(address);
      }),
    );
  });

  test('an accepted text is a spelling of its address, and a refused one is answered with what to write', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const result = parseModbusAddress(text);
        if (!isRefusal(result)) {
          const long = formatReference(result);
          // Five digits say the same as six where the number has four.
          expect([formatModbusAddress(result), long, long.replace(/^(.)0/, '$1')]).toContain(text);
          return;
        }
        expect(result.instead).toMatch(/^write /);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a data type of a Modbus device', () => {
  test.each([
    ['BOOL', 1, 'boolean'],
    ['INT16', 1, 'integer'],
    ['UINT32', 2, 'integer'],
    ['UINT64', 4, 'integer'],
    ['FLOAT32', 2, 'real'],
    ['FLOAT64', 4, 'real'],
    ['STRING[5]', 3, 'string'],
    ['STRING[250]', 125, 'string'],
  ])('%s takes %i registers and arrives as %s', (text, registers, valueType) => {
    expect(parseModbusType(text)).toMatchObject({ name: text, registers, valueType });
  });

  test.each([
    ['int16', 'is not written in capitals without spaces', 'write INT16'],
    ['REAL', 'is not a type that the gateway reads', 'write FLOAT32 if you mean that'],
    ['word', 'is not a type that the gateway reads', 'write UINT16 if you mean that'],
    ['FLAOT32', 'is not a type that the gateway reads', 'write FLOAT32 if you mean that'],
    ['UINT8', 'is not read: a register has two bytes', 'read the register as UINT16'],
    ['STRING', 'has no length', 'write STRING[n] with the number of characters, two in each register'],
    [
      'STRING[251]',
      'has the length 251; a STRING has a length from 1 to 250 characters, which is what one request carries',
      'write the number of characters, two in each register',
    ],
    [
      'constructor',
      'is not a type that the gateway reads',
      'write one of BOOL, INT16, UINT16, INT32, UINT32, INT64, UINT64, FLOAT32, FLOAT64, STRING[n]',
    ],
  ])('%s is refused with what to write instead', (text, error, instead) => {
    expect(parseModbusType(text)).toEqual({ error, instead });
  });
});
