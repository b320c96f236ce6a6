import { addressRule } from '../../../../infra/protocols/modbus/rules/address';
import { areaEndRule } from '../../../../infra/protocols/modbus/rules/area-end';
import { overlapRule } from '../../../../infra/protocols/modbus/rules/overlap';
import { scaleRule } from '../../../../infra/protocols/modbus/rules/scale';
import { scanRule } from '../../../../infra/protocols/modbus/rules/scan';
import { scanTimeRule } from '../../../../infra/protocols/modbus/rules/scan-time';
import { typeRule } from '../../../../infra/protocols/modbus/rules/type';
import { typeKindRule } from '../../../../infra/protocols/modbus/rules/type-kind';
import { unitIdRule } from '../../../../infra/protocols/modbus/rules/unit-id';
import { found, told } from './machine';

describe('the rules of one Modbus point', () => {
  test('an address or a type that cannot be read is told with what to write', () => {
    expect(found(addressRule, { points: { a: { address: 'HR5', type: 'INT16' } } })).toEqual([
      {
        rule: 'modbus/address',
        severity: 'error',
        path: ['machineTypes', 'oven', 'points', 'a', 'address'],
        value: 'HR5',
        message: 'is not written as a kind, a space and a number',
        remedy: 'write holding 5',
      },
    ]);
    expect(told(typeRule, { a: { address: 'holding 5', type: 'REAL' } })).toEqual([
      ['error', 'a.type', 'REAL', 'is not a type that the gateway reads', 'write FLOAT32 if you mean that'],
    ]);
  });

  test('a bit is a BOOL, and a register is none', () => {
    expect(
      told(typeKindRule, {
        a: { address: 'coil 3', type: 'INT16' },
        b: { address: 'holding 3.1', type: 'UINT16' },
        c: { address: 'input 3', type: 'BOOL' },
        d: { address: 'discrete 3', type: 'BOOL' },
        e: { address: 'holding 3.1', type: 'BOOL' },
      }),
    ).toEqual([
      ['error', 'a.type', 'INT16', 'is more than one bit, but a coil is one', 'write BOOL, or the address of a register'],
      ['error', 'b.type', 'UINT16', 'is more than one bit, but a bit of a register is one', 'write BOOL, or the address of a register'],
      [
        'error',
        'c.type',
        'BOOL',
        'is one bit, but input 3 is a register of 16',
        'write input 3.0 with the bit you mean, or one of INT16, UINT16, INT32, UINT32, INT64, UINT64, FLOAT32, FLOAT64, STRING[n]',
      ],
    ]);
  });

  test('factor and offset stand at numbers, with digits that can be calculated with exactly', () => {
    expect(
      told(scaleRule, {
        a: { address: 'coil 3', type: 'BOOL', factor: 2 },
        b: { address: 'holding 3', type: 'STRING[2]', offset: 1 },
        c: { address: 'holding 3', type: 'INT16', factor: 1 / 3 },
        d: { address: 'holding 3', type: 'INT16', factor: 0.001, offset: -273.15 },
      }),
    ).toEqual([
      ['error', 'a.factor', 2, 'is for numbers, and BOOL is none', 'remove it, or correct the type'],
      ['error', 'b.offset', 1, 'is for numbers, and STRING[2] is none', 'remove it, or correct the type'],
      [
        'error',
        'c.factor',
        1 / 3,
        'with the offset 0 has more digits than can be calculated with exactly: both as whole numbers of the same decimal places must be at most 9007199254740991',
        'round them',
      ],
    ]);
  });

  test('a value ends at register 65534 at the latest', () => {
    expect(
      told(areaEndRule, { a: { address: 'holding 65533', type: 'FLOAT32' }, b: { address: 'holding 65532', type: 'FLOAT64' } }),
    ).toEqual([
      [
        'error',
        'b.address',
        'holding 65532',
        'with the 4 registers of FLOAT64 ends at 65535; the last one that the gateway reads is 65534',
        'correct the address or the type',
      ],
    ]);
  });

  test('a scan class that does not exist is told with those that do', () => {
    expect(told(scanRule, { a: { address: 'coil 0', type: 'BOOL', scan: 'quick' } })).toEqual([
      [
        'error',
        'a.scan',
        'quick',
        'is not a scan class of this machine type; it has fast, normal, slow',
        'write one of them, or add the scan class under scans',
      ],
    ]);
  });
});

describe('the rule that no two points read the same registers', () => {
  test('a point that ends inside another of its scan class is an error, in another scan class a warning', () => {
    const message = 'as INT16 reads holding 102, of which the point text (STRING[20]) reads holding 100 to 109';
    const points = { text: { address: 'holding 100', type: 'STRING[20]' }, count: { address: 'holding 102', type: 'INT16' } };
    expect(told(overlapRule, points)).toEqual([
      [
        'error',
        'count.address',
        'holding 102',
        message,
        'correct one of the addresses or types; if both are meant, put them into different scan classes',
      ],
    ]);
    expect(told(overlapRule, { ...points, count: { ...points.count, scan: 'slow' } })).toEqual([
      ['warning', 'count.address', 'holding 102', message, 'correct one of the addresses or types'],
    ]);
  });

  test('the same registers read twice are warned about, a register beside its bits is not, nor is another table', () => {
    expect(
      told(overlapRule, {
        word: { address: 'holding 5', type: 'UINT16' },
        'bit-0': { address: 'holding 5.0', type: 'BOOL' },
        'bit-1': { address: 'holding 5.1', type: 'BOOL' },
        again: { address: 'holding 5.1', type: 'BOOL' },
        signed: { address: 'holding 5', type: 'INT16' },
        other: { address: 'input 5', type: 'INT16' },
      }),
    ).toEqual([
      [
        'warning',
        'bit-1.address',
        'holding 5.1',
        'is read as BOOL by the point again already',
        'correct the address, or remove one of the two points',
      ],
      [
        'warning',
        'word.address',
        'holding 5',
        'is read as INT16 by the point signed already',
        'correct the address, or remove one of the two points',
      ],
    ]);
  });
});

describe('the rules of a Modbus device', () => {
  const spread = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}`, { address: `holding ${2 * n}`, type: 'INT16' }]));

  test('requests that take longer than the scan class are warned about, with all figures', () => {
    expect(found(scanTimeRule, { points: spread, pause: '5ms' })).toEqual([
      {
        rule: 'modbus/scan-time',
        severity: 'warning',
        path: ['machineTypes', 'oven', 'scans', 'normal'],
        value: '1s',
        message: 'is too short for 60 points in 60 requests, which take about 1500 ms at 20 ms each and 5 ms of pause',
        remedy:
          'let requests read through gaps (readThrough), move points to a slower scan class, lengthen this one, or state the measured turnaround',
      },
    ]);
    expect(found(scanTimeRule, { points: spread, pause: '5ms', readThrough: 1 })).toEqual([]);
    expect(found(scanTimeRule, { points: spread, turnaround: '16ms' })).toEqual([]);
    expect(found(scanTimeRule, { points: spread, transport: 'rtu-over-tcp' })[0]?.message).toContain('about 6000 ms at 100 ms each');
  });

  test('a unit identifier is one that answers', () => {
    expect(found(unitIdRule, { unitId: 248 })).toMatchObject([
      { path: ['machineTypes', 'oven', 'unitId'], value: 248, message: 'is kept free by the standard; devices have 0 to 247, or 255' },
    ]);
    expect(found(unitIdRule, { unitId: 0, transport: 'rtu-over-tcp' })).toMatchObject([
      { value: 0, message: 'is no address of a device on a serial line; they have 1 to 247' },
    ]);
    for (const unitId of [0, 1, 247, 255]) expect(found(unitIdRule, { unitId })).toEqual([]);
    for (const unitId of [1, 247]) expect(found(unitIdRule, { unitId, transport: 'rtu-over-tcp' })).toEqual([]);
  });
});
