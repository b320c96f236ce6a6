import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commandBytesPerSecond } from '../../infra/model/command';
import { bytesPerSecond, lineBytes } from '../../infra/model/line-protocol';
import { planBroker } from '../../infra/placement/broker';
import { pause } from '../support/wait';
import { type ExampleData, examplePlant } from './support/example';
import { parseLines } from './support/line-protocol';
import { PlantOnTrial } from './support/plant';
import { s7 } from './support/plc';

/** The longest text of a STRING[20]: half of it no UTF-8, half of it characters that need an escape. */
const LONGEST_TEXT = Buffer.from(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0xfc : 0x22)));

/** A machine whose every value is as long as its type allows. */
const LONGEST: [point: string, address: string, type: string, value: Buffer][] = [
  ['a-point-with-a-long-name', 'DB1.DBW0', 'INT', s7.int(-32_768)],
  ['udint', 'DB1.DBD2', 'UDINT', s7.udint(4_294_967_295)],
  ['dint', 'DB1.DBD6', 'DINT', s7.dint(-2_147_483_648)],
  ['lint', 'DB1.DBB10', 'LINT', s7.lint(-(2n ** 63n))],
  ['real', 'DB1.DBD18', 'REAL', s7.real(-3.4028234663852886e38)],
  ['small', 'DB1.DBD22', 'REAL', s7.real(-1.401298464324817e-45)],
  // Telegraf writes no exponents.
  ['lreal', 'DB1.DBB26', 'LREAL', s7.lreal(-1.2345678901234566e-40)],
  ['bool', 'DB1.DBX34.0', 'BOOL', s7.byte(0)],
  ['char', 'DB1.DBB35', 'CHAR', s7.byte(0xfc)],
  ['text', 'DB1.DBB36', 'STRING[20]', s7.string(20, LONGEST_TEXT)],
  ['byte', 'DB1.DBB58', 'BYTE', s7.byte(255)],
];

function withLongestValues({ machineTypes, plants: { leeds } }: ExampleData): void {
  machineTypes.longest = {
    protocol: 's7',
    controller: 'S7-1500',
    points: Object.fromEntries(
      LONGEST.map(([point, address, type], i) => [point, { address, type, scan: i < 3 ? 'fast' : 'normal', unit: 'a b,c=d "°C" \\ x' }]),
    ),
  };
  leeds.machines = { longest: { type: 'longest', address: '10.20.1.31' } };
}

describe('the size of the plant broker', () => {
  let trial: PlantOnTrial;

  beforeAll(async () => {
    trial = await PlantOnTrial.of(examplePlant(withLongestValues), { machines: ['longest'] });
    let byte = 0;
    for (const [, , , value] of LONGEST) {
      await trial.plc('longest').write({ area: 'DB', number: 1 }, byte, value);
      byte += value.length;
    }
    await trial.startBroker();
    await trial.plc('longest').start();
  }, 60_000);
  afterAll(() => trial?.end());

  test('no reading is longer on the wire than the model reckons, and the longest is not much shorter', async () => {
    const [machine] = trial.plant.machines;
    if (!machine) throw new Error('the plant has no machine');
    const witness = await trial.client('data-publisher', { clientId: 'witness' });
    await witness.subscribe('data/v1/leeds/+');
    await trial.startTelegraf(trial.gateway('longest'));
    await pause(4_000);
    await witness.end();

    const readings = witness.received.flatMap(({ payload }) => parseLines(payload));
    const shares = machine.points.map((point) => {
      const longest = Math.max(...readings.filter(({ tags }) => tags.point === point.name).map(({ line }) => Buffer.byteLength(line) + 1));
      const bound = lineBytes(trial.plant.name, machine.name, point);
      expect([point.name, longest <= bound]).toEqual([point.name, true]);
      return { point: point.name, longest, bound };
    });
    expect(readings.find(({ tags }) => tags.point === 'text')?.value).toBe('\ufffd"'.repeat(10));
    console.log(shares.map(({ point, longest, bound }) => `${point}: ${longest} of ${bound} bytes`).join('\n'));
    // A text cannot be all at once: half bytes that are no UTF-8, and half characters that need an escape.
    for (const { point, longest, bound } of shares) expect([point, longest > bound * 0.7]).toEqual([point, true]);
  });

  test('the broker stores no more each second than the model reckons, on each of its servers, and its files are not much larger', async () => {
    const [machine] = trial.plant.machines;
    if (!machine) throw new Error('the plant has no machine');
    const reckoned = bytesPerSecond(trial.plant.name, machine);
    // What the centre commands comes on top, and none of it comes here.
    expect(planBroker(trial.plant).bytesPerSecond).toBeCloseTo(reckoned + commandBytesPerSecond(trial.plant), 6);
    const publisher = await trial.client('data-publisher', { clean: false });
    await publisher.subscribe('data/v1/leeds/+');
    await publisher.end();
    const onDisk = async (folder: string) => Number((await promisify(execFile)('du', ['-sb', folder])).stdout.split('\t')[0]);
    const state = async () => ({
      at: Date.now(),
      stored: (await trial.stored()).bytes,
      files: await Promise.all(trial.brokers.map(({ volume }) => onDisk(volume))),
    });

    await pause(3_000);
    const before = await state();
    await pause(20_000);
    const after = await state();
    const seconds = (after.at - before.at) / 1_000;
    const stored = (after.stored - before.stored) / seconds;
    console.log(
      `reckoned ${Math.round(reckoned)} bytes/s, stored ${Math.round(stored)}: ${Math.round((100 * stored) / reckoned)} %; ` +
        `${after.stored} bytes take ${after.files.join(', ')} on the disks of the servers`,
    );
    expect(stored).toBeGreaterThan(0.4 * reckoned);
    expect(stored).toBeLessThanOrEqual(reckoned);
    // Beside the messages lie the logs of the replication, which the servers cut back at 8 MiB.
    for (const bytes of after.files) expect(bytes).toBeLessThan(2 * after.stored + 1024 ** 2);
  }, 60_000);

  test('nor does it while a controller hangs and goes on in turns: what is said of that is shorter than the values that do not come', async () => {
    const [machine] = trial.plant.machines;
    if (!machine) throw new Error('the plant has no machine');
    const witness = await trial.client('data-publisher', { clientId: 'witness' });
    await witness.subscribe('data/v1/leeds/+');
    const [began, before] = [Date.now(), (await trial.stored()).bytes];
    for (let turn = 0; turn < 4; turn++) {
      trial.plc('longest').hang();
      await pause(2_500);
      trial.plc('longest').resume();
      await pause(1_500);
    }
    const stored = (1_000 * ((await trial.stored()).bytes - before)) / (Date.now() - began);
    await witness.end();
    const told = witness.received.flatMap(({ payload }) => parseLines(payload)).filter(({ field }) => field === undefined);
    expect(told.length).toBeGreaterThan(3);
    for (const { tags, line } of told) {
      const point = machine.points.find(({ name }) => name === tags.point);
      if (!point) throw new Error(`nobody declared ${tags.point}`);
      expect(Buffer.byteLength(line) + 1).toBeLessThan(lineBytes(trial.plant.name, machine.name, point));
    }
    expect(stored).toBeLessThanOrEqual(bytesPerSecond(trial.plant.name, machine));
  }, 60_000);
});
