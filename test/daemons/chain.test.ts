import { eventually, pause } from '../support/wait';
import { examplePlant } from './support/example';
import { parseLines, type Reading } from './support/line-protocol';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { type PlcArea, s7 } from './support/plc';

const db = (number: number): PlcArea => ({ area: 'DB', number });

/** What the controllers hold: area, first byte, bytes. */
const MEMORY = {
  'press-1': [
    [db(10), 0, s7.int(-3)],
    [db(10), 2, s7.udint(4_000_000_000)],
    [db(10), 6, s7.udint(0)],
    [db(10), 10, s7.real(212.5)],
    [db(10), 14, s7.real(-0.1)],
    [db(10), 18, s7.real(63.25)],
    [db(10), 22, s7.byte(0b0000_0001)],
    // Latin-1, as an operator's panel writes it.
    [db(10), 24, s7.string(20, Buffer.from('Gr\u00f6\u00dfe "7" \\ A, B=c', 'latin1'))],
  ],
  'lathe-2': [
    [db(1), 0, s7.int(32_767)],
    [db(1), 2, s7.udint(2_147_483_648)],
    [db(1), 6, s7.real(3_000.5)],
    [db(1), 10, s7.int(-32_768)],
    [db(1), 12, s7.byte(200)],
    [{ area: 'MK' }, 10, s7.byte(0b1111_1110)],
  ],
} satisfies Record<string, (readonly [PlcArea, number, Buffer])[]>;

/** What arrives of it: point → type, unit, field, value. */
const EXPECTED = {
  'press-1': {
    state: ['INT', undefined, 'integer', -3n],
    'stroke-counter': ['UDINT', undefined, 'integer', 4_000_000_000n],
    'rejected-parts': ['UDINT', undefined, 'integer', 0n],
    'main-pressure': ['REAL', 'bar', 'real', 212.5],
    'ram-position': ['REAL', 'mm', 'real', Math.fround(-0.1)],
    'oil-temperature': ['REAL', '°C', 'real', 63.25],
    'guard-closed': ['BOOL', undefined, 'boolean', true],
    order: ['STRING[20]', undefined, 'string', 'Gr\ufffde "7" \\ A, B=c'],
  },
  'lathe-2': {
    state: ['INT', undefined, 'integer', 32_767n],
    'part-counter': ['UDINT', undefined, 'integer', 2_147_483_648n],
    'spindle-speed': ['REAL', '1/min', 'real', 3_000.5],
    'spindle-load': ['INT', '%', 'integer', -32_768n],
    'tool-number': ['BYTE', undefined, 'integer', 200n],
    'emergency-stop': ['BOOL', undefined, 'boolean', false],
  },
};

type MachineName = keyof typeof EXPECTED;

/** What a machine holds, and what must arrive of it, as one object. */
function expected(machine: MachineName, point: string) {
  const [type, unit, field, value] = (EXPECTED[machine] as Record<string, (string | bigint | number | boolean | undefined)[]>)[point] ?? [];
  const tags = { machine, plant: 'leeds', point, type, ...(unit === undefined ? {} : { unit }) };
  return { measurement: 'point', tags, field, value, quality: 192n };
}

describe('the whole chain of the example plant, from the controller to the centre', () => {
  let trial: PlantOnTrial;
  let reader: TestClient;

  const readings = (machine: MachineName): Reading[] =>
    reader.received.filter(({ topic }) => topic === `data/v1/leeds/${machine}`).flatMap(({ payload }) => parseLines(payload));
  /** Readings without a value: what gateways say of scans that failed. */
  const told = (machine: MachineName) => readings(machine).filter(({ field }) => field === undefined);
  const arrived = async (machine: MachineName, point: string, timeoutMs: number, accepts = (_: Reading) => true): Promise<Reading> => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = readings(machine).find((reading) => reading.tags.point === point && reading.field !== undefined && accepts(reading));
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(`${point} of ${machine} has not arrived:\n${trial.gateway(machine).log()}\n${trial.publisher.log()}`);
      await pause(100);
    }
  };

  beforeAll(async () => {
    trial = await PlantOnTrial.of(examplePlant(), { machines: ['press-1', 'lathe-2'] });
    for (const [machine, memory] of Object.entries(MEMORY)) {
      for (const [area, byte, data] of memory) await trial.plc(machine).write(area, byte, data);
    }
    await Promise.all([trial.startBroker(), trial.central.start()]);
    reader = await trial.reader();
    await reader.subscribe('#');
    await trial.startTelegraf(trial.publisher);
  }, 60_000);
  afterAll(() => trial?.end());

  test('a controller that is off does not stop its gateway, which says that it is well and its points are bad; nor does one that gives no answer', async () => {
    await trial.network.hostNamed('plc-lathe-2').unplug();
    await Promise.all([trial.startTelegraf(trial.gateway('press-1')), trial.startTelegraf(trial.gateway('lathe-2'))]);
    // Who gives no answer may be stale first. The slow class may have been read or not.
    await eventually('a word on each point', 30_000, () => {
      for (const machine of ['press-1', 'lathe-2'] as const) {
        const last = Object.fromEntries(told(machine).map(({ tags, quality }) => [tags.point, quality]));
        const { points } = trial.plant.machines.find(({ name }) => name === machine) ?? { points: [] };
        const bad = points.filter(({ scanMs }) => scanMs <= 1_000).map(({ name }) => [name, 0n]);
        expect(last).toMatchObject(Object.fromEntries(bad));
      }
    });
    for (const gateway of trial.gateways.values()) await trial.answers200(gateway, 8080, '/');
    for (const machine of ['press-1', 'lathe-2'] as const) expect(readings(machine)).toEqual(told(machine));
  });

  test('once the controllers are there, every declared point arrives with its tags, its field, its value and its time', async () => {
    const switchedOn = BigInt(Date.now()) * 1_000_000n;
    await Promise.all([trial.plc('press-1').start(), trial.plc('lathe-2').start(), trial.network.hostNamed('plc-lathe-2').plug()]);
    for (const machine of ['press-1', 'lathe-2'] as const) {
      const { points } = trial.plant.machines.find(({ name }) => name === machine) ?? { points: [] };
      expect(points.map(({ name }) => name)).toEqual(Object.keys(EXPECTED[machine]).sort());
      for (const { name, scanMs } of points) {
        // The gateway tries again at its scans; then a scan, and a second in the gateway and one in the publisher.
        const reading = await arrived(machine, name, 2 * scanMs + 30_000);
        expect(reading).toMatchObject(expected(machine, name));
        expect(reading.time).toBeGreaterThan(switchedOn - 1_000_000_000n);
        expect(reading.time).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n);
        expect(reading.time % 1_000_000n).toBe(0n);
      }
    }
    // Nothing else arrives, on no other topic.
    expect(new Set(reader.received.map(({ topic }) => topic))).toEqual(new Set(['data/v1/leeds/press-1', 'data/v1/leeds/lathe-2']));
    for (const machine of ['press-1', 'lathe-2'] as const) {
      for (const reading of readings(machine)) {
        const { tags, ...as } = expected(machine, reading.tags.point ?? '');
        expect(reading).toMatchObject({ tags, ...(reading.field === undefined ? {} : as) });
        if (reading.field === undefined) expect([0n, 500n]).toContain(reading.quality);
      }
    }
  }, 120_000);

  test('points come at the rate of their scan class, and a changed value within three seconds', async () => {
    const from = readings('press-1').length;
    await pause(5_000);
    const times = (point: string) =>
      readings('press-1')
        .slice(from)
        .filter(({ tags, field }) => tags.point === point && field !== undefined)
        .map(({ time }) => Number(time / 1_000_000n));
    for (const [point, scanMs] of [
      ['main-pressure', 250],
      ['state', 1_000],
    ] as const) {
      const gaps = times(point)
        .slice(1)
        .map((time, i) => time - (times(point)[i] ?? 0));
      expect(gaps.length).toBeGreaterThan(3_000 / scanMs - 1);
      expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(scanMs, -2);
    }

    const changed = Date.now();
    await trial.plc('press-1').write(db(10), 10, s7.real(99.5));
    await arrived('press-1', 'main-pressure', 5_000, ({ value }) => value === 99.5);
    expect(Date.now() - changed).toBeLessThan(3_000 + 250);
  });

  test('a controller that restarts is read again; meanwhile its points are bad, once', async () => {
    const before = told('press-1').length;
    await trial.plc('press-1').stop();
    await pause(6_000);
    const off = readings('press-1').length;
    const ofState = told('press-1')
      .slice(before)
      .filter(({ tags }) => tags.point === 'state');
    expect(ofState).toMatchObject([{ ...expected('press-1', 'state'), field: undefined, value: undefined, quality: 0n }]);
    await trial.plc('press-1').write(db(10), 0, s7.int(2));
    await trial.plc('press-1').start();
    await arrived('press-1', 'state', 15_000, ({ value }) => value === 2n);
    await arrived('press-1', 'main-pressure', 15_000, ({ line }) => readings('press-1').findIndex((other) => other.line === line) >= off);
  });

  test('a gateway says that it is well while its controller and the plant broker are away, and delivers afterwards what it read meanwhile', async () => {
    for (const broker of trial.brokers) await broker.kill();
    const away = BigInt(Date.now()) * 1_000_000n;
    await pause(6_000);
    await trial.plc('lathe-2').stop();
    for (const gateway of trial.gateways.values()) await trial.answers200(gateway, 8080, '/');
    const back = BigInt(Date.now()) * 1_000_000n;
    await trial.startBroker();
    // A kubelet does this (outage.test.ts): after the broker was away the publisher asks for it by its health check.
    await trial.publisher.stop();
    await trial.startTelegraf(trial.publisher);
    await arrived('press-1', 'state', 60_000, ({ time }) => time > back);
    const meanwhile = readings('press-1').filter(({ tags, time }) => tags.point === 'state' && time > away && time < back);
    expect(meanwhile.length).toBeGreaterThanOrEqual(5);
  });

  test('what a gateway says of its machine does not make its readings those of another one', async () => {
    const forger = await trial.client('press-2');
    const now = BigInt(Date.now()) * 1_000_000n;
    await forger.publish('data/v1/leeds/press-2', `point,machine=press-1,plant=york,point=state,type=INT integer=666i ${now}\n`);
    const seen = await reader.waitFor('the forged reading', 10_000, ({ payload }) => payload.includes('integer=666i'));
    expect(seen.topic).toBe('data/v1/leeds/press-2');
    expect(parseLines(seen.payload)[0]?.tags).toMatchObject({ machine: 'press-2', plant: 'leeds' });
  });

  test('what is no reading is not carried to the centre, does not pass for a figure of the publisher, and does not stay in the store', async () => {
    const forger = await trial.client('press-2');
    const now = BigInt(Date.now()) * 1_000_000n;
    await forger.publish('data/v1/leeds/press-2', `internal_gather,input=mqtt_consumer errors=9i ${now}\nother integer=1i ${now}\n`);
    await forger.publish('data/v1/leeds/press-2', `point,point=state,type=INT integer=667i ${now}\n`);
    await reader.waitFor('the next reading', 10_000, ({ payload }) => payload.includes('integer=667i'));
    await pause(2_000);
    expect(reader.received.filter(({ payload }) => /errors=9i|other/.test(payload))).toEqual([]);
    await trial.answers200(trial.publisher, 8080, '/');
    await eventually('an empty store', 10_000, async () => {
      const { messages } = await trial.stored();
      if (messages > 5) throw new Error(`${messages} messages are left`);
    });
  });
});
