import fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../../infra/formats/toml';
import { inputs, requestsOf } from '../../../../infra/protocols/modbus/gateway';
import { modbus } from '../../../../infra/protocols/modbus/index';
import { processors } from '../../../../infra/protocols/modbus/processor';
import { scansOf } from '../../../../infra/protocols/modbus/reading';
import { BYTE_ORDERS, modbusSettings } from '../../../../infra/protocols/modbus/settings';
import type { ConfigTable } from '../../../../infra/protocols/protocol';
import { machineOf, OVEN, pathOf, type RawPoint } from './machine';

interface Metric {
  readonly tags: Record<string, string>;
  readonly fields: readonly [{ readonly register: string; readonly address: number; readonly name: string; readonly type?: string }];
}
const only = (raw = {}, address?: string): ConfigTable => inputs(machineOf(raw, address))[0]?.settings ?? {};
const metricsOf = (settings: ConfigTable) => settings.metric as unknown as Metric[];
const constants = (raw = {}) => processors(machineOf(raw))[0]?.settings.constants as Record<string, Record<string, unknown>> | undefined;

describe('the inputs of a gateway', () => {
  test('an oven is read by one input for each scan class, the fastest first', () => {
    const [fast, normal, slow] = inputs(machineOf(OVEN)).map(({ settings }) => settings);
    expect(fast).toEqual({
      alias: 'oven-1/fast',
      interval: '250ms',
      name: 'oven-1',
      tagexclude: ['name', 'slave_id'],
      controller: 'tcp://10.20.1.31:502',
      transmission_mode: 'TCP',
      timeout: '2s',
      configuration_type: 'metric',
      exclude_register_type_tag: true,
      optimization: 'none',
      metric: [
        {
          slave_id: 1,
          byte_order: 'CDAB',
          measurement: 'point',
          fields: [{ register: 'input', address: 10, name: 'integer', type: 'INT16', output: 'INT64' }],
          tags: { point: 'temperature', type: 'INT16', unit: '°C' },
        },
      ],
    });
    // In the order of the requests; bits of one register are fetched once.
    expect(metricsOf(normal ?? {}).map(({ tags, fields: [field] }) => [tags.point, field.register, field.address, field.name])).toEqual([
      ['door', 'discrete', 4, 'boolean'],
      ['normal/holding/0/CDAB', 'holding', 0, 'integer'],
      ['batch-counter', 'holding', 1, 'integer'],
      ['power', 'input', 20, 'real'],
    ]);
    expect(slow).toMatchObject({ interval: '30s', metric: [{ fields: [{ type: 'STRING', length: 10, name: 'string' }] }] });
  });

  test('what is asked together is stated as the device can bear it', () => {
    expect(only()).toMatchObject({ optimization: 'none' });
    expect(only()).not.toHaveProperty('workarounds');
    expect(only({ readThrough: 8 })).toMatchObject({ optimization: 'max_insert', optimization_max_register_fill: 8 });
    expect(only({ requests: 'single', pause: '20ms', keepsConnection: false })).toMatchObject({
      optimization: 'max_insert',
      workarounds: { one_request_per_field: true, pause_between_requests: '20ms', close_connection_after_gather: true },
    });
  });

  test('transport, port, unit and the kind of address are those of the machine', () => {
    expect(only({ transport: 'rtu-over-tcp', port: 4001, unitId: 17 })).toMatchObject({
      controller: 'tcp://10.20.1.31:4001',
      transmission_mode: 'RTUoverTCP',
      metric: [{ slave_id: 17 }],
    });
    expect(only({}, 'fd00::31')).toMatchObject({ controller: 'tcp://[fd00::31]:502' });
    expect(modbus.conduits(machineOf({ port: 4001, transport: 'rtu-over-tcp' }))).toEqual([
      { protocol: 'TCP', port: 4001, purpose: 'Modbus RTU over TCP' },
    ]);
  });
});

describe('the processor of a gateway', () => {
  test('it knows bits, lengths of texts and scales by point', () => {
    expect(constants(OVEN)).toEqual({
      words: {
        'normal/holding/0/CDAB': [
          ['fault', '3', ''],
          ['running', '0', ''],
        ],
      },
      texts: { order: 20 },
      scales: { temperature: [1, 0, 10] },
    });
  });

  test('a machine whose values are as they should be has none', () => {
    expect(processors(machineOf())).toEqual([]);
    expect(processors(machineOf({ points: { a: { address: 'holding 0', type: 'UINT32' } } }))).toEqual([]);
    for (const type of ['UINT64', 'FLOAT32'])
      expect(processors(machineOf({ points: { a: { address: 'holding 0', type } } }))).toHaveLength(1);
  });
});

describe('the points of a machine', () => {
  test('they are told by name with what readers need to know; a number with a factor is real', () => {
    expect(modbus.points(machineOf(OVEN))).toEqual([
      { name: 'batch-counter', valueType: 'integer', sourceType: 'UINT32', scanMs: 1000 },
      { name: 'door', valueType: 'boolean', sourceType: 'BOOL', scanMs: 1000 },
      { name: 'fault', valueType: 'boolean', sourceType: 'BOOL', scanMs: 1000 },
      { name: 'order', valueType: 'string', sourceType: 'STRING[20]', scanMs: 30_000, maxBytes: 20 },
      { name: 'power', valueType: 'real', sourceType: 'FLOAT32', unit: 'kW', scanMs: 1000 },
      { name: 'running', valueType: 'boolean', sourceType: 'BOOL', scanMs: 1000 },
      { name: 'temperature', valueType: 'real', sourceType: 'INT16', unit: '°C', scanMs: 250 },
    ]);
    expect(modbus.check(machineOf(OVEN), pathOf)).toEqual([]);
  });

  test('all problems of a machine are reported together', () => {
    const points = {
      a: { address: '100', type: 'BOOL' },
      b: { address: 'coil 0', type: 'REAL', scan: 'never' },
      c: { address: 'coil 1', type: 'INT16' },
      d: { address: 'holding 65532', type: 'INT64', factor: 1 / 3 },
    };
    const rules = modbus.check(machineOf({ points, unitId: 250 }), pathOf).map((problem) => problem.rule);
    expect(rules.sort()).toEqual([
      'modbus/address',
      'modbus/area-end',
      'modbus/scale',
      'modbus/scan',
      'modbus/type',
      'modbus/type-kind',
      'modbus/unit-id',
    ]);
  });

  const anyPoint: fc.Arbitrary<RawPoint> = fc
    .record({
      place: fc.oneof<fc.Arbitrary<[string, string]>[]>(
        fc.tuple(fc.constantFrom('coil', 'discrete'), fc.constant('BOOL')),
        fc.tuple(fc.constantFrom('input', 'holding'), fc.constantFrom('INT16', 'UINT32', 'UINT64', 'FLOAT32', 'STRING[7]', 'bit')),
      ),
      number: fc.integer({ min: 0, max: 9_000 }),
      bit: fc.integer({ min: 0, max: 15 }),
      byteOrder: fc.constantFrom(...BYTE_ORDERS),
      unit: fc.option(fc.constantFrom('°C', '$HOME', '@{a:b}', '\\"'), { nil: undefined }),
      factor: fc.option(fc.constantFrom(0.1, -2, 1000), { nil: undefined }),
      scan: fc.constantFrom('fast', 'normal'),
    })
    .map(({ place: [kind, type], number, bit, byteOrder, unit, factor, scan }) => ({
      address: `${kind} ${number}${type === 'bit' ? `.${bit}` : ''}`,
      type: type === 'bit' ? 'BOOL' : type,
      byteOrder,
      scan,
      ...(unit === undefined ? {} : { unit }),
      ...(factor === undefined || ['BOOL', 'bit', 'STRING[7]'].includes(type) ? {} : { factor }),
    }));
  const machines = fc
    .uniqueArray(anyPoint, { selector: ({ address }) => address, minLength: 1, maxLength: 40 })
    .map((points) => machineOf({ points: Object.fromEntries(points.map((point, n) => [`p${n}`, point])) }));

  test('every point is fetched once, by itself or as a bit, with the field that it promises, and the configuration reads back', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const written = {
          inputs: { modbus: inputs(machine).map(({ settings }) => settings) },
          processors: { starlark: processors(machine).map(({ settings }) => settings) },
        };
        const read = parse(toToml(written).replaceAll('$$', '$')) as unknown as {
          inputs: { modbus: { metric: Metric[] }[] };
          processors: { starlark: { constants: { words: Record<string, string[][]>; scales: Record<string, number[]> } }[] };
        };
        expect(read).toEqual(written);
        const { words = {}, scales = {} } = read.processors.starlark[0]?.constants ?? {};
        const arriving = read.inputs.modbus.flatMap(({ metric }) =>
          metric.flatMap(({ tags, fields: [field] }): (readonly [string, string])[] => {
            const point = tags.point ?? '';
            if (point in words) return (words[point] ?? []).map(([name = '']) => [name, 'boolean'] as const);
            return [[point, point in scales ? 'real' : field.name]];
          }),
        );
        expect(arriving.toSorted()).toEqual(
          modbus
            .points(machine)
            .map(({ name, valueType }) => [name, valueType] as const)
            .toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('the order of the points does not matter', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const points = Object.fromEntries(Object.entries(machine.settings.points).reverse());
        const other = { ...machine, settings: { ...machine.settings, points } };
        expect([inputs(other), processors(other), modbus.points(other)]).toEqual([
          inputs(machine),
          processors(machine),
          modbus.points(machine),
        ]);
      }),
      { numRuns: 25 },
    );
  });
});

test('a setting beyond its bounds is refused', () => {
  const refused = (raw: object) =>
    modbusSettings.safeParse({ protocol: 'modbus', points: { a: { address: 'coil 0', type: 'BOOL' } }, ...raw }).success;
  expect(refused({})).toBe(true);
  for (const raw of [
    { unitId: 256 },
    { readThrough: 101 },
    { timeout: '99ms' },
    { byteOrder: 'ACBD' },
    { transport: 'rtu' },
    { points: {} },
    { baud: 9600 },
  ])
    expect(refused(raw)).toBe(false);
  expect(requestsOf(machineOf().settings, scansOf(machineOf().settings)[0] ?? { name: '', intervalMs: 1, readings: [] })).toHaveLength(1);
});
