import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import type { ConfigTable } from '../../../../infra/protocols/protocol';
import { isRefusal } from '../../../../infra/protocols/refusal';
import { parseS7Address } from '../../../../infra/protocols/s7/address';
import { connections, inputs, telegrafAddress } from '../../../../infra/protocols/s7/gateway';
import { s7Settings } from '../../../../infra/protocols/s7/settings';
import { parseS7Type } from '../../../../infra/protocols/s7/types';
import { machineOf, PRESS, type RawPoint } from './machine';

/** s7comm.go, addressRegexp. */
const TELEGRAF_ADDRESS = /^([A-Z]+)([0-9]+)\.([A-Z]+)([0-9]+)(?:\.(.*))?$/;

const only = (raw = {}, address?: string): ConfigTable => inputs(machineOf(raw, address))[0]?.settings ?? {};

describe('the inputs of a gateway', () => {
  test('a press is read by one input for each scan class, the fastest first', () => {
    expect(inputs(machineOf(PRESS))).toMatchInlineSnapshot(`
[
  {
    "plugin": "s7comm",
    "points": [
      "main-pressure",
    ],
    "settings": {
      "alias": "press-1/fast",
      "connection_type": "OP",
      "idle_timeout": "0s",
      "interval": "250ms",
      "metric": [
        {
          "fields": [
            {
              "address": "DB10.R6",
              "name": "real",
            },
          ],
          "name": "point",
          "tags": {
            "point": "main-pressure",
            "type": "REAL",
            "unit": "bar",
          },
        },
      ],
      "pdu_size": 20,
      "rack": 0,
      "server": "10.20.1.11:102",
      "slot": 1,
      "startup_error_behavior": "retry",
      "timeout": "5s",
    },
  },
  {
    "plugin": "s7comm",
    "points": [
      "running",
      "state",
      "stroke-counter",
    ],
    "settings": {
      "alias": "press-1/normal",
      "connection_type": "OP",
      "idle_timeout": "0s",
      "interval": "1s",
      "metric": [
        {
          "fields": [
            {
              "address": "DB10.X10.0",
              "name": "boolean",
            },
          ],
          "name": "point",
          "tags": {
            "point": "running",
            "type": "BOOL",
          },
        },
        {
          "fields": [
            {
              "address": "DB10.I0",
              "name": "integer",
            },
          ],
          "name": "point",
          "tags": {
            "point": "state",
            "type": "INT",
          },
        },
        {
          "fields": [
            {
              "address": "DB10.DW2",
              "name": "integer",
            },
          ],
          "name": "point",
          "tags": {
            "point": "stroke-counter",
            "type": "UDINT",
          },
        },
      ],
      "pdu_size": 20,
      "rack": 0,
      "server": "10.20.1.11:102",
      "slot": 1,
      "startup_error_behavior": "retry",
      "timeout": "5s",
    },
  },
  {
    "plugin": "s7comm",
    "points": [
      "order",
    ],
    "settings": {
      "alias": "press-1/slow",
      "connection_type": "OP",
      "idle_timeout": "0s",
      "interval": "30s",
      "metric": [
        {
          "fields": [
            {
              "address": "DB10.S12.20",
              "name": "string",
            },
          ],
          "name": "point",
          "tags": {
            "point": "order",
            "type": "STRING[20]",
          },
        },
      ],
      "pdu_size": 20,
      "rack": 0,
      "server": "10.20.1.11:102",
      "slot": 1,
      "startup_error_behavior": "retry",
      "timeout": "5s",
    },
  },
]
`);
  });

  test('each scan class with points takes one connection, and one without points takes none', () => {
    expect(connections(machineOf(PRESS))).toMatchObject({ gateway: 3, usual: 32, controller: 'an S7-1500' });
    expect(connections(machineOf({ controller: 'S7-1200' }))).toMatchObject({ gateway: 1, usual: 6, controller: 'an S7-1200' });
  });

  test.each([
    ['DB10.DBX0.1', 'BOOL', 'DB10.X0.1'],
    ['DB10.DBB4', 'BYTE', 'DB10.B4'],
    ['DB10.DBB4', 'CHAR', 'DB10.C4'],
    ['DB10.DBW4', 'UINT', 'DB10.W4'],
    ['DB10.DBW4', 'INT', 'DB10.I4'],
    ['DB10.DBD4', 'UDINT', 'DB10.DW4'],
    ['DB10.DBD4', 'DINT', 'DB10.DI4'],
    ['DB10.DBD4', 'REAL', 'DB10.R4'],
    ['DB10.DBB4', 'LREAL', 'DB10.LR4'],
    ['DB10.DBB4', 'LINT', 'DB10.LI4'],
    ['DB10.DBB4', 'STRING[20]', 'DB10.S4.20'],
    ['M0.1', 'BOOL', 'MK0.X0.1'],
    ['IW64', 'INT', 'PE0.I64'],
    ['QB2', 'BYTE', 'PA0.B2'],
  ])('%s as %s is %s for Telegraf', (addressText, typeText, expected) => {
    const [address, type] = [parseS7Address(addressText), parseS7Type(typeText)];
    if (isRefusal(address) || isRefusal(type)) throw new Error('the example is wrong');
    expect(telegrafAddress(address, type)).toBe(expected);
    expect(expected).toMatch(TELEGRAF_ADDRESS);
  });

  test.each([
    ['10.20.1.11', '10.20.1.11:102'],
    ['fd00::11', '[fd00::11]:102'],
  ])('the controller at %s is reached at %s', (address, server) => {
    expect(only({}, address)).toMatchObject({ server });
  });

  test.each([
    ['PG', 'PD'],
    ['OP', 'OP'],
    ['basic', 'basic'],
  ])('the connection %s is called %s by Telegraf', (connection, expected) => {
    expect(only({ connection })).toMatchObject({ connection_type: expected });
  });

  test.each([
    ['250ms', '250ms'],
    ['1500ms', '1500ms'],
    ['2min', '120s'],
    ['1h', '3600s'],
  ])('an interval of %s is %s for Telegraf', (normal, interval) => {
    expect(only({ scans: { normal } })).toMatchObject({ interval });
  });

  test('scan classes of the same interval are ordered by name', () => {
    const point = (scan: string): RawPoint => ({ address: 'M0.1', type: 'BOOL', scan });
    const machine = machineOf({ scans: { b: '1s', a: '1s', c: '1s' }, points: { x: point('c'), y: point('b'), z: point('a') } });
    expect(inputs(machine).map(({ settings }) => settings.alias)).toEqual(['press-1/a', 'press-1/b', 'press-1/c']);
  });

  test('a point that cannot be read is left out instead of failing', () => {
    const points = {
      good: { address: 'M0.1', type: 'BOOL' },
      bad: { address: 'E0.1', type: 'BOOL' },
      worse: { address: 'M0.1', type: 'FLOAT' },
    };
    expect(only({ points }).metric).toHaveLength(1);
  });

  test('the order in which points and scan classes are written does not matter', () => {
    const points = Object.entries({
      ...PRESS.points,
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, n) => [`text-${n}`, { address: `DB11.DBB${n * 60}`, type: `STRING[${20 + n}]` }]),
      ),
    });
    const scans = Object.entries({ fast: '250ms', normal: '1s', slow: '30s' });
    const shuffled = <T>(list: T[]) => fc.shuffledSubarray(list, { minLength: list.length });
    const expected = inputs(machineOf({ controller: 'S7-1200', points: Object.fromEntries(points) }));
    fc.assert(
      fc.property(shuffled(points), shuffled(scans), (p, s) => {
        const machine = machineOf({ controller: 'S7-1200', points: Object.fromEntries(p), scans: Object.fromEntries(s) });
        expect(JSON.stringify(inputs(machine))).toBe(JSON.stringify(expected));
      }),
      { numRuns: 30 },
    );
  });

  test('no text of the estate can say more than its field: it is refused or comes out of TOML unchanged', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '"',
        '\\',
        "'''",
        '"""',
        'a\nb',
        '[[outputs.file]]',
        '"\n[[outputs.file]]',
        '\u2028',
        '\u0085',
        '\u007f',
        '\ud800',
        '$HOME',
        '# x',
        '°C',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom('unit', 'description', 'address', 'type', 'scan', 'name'), hostile, (field, text) => {
        const point = { address: 'M0.1', type: 'BOOL', ...(field === 'name' ? {} : { [field]: text }) };
        const result = s7Settings.safeParse({ protocol: 's7', controller: 'S7-1500', points: { [field === 'name' ? text : 'p']: point } });
        if (!result.success) return;
        const settings = inputs({ name: 'press-1', address: '10.20.1.11', settings: result.data }).map((input) => input.settings);
        expect(parse(stringify({ settings }))).toEqual({ settings });
      }),
      { numRuns: 1000 },
    );
  });
});
