import { requestsOf } from '../../infra/protocols/modbus/gateway';
import { scansOf } from '../../infra/protocols/modbus/reading';
import { BYTE_ORDERS, type ByteOrder, modbusSettings } from '../../infra/protocols/modbus/settings';
import { pause } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines, type Reading, type Value } from './support/line-protocol';
import { ModbusDevice, type ModbusMemory, registers, textRegisters } from './support/modbus-device';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';

const bytes = (length: number, write: (buffer: Buffer) => unknown) => {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
};

/** Values of every type, and what arrives of them. */
const NUMBERS: readonly (readonly [type: string, value: Buffer, field: string, arrives: Value])[] = [
  ['INT16', bytes(2, (b) => b.writeInt16BE(-12_345)), 'integer', -12_345n],
  ['UINT16', bytes(2, (b) => b.writeUInt16BE(54_321)), 'integer', 54_321n],
  ['INT32', bytes(4, (b) => b.writeInt32BE(-1_234_567_890)), 'integer', -1_234_567_890n],
  ['UINT32', bytes(4, (b) => b.writeUInt32BE(4_000_000_001)), 'integer', 4_000_000_001n],
  ['INT64', bytes(8, (b) => b.writeBigInt64BE(-9_007_199_254_740_993n)), 'integer', -9_007_199_254_740_993n],
  ['UINT64', bytes(8, (b) => b.writeBigUInt64BE(9_223_372_036_854_775_807n)), 'integer', 9_223_372_036_854_775_807n],
  ['FLOAT32', bytes(4, (b) => b.writeFloatBE(-212.625)), 'real', -212.625],
  ['FLOAT64', bytes(8, (b) => b.writeDoubleBE(0.1)), 'real', 0.1],
];

interface Expected {
  readonly type: string;
  readonly field: string;
  readonly value: Value;
  readonly unit?: string;
}

/** Points of every type in every byte order, what the device holds, and what must arrive. */
function everyType() {
  const points: Record<string, object> = {};
  const expected: Record<string, Expected> = {};
  const holding: number[] = [];
  const add = (name: string, point: object, content: number[], arrives: Expected) => {
    points[name] = { address: `holding ${holding.length}`, type: arrives.type, ...point };
    holding.push(...content);
    expected[name] = arrives;
  };
  for (const byteOrder of BYTE_ORDERS) {
    const order = byteOrder.toLowerCase();
    for (const [type, value, field, arrives] of NUMBERS) {
      const unit = type === 'FLOAT32' ? { unit: '°C' } : {};
      add(`${type.toLowerCase()}-${order}`, { byteOrder, ...unit }, registers(value, byteOrder as ByteOrder), {
        type,
        field,
        value: arrives,
        ...unit,
      });
    }
    add(`text-${order}`, { byteOrder }, textRegisters('Öl "7" \\,=', 15, byteOrder), {
      type: 'STRING[15]',
      field: 'string',
      value: 'Öl "7" \\,=',
    });
    add(`full-${order}`, { byteOrder }, textRegisters('ABCDE', 5, byteOrder), { type: 'STRING[5]', field: 'string', value: 'ABCDE' });
    const word = holding.length;
    holding.push(
      ...registers(
        bytes(2, (b) => b.writeUInt16BE(0b1000_0000_0000_0101)),
        byteOrder,
      ),
    );
    for (const [bit, value] of [
      [0, true],
      [1, false],
      [2, true],
      [15, true],
    ] as const) {
      points[`bit-${order}-${bit}`] = { address: `holding ${word}.${bit}`, type: 'BOOL', byteOrder, ...(bit === 15 ? { unit: 'on' } : {}) };
      expected[`bit-${order}-${bit}`] = { type: 'BOOL', field: 'boolean', value, ...(bit === 15 ? { unit: 'on' } : {}) };
    }
  }
  add('tenths', { factor: 0.1, unit: 'bar' }, [3], { type: 'UINT16', field: 'real', value: 0.3, unit: 'bar' });
  add('kelvin', { factor: 0.01, offset: -273.15 }, [29_315], { type: 'UINT16', field: 'real', value: 20 });
  points['lamp-on'] = { address: 'coil 9', type: 'BOOL' };
  points['door-open'] = { address: 'discrete 2', type: 'BOOL', scan: 'fast' };
  points['heater-power'] = { address: 'input 500', type: 'FLOAT32', scan: 'fast', byteOrder: 'CDAB' };
  expected['lamp-on'] = { type: 'BOOL', field: 'boolean', value: true };
  expected['door-open'] = { type: 'BOOL', field: 'boolean', value: false };
  expected['heater-power'] = { type: 'FLOAT32', field: 'real', value: 1.5 };
  const memory: ModbusMemory = {
    holding: [[0, holding]],
    coil: [[8, [0, 1]]],
    discrete: [[0, [1, 1, 0]]],
    input: [
      [
        500,
        registers(
          bytes(4, (b) => b.writeFloatBE(1.5)),
          'CDAB',
        ),
      ],
    ],
  };
  return { points, expected, memory };
}

const every = everyType();
/** What is no value: beyond 64 bits with a sign, not a number; and a block that the device does not have, in a scan class of its own. */
const ODD = {
  'too-large': { address: 'holding 900', type: 'UINT64' },
  'no-number': { address: 'holding 904', type: 'FLOAT32' },
  missing: { address: 'holding 2000', type: 'UINT16', scan: 'options' },
};
const TYPES = {
  oven: {
    protocol: 'modbus',
    timeout: '1s',
    scans: { fast: '250ms', normal: '1s', options: '1s' },
    points: { ...every.points, ...ODD },
  },
  drier: {
    protocol: 'modbus',
    transport: 'rtu-over-tcp',
    port: 4001,
    unitId: 17,
    readThrough: 10,
    pause: '5ms',
    points: {
      state: { address: '40011', type: 'INT16' },
      level: { address: 'holding 20', type: 'FLOAT32', unit: 'mm' },
      'batch-counter': { address: 'input 7', type: 'UINT32', byteOrder: 'CDAB' },
    },
  },
  meter: {
    protocol: 'modbus',
    unitId: 255,
    requests: 'single',
    keepsConnection: false,
    points: {
      energy: { address: 'input 0', type: 'UINT32', unit: 'Wh' },
      power: { address: 'input 2', type: 'INT16', unit: 'W' },
      current: { address: 'input 3', type: 'FLOAT32', unit: 'A' },
    },
  },
};
const FLOAT_LEVEL = registers(
  bytes(4, (b) => b.writeFloatBE(63.25)),
  'ABCD',
);
const MEMORY: Record<string, ModbusMemory> = {
  'oven-1': {
    ...every.memory,
    holding: [...(every.memory.holding ?? []), [900, [0x8000, 0, 0, 0, 0x7fc0, 0]]],
  },
  'drier-1': {
    holding: [[10, [4, ...Array(9).fill(0), ...FLOAT_LEVEL]]],
    input: [
      [
        7,
        registers(
          bytes(4, (b) => b.writeUInt32BE(3_000_000_000)),
          'CDAB',
        ),
      ],
    ],
  },
  'meter-1': {
    input: [
      [
        0,
        [
          0x0001,
          0x0000,
          0xffff,
          ...registers(
            bytes(4, (b) => b.writeFloatBE(7.5)),
            'ABCD',
          ),
        ],
      ],
    ],
  },
};
const EXPECTED: Record<string, Record<string, Expected>> = {
  'oven-1': every.expected,
  'drier-1': {
    state: { type: 'INT16', field: 'integer', value: 4n },
    level: { type: 'FLOAT32', field: 'real', value: 63.25, unit: 'mm' },
    'batch-counter': { type: 'UINT32', field: 'integer', value: 3_000_000_000n },
  },
  'meter-1': {
    energy: { type: 'UINT32', field: 'integer', value: 65_536n, unit: 'Wh' },
    power: { type: 'INT16', field: 'integer', value: -1n, unit: 'W' },
    current: { type: 'FLOAT32', field: 'real', value: 7.5, unit: 'A' },
  },
};
const MACHINES = Object.keys(MEMORY);

describe('Modbus devices, read by their generated gateways', () => {
  let trial: PlantOnTrial;
  let reader: TestClient;
  const devices: Record<string, ModbusDevice> = {};

  const readings = (machine: string): Reading[] =>
    reader.received.filter(({ topic }) => topic === `data/v1/leeds/${machine}`).flatMap(({ payload }) => parseLines(payload));
  const arrived = async (machine: string, point: string, timeoutMs: number, accepts = (_: Reading) => true): Promise<Reading> => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = readings(machine).find((reading) => reading.tags.point === point && accepts(reading));
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`${point} of ${machine} has not arrived:\n${trial.gateway(machine).log()}`);
      await pause(100);
    }
  };

  beforeAll(async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      Object.assign(estate.machineTypes, TYPES);
      for (const [n, machine] of MACHINES.entries()) {
        estate.plants.leeds.machines[machine] = { type: machine.replace(/-1$/, ''), address: `10.20.1.${240 + n}` };
      }
    });
    trial = await PlantOnTrial.of(plant, { machines: MACHINES });
    devices['oven-1'] = new ModbusDevice(trial, 'oven-1', { port: 502, framer: 'socket', unitId: 1 });
    devices['drier-1'] = new ModbusDevice(trial, 'drier-1', { port: 4001, framer: 'rtu', unitId: 17 });
    devices['meter-1'] = new ModbusDevice(trial, 'meter-1', { port: 502, framer: 'socket', unitId: 255 });
    await trial.startBroker();
    reader = await trial.client('data-publisher');
    await reader.subscribe('data/v1/leeds/+');
    for (const machine of MACHINES) await devices[machine]?.start(MEMORY[machine] ?? {});
    for (const machine of MACHINES) await trial.startTelegraf(trial.gateway(machine));
  }, 120_000);
  afterAll(() => trial?.end());

  test('every declared point of every type and byte order arrives with its name, unit, type, quality, value and time', async () => {
    const began = BigInt(Date.now() - 60_000) * 1_000_000n;
    for (const machine of MACHINES) {
      const { points } = trial.plant.machines.find(({ name }) => name === machine) ?? { points: [] };
      const declared = points.map(({ name }) => name).filter((name) => !Object.hasOwn(ODD, name));
      expect(declared).toEqual(Object.keys(EXPECTED[machine] ?? {}).sort());
      for (const [point, { type, field, value, unit }] of Object.entries(EXPECTED[machine] ?? {})) {
        const tags = { machine, plant: 'leeds', point, type, ...(unit === undefined ? {} : { unit }) };
        const reading = await arrived(machine, point, 20_000, (found) => found.field !== undefined);
        expect({ ...reading, line: '' }).toEqual({ measurement: 'point', tags, field, value, quality: 192n, time: reading.time, line: '' });
        expect(reading.time).toBeGreaterThan(began);
        expect(reading.time).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n);
        expect(reading.time % 1_000_000n).toBe(0n);
      }
    }
  }, 90_000);

  test('what no reader could take comes as bad, without a value', async () => {
    for (const point of ['too-large', 'no-number']) {
      expect(await arrived('oven-1', point, 10_000)).toMatchObject({ field: undefined, quality: 0n });
    }
  });

  test('a block that the device does not have takes nothing from the other scan classes', async () => {
    await arrived('oven-1', 'int16-abcd', 10_000);
    expect(trial.gateway('oven-1').log(200)).toContain("exception '2' (illegal data address)");
    expect(readings('oven-1').filter(({ tags, field }) => tags.point === 'missing' && field !== undefined)).toEqual([]);
    // It alone is told to be bad, although another scan class has the same rate.
    expect(await arrived('oven-1', 'missing', 10_000)).toMatchObject({ quality: 0n });
    const last = new Map(readings('oven-1').map(({ tags, quality }) => [tags.point, quality]));
    expect(
      [...last]
        .filter(([, quality]) => quality !== 192n)
        .map(([point]) => point)
        .sort(),
    ).toEqual(Object.keys(ODD).sort());
    await trial.answers200(trial.gateway('oven-1'), 8080, '/');
  });

  test('the devices are asked what was planned, and nothing else', async () => {
    for (const machine of MACHINES) {
      const settings = modbusSettings.parse(TYPES[machine.replace(/-1$/, '') as keyof typeof TYPES]);
      const planned = scansOf(settings).flatMap((scan) => requestsOf(settings, scan));
      const requests = planned.map(({ kind, number, length }) => `${kind} ${number} ${length}`).sort();
      expect(await devices[machine]?.requests(requests.length)).toEqual(requests);
    }
  });

  test('a device that hangs is read again when it answers, and others are read meanwhile', async () => {
    devices['oven-1']?.hang();
    await pause(1_500);
    const stopped = BigInt(Date.now()) * 1_000_000n;
    await pause(6_000);
    const meanwhile = (machine: string) => readings(machine).filter(({ time, field }) => time > stopped && field !== undefined);
    expect(meanwhile('oven-1')).toEqual([]);
    expect(meanwhile('drier-1').length).toBeGreaterThan(9);
    await trial.answers200(trial.gateway('oven-1'), 8080, '/');
    devices['oven-1']?.goOn();
    for (const point of ['int16-abcd', 'heater-power']) {
      await arrived('oven-1', point, 15_000, ({ time, field }) => time > stopped && field !== undefined);
    }
  }, 60_000);

  test('a device that restarts is read again, over RTU frames too', async () => {
    for (const machine of ['oven-1', 'drier-1']) await devices[machine]?.stop();
    await pause(3_000);
    const changed = structuredClone(MEMORY);
    (changed['drier-1']?.holding?.[0]?.[1] ?? [])[0] = 5;
    (changed['oven-1']?.holding?.[0]?.[1] ?? [])[0] = 6;
    for (const machine of ['oven-1', 'drier-1']) await devices[machine]?.start(changed[machine] ?? {});
    await arrived('drier-1', 'state', 15_000, ({ value }) => value === 5n);
    await arrived('oven-1', 'int16-abcd', 15_000, ({ value }) => value === 6n);
  }, 60_000);
});
