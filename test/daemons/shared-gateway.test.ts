import { eventually } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines, type Reading } from './support/line-protocol';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { s7 } from './support/plc';

const MACHINES = ['press-1', 'press-2', 'press-3'] as const;
type MachineName = (typeof MACHINES)[number];

/** Points of a press by scan class; the slow one is not waited for. */
const FAST = ['main-pressure', 'ram-position'];
const NORMAL = ['guard-closed', 'rejected-parts', 'state', 'stroke-counter'];

describe('a gateway that three machines share', () => {
  let trial: PlantOnTrial;
  let witness: TestClient;

  const readings = (machine: MachineName): Reading[] =>
    witness.received.filter(({ topic }) => topic === `data/v1/leeds/${machine}`).flatMap(({ payload }) => parseLines(payload));
  const values = (machine: MachineName, point: string) =>
    readings(machine).filter(({ tags, field }) => tags.point === point && field !== undefined);
  /** What was said of a machine's points beside their values: point → qualities, in the order of their times. */
  const told = (machine: MachineName, since = 0) => {
    const found: Record<string, bigint[]> = {};
    for (const { tags, field, quality } of readings(machine).slice(since)) {
      if (field === undefined && quality !== undefined) found[tags.point ?? ''] = [...(found[tags.point ?? ''] ?? []), quality];
    }
    return found;
  };
  const each = (points: readonly string[], quality: readonly bigint[]) => Object.fromEntries(points.map((point) => [point, quality]));

  beforeAll(async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      const { leeds } = estate.plants;
      Object.assign(leeds, { gateways: 'node' });
      leeds.machines = Object.fromEntries(
        [...MACHINES, 'press-4'].map((name, n) => [
          name,
          { type: 'press', address: `10.20.1.${11 + n}`, ...(name === 'press-4' ? {} : { runsOn: 'a1' }) },
        ]),
      );
    });
    trial = await PlantOnTrial.of(plant, { machines: MACHINES });
    for (const [n, name] of MACHINES.entries()) {
      await trial.plc(name).write({ area: 'DB', number: 10 }, 0, Buffer.concat([s7.int(n + 1), Buffer.alloc(60)]));
    }
    await trial.startBroker();
    witness = await trial.client('data-publisher', { clientId: 'witness' });
    await witness.subscribe('data/v1/leeds/+');
  }, 60_000);
  afterAll(() => trial?.end());

  test('reads the others when one cannot be reached as it starts, and that one once it can', async () => {
    await Promise.all(MACHINES.map((name) => trial.plc(name).start()));
    await trial.network.hostNamed('plc-press-2').unplug();
    const began = Date.now();
    await trial.startTelegraf(trial.gateway('a1-gateways'));
    for (const name of ['press-1', 'press-3'] as const) {
      await eventually(`readings of ${name}`, 60_000, () => expect(values(name, 'state').length).toBeGreaterThan(0));
    }
    console.log(
      `first readings of the others after ${((Date.now() - began) / 1000).toFixed(1)} s, with three scan classes of one unplugged`,
    );
    expect(values('press-2', 'state')).toEqual([]);
    // The fast class may be stale first: an attempt to connect takes longer than three of its intervals.
    const last = () => Object.fromEntries(Object.entries(told('press-2')).map(([point, qualities]) => [point, qualities.at(-1)]));
    await eventually('a word on press-2', 30_000, () =>
      expect(last()).toEqual(Object.fromEntries([...FAST, ...NORMAL].map((point) => [point, 0n]))),
    );
    await trial.network.hostNamed('plc-press-2').plug();
    await eventually('readings of press-2', 60_000, () => expect(values('press-2', 'state').length).toBeGreaterThan(0));
    // Each says whose it is, and is on the topic of its own.
    for (const [n, name] of MACHINES.entries()) {
      for (const reading of values(name, 'state')) {
        expect(reading).toMatchObject({ tags: { machine: name, plant: 'leeds' }, value: BigInt(n + 1), quality: 192n });
      }
    }
  }, 180_000);

  test('reads the third at its rate while one hangs and one is unplugged, and says so of those two', async () => {
    const before = { hangs: readings('press-1').length, gone: readings('press-2').length };
    const from = values('press-3', 'main-pressure').length;
    const seen = { hangs: values('press-1', 'state').length, gone: values('press-2', 'state').length };
    trial.plc('press-1').hang();
    await trial.network.hostNamed('plc-press-2').unplug();
    const scans = () => values('press-3', 'main-pressure').slice(from);
    await eventually('80 scans of press-3', 60_000, () => expect(scans().length).toBeGreaterThanOrEqual(80));

    // Four scans a second, by their own times: none was missed.
    const times = scans().map(({ time }) => Number(time / 1_000_000n));
    const expected = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 250 + 1;
    expect(times.length).toBeGreaterThanOrEqual(Math.floor(expected * 0.95));
    expect(told('press-3')).toEqual({});

    // The one that hangs is stale after three intervals and bad when the gateway gives up (timeout, 5 s); the fast class gives no answer
    // for three intervals before the other has missed one.
    for (const [machine, since] of [
      ['press-1', before.hangs],
      ['press-2', before.gone],
    ] as const) {
      expect(told(machine, since)).toMatchObject({ ...each(FAST, [500n, 0n]), ...each(NORMAL, [500n, 0n]) });
    }
    // At most what was on its way.
    expect(values('press-1', 'state').length - seen.hangs).toBeLessThanOrEqual(2);
    expect(values('press-2', 'state').length - seen.gone).toBeLessThanOrEqual(2);
  }, 120_000);

  test('reads both again once they answer', async () => {
    const seen = { 'press-1': values('press-1', 'state').length, 'press-2': values('press-2', 'state').length };
    trial.plc('press-1').resume();
    await trial.network.hostNamed('plc-press-2').plug();
    for (const name of ['press-1', 'press-2'] as const) {
      await eventually(`readings of ${name}`, 60_000, () => expect(values(name, 'state').length).toBeGreaterThan(seen[name] + 3));
    }
  }, 120_000);

  test('may publish on the topics of its machines and on no other; its machines have no user of their own', async () => {
    const gateway = await trial.client('a1-gateways', { clientId: 'forger' });
    for (const other of ['press-4', 'a1-gateways', 'lathe-1', 'press-1/x']) await gateway.publish(`data/v1/leeds/${other}`, 'forged 0');
    for (const own of MACHINES) await gateway.publish(`data/v1/leeds/${own}`, `forged ${own}`);
    await witness.waitFor('its last message', 10_000, ({ payload }) => payload === 'forged press-3');
    expect(witness.received.filter(({ payload }) => payload.startsWith('forged')).map(({ payload }) => payload)).toEqual(
      MACHINES.map((own) => `forged ${own}`),
    );
    expect(await gateway.subscribe('data/v1/leeds/press-1')).toBe(false);
    await expect(trial.client('press-1')).rejects.toThrow(/Not authorized/);
    await (await trial.client('press-4')).end();
    await gateway.end();
  });
});
