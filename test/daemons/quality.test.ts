import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toToml } from '../../infra/formats/toml';
import type { Machine } from '../../infra/model/machine';
import { gatewayConfiguration } from '../../infra/telegraf/gateway';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually, pause } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines, type Reading } from './support/line-protocol';
import { PlantOnTrial } from './support/plant';
import { s7 } from './support/plc';

/** Seconds after which the gateway of this test says again what it said, in place of 60. */
const REPEAT = 4;

/** A point that is read from a file of line protocol: absent, it fails; empty, it has nothing; a pipe that nobody writes to hangs. */
const point = (name: string, unit?: string) => ({
  name,
  valueType: 'integer' as const,
  sourceType: 'INT',
  scanMs: 1_000,
  ...(unit === undefined ? {} : { unit }),
});

describe('what a gateway says of scans that fail or hang', () => {
  let workDir: WorkDir;
  let group: ProcessGroup;
  let readings: () => Reading[];
  const path = (name: string) => join(workDir.path, name);
  const of = (name: string) => readings().filter(({ tags }) => tags.point === name);
  const line = (name: string) => `point,point=${name},type=INT integer=7i\n`;

  beforeAll(async () => {
    workDir = await makeWorkDir();
    group = processGroup(workDir.path);
    const input = (scan: string, more: object = {}) => ({
      plugin: 'file',
      settings: { alias: `m-1/${scan}`, interval: '1s', files: [path(scan)], data_format: 'influx', ...more },
      points: scan === 'failing' ? ['failing', 'other'] : [scan],
      ownTimes: scan === 'late',
    });
    const machine: Machine = {
      name: 'm-1',
      type: 'files',
      protocol: 'files',
      address: '10.20.1.1',
      formerNames: [],
      points: [point('failing', 'a "b" \\ c,d=e °C'), point('hanging'), point('late'), point('other'), point('well')],
      conduits: [],
      inputs: [input('failing'), input('hanging'), input('late'), input('well')],
      processors: [],
      secrets: [],
      shares: [],
    };
    const configuration = gatewayConfiguration({ name: 'leeds' }, { machines: [machine], shared: false });
    const outputs = configuration.outputs as { mqtt: [{ namepass: string[] }] };
    const told = {
      ...configuration,
      outputs: { file: [{ files: [path('told')], data_format: 'influx', namepass: outputs.mqtt[0].namepass }] },
    };
    writeFileSync(path('telegraf.conf'), toToml(told).replaceAll('repeat_s = 60', `repeat_s = ${REPEAT}`));
    writeFileSync(path('told'), '');
    await promisify(execFile)('mkfifo', [path('hanging')]);
    writeFileSync(path('well'), line('well'));
    readings = () => parseLines(readFileSync(path('told'), 'utf8'));
    const { telegraf } = await getPrograms();
    group.start({ name: 'telegraf', program: telegraf, args: ['--config', path('telegraf.conf')] });
  }, 60_000);
  afterAll(async () => {
    await group?.stop();
    await workDir?.remove();
  });

  test('points of a scan that fails are bad, without a value, in the series of their values; once, and again after a while', async () => {
    await eventually('the second time', 20_000, () => expect(of('failing').length).toBeGreaterThanOrEqual(2));
    const [first, second] = of('failing');
    expect(first).toMatchObject({
      measurement: 'point',
      tags: { plant: 'leeds', machine: 'm-1', point: 'failing', type: 'INT', unit: 'a "b" \\ c,d=e °C' },
      field: undefined,
      quality: 0n,
    });
    expect(Object.keys(of('other')[0]?.tags ?? {})).toEqual(['machine', 'plant', 'point', 'type']);
    const seconds = Number((second?.time ?? 0n) - (first?.time ?? 0n)) / 1e9;
    expect(seconds).toBeGreaterThanOrEqual(REPEAT - 0.01);
    expect(seconds).toBeLessThan(REPEAT + 1.5);
    expect((first?.time ?? 1n) % 1_000_000n).toBe(0n);
  });

  test('points of a scan that does not end are stale', async () => {
    await eventually('a word on the hanging point', 20_000, () => expect(of('hanging').length).toBeGreaterThan(0));
    expect(of('hanging')[0]).toMatchObject({ field: undefined, quality: 500n });
  });

  test('a value that was read is good, and of scans that are fine nothing else is said', () => {
    expect(of('well').length).toBeGreaterThan(3);
    for (const reading of of('well')) expect(reading).toMatchObject({ field: 'integer', value: 7n, quality: 192n });
  });

  test('a scan that has nothing to deliver after one that failed says that its points are good, once', async () => {
    writeFileSync(path('failing'), '');
    await eventually('good', 10_000, () => expect(of('failing').at(-1)).toMatchObject({ field: undefined, quality: 192n }));
    const { length } = of('failing');
    await pause(REPEAT * 1_000 + 2_000);
    expect(of('failing')).toHaveLength(length);
  });

  test("values that have a time of the machine's own do not say when they were read: that they are good again is told beside them", async () => {
    const before = of('late').length;
    expect(of('late').map(({ quality }) => quality)).toEqual(Array(before).fill(0n));
    writeFileSync(path('late'), `${line('late').trim()} 1763762400000000000\n`);
    // It may have been said once more that it was bad.
    const beside = () => of('late').filter(({ field }) => field === undefined);
    await eventually('good', 10_000, () => {
      expect(beside().at(-1)).toMatchObject({ quality: 192n });
      expect(of('late')).toContainEqual(expect.objectContaining({ value: 7n, quality: 192n, time: 1763762400000000000n }));
    });
  });

  test('values after a scan that hung speak for themselves', async () => {
    const before = of('hanging').length;
    // Opening the pipe for writing ends the scan; the next one hangs again.
    appendFileSync(path('hanging'), line('hanging'));
    await eventually('the value', 10_000, () =>
      expect(of('hanging').slice(before)).toContainEqual(expect.objectContaining({ value: 7n, quality: 192n })),
    );
    await eventually('stale again', 10_000, () => expect(of('hanging').at(-1)).toMatchObject({ field: undefined, quality: 500n }));
  });

  test('nothing of what Telegraf counts leaves the gateway', () => {
    expect(new Set(readings().map(({ measurement }) => measurement))).toEqual(new Set(['point']));
  });
});

/** Largest finite number of 32 bits. */
const LARGEST_REAL = (2 - 2 ** -23) * 2 ** 127;

test('a real of a controller that is no number, or infinite, is bad and has no value, and good with the next number', async () => {
  const plant = examplePlant((estate) => {
    withOneBroker(estate);
    estate.machineTypes.odd = {
      protocol: 's7',
      controller: 'S7-1500',
      points: {
        real: { address: 'DB1.DBD0', type: 'REAL', unit: 'bar', scan: 'fast' },
        lreal: { address: 'DB1.DBB8', type: 'LREAL', scan: 'fast' },
        beside: { address: 'DB1.DBW16', type: 'INT', scan: 'fast' },
      },
    };
    estate.plants.leeds.machines = { odd: { type: 'odd', address: '10.20.1.31' } };
  });
  const trial = await PlantOnTrial.of(plant, { machines: ['odd'] });
  try {
    const plc = trial.plc('odd');
    let step = 0;
    /** Both reals and the number of the step, in one write, which one scan reads whole. */
    const hold = (real: Buffer, lreal: Buffer) =>
      plc.write({ area: 'DB', number: 1 }, 0, Buffer.concat([real, Buffer.alloc(4), lreal, s7.int(++step)]));
    await hold(s7.real(0.5), s7.lreal(0.5));
    await Promise.all([trial.startBroker(), plc.start()]);
    const witness = await trial.client('data-publisher', { clientId: 'witness' });
    await witness.subscribe('data/v1/leeds/+');
    await trial.startTelegraf(trial.gateway('odd'));

    /** What a scan of this step tells of a point: all of one scan have one time. */
    const told = (point: string) => {
      const all = witness.received.flatMap(({ payload }) => parseLines(payload));
      const scan = all.findLast(({ tags, value }) => tags.point === 'beside' && value === BigInt(step));
      const found = all.filter(({ tags, time }) => tags.point === point && time === scan?.time);
      if (!scan || found.length === 0) throw new Error(`${point} of step ${step} has not arrived\n${trial.gateway('odd').log()}`);
      expect(scan).toMatchObject({ field: 'integer', quality: 192n });
      return found.map(({ tags: { unit, type }, field, value, quality }) => ({ unit, type, field, value, quality }));
    };
    const expectBoth = (what: string, reading: (value: number) => object, [real, lreal]: readonly [number, number]) =>
      eventually(what, 20_000, () => {
        expect(told('real')).toEqual([{ unit: 'bar', type: 'REAL', ...reading(real) }]);
        expect(told('lreal')).toEqual([{ unit: undefined, type: 'LREAL', ...reading(lreal) }]);
      });
    const good = (value: number) => ({ field: 'real', value, quality: 192n });
    const bad = () => ({ field: undefined, value: undefined, quality: 0n });

    await expectBoth('the first numbers', good, [0.5, 0.5]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      await hold(s7.real(value), s7.lreal(value));
      await expectBoth(`a word that ${value} is bad`, bad, [value, value]);
      const next = [step + 0.25, -step] as const;
      await hold(s7.real(next[0]), s7.lreal(next[1]));
      await expectBoth(`the number after ${value}`, good, next);
    }
    // A NaN whose sign and other bits are set.
    await hold(Buffer.from('ffbfffff', 'hex'), Buffer.from('fff7ffffffffffff', 'hex'));
    await expectBoth('a word that it is bad', bad, [Number.NaN, Number.NaN]);
    for (const sign of [1, -1]) {
      await hold(s7.real(sign * LARGEST_REAL), s7.lreal(sign * Number.MAX_VALUE));
      await expectBoth('the largest numbers', good, [sign * LARGEST_REAL, sign * Number.MAX_VALUE]);
    }
  } finally {
    await trial.end();
  }
}, 90_000);
