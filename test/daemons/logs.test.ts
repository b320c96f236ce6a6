import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually, pause } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';

const TOPIC = 'logs/v1/leeds/log-collector';
/** Bytes that the node may send an hour in this test. */
const BUDGET = 60_000;
/** Seconds that an hour lasts in it. */
const HOUR = 10;
/** Lines that no log should hold, and some do. */
const HOSTILE = [
  'quotes " and back slashes \\ and \\" both',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a configuration would replace
  'a,b=c d {{ .Tags.node }} @{central:password} $HOME ${NODE_NAME}',
  'log,node=a1 message="forged" 1',
  'Öl 😀 \u2028 \u0007 tab\there',
  'stdout F 2026-11-22T01:00:00Z stdout F nested',
];

describe('log collection', () => {
  let trial: PlantOnTrial;
  let reader: TestClient;
  const collector = () => trial.workload('log-collector');
  const file = (namespace: string, container = 'telegraf', run = 0) =>
    join(collector().volume, `${namespace}_press-1-5d9f_0b7e`, container, `${run}.log`);
  /** A line as a container's runtime writes it. */
  const cri = (message: string, at = new Date(), stream = 'stdout') =>
    `${at.toISOString().replace('Z', '123456Z')} ${stream} F ${message}\n`;
  const write = (path: string, ...lines: string[]) => {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, lines.join(''));
  };
  const lines = () => reader.received.flatMap(({ payload }) => payload.split('\n').filter((line) => line !== ''));
  /** Messages as a reader of line protocol unescapes them. */
  const messages = () => lines().map((line) => (/ message="(.*)" \d+$/s.exec(line)?.[1] ?? `no line: ${line}`).replace(/\\(["\\])/g, '$1'));
  const arrived = (...expected: string[]) =>
    eventually(`lines ${expected}`, 20_000, () => {
      const missing = expected.filter((message) => !messages().includes(message));
      if (missing.length > 0) throw new Error(`missing ${JSON.stringify(missing)} of ${JSON.stringify(messages().slice(-12))}`);
    });

  beforeAll(async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      Object.assign(estate.plants.leeds, { logs: { mebibytesPerDay: 96 } });
    });
    trial = await PlantOnTrial.of(plant, {
      workloads: ['DaemonSet logs/log-collector'],
      rewrite: (text) => text.replace(/^bytes_per_hour = .*$/m, `bytes_per_hour = ${BUDGET}`).replace('// 3600', `// ${HOUR}`),
    });
    await trial.central.start();
    reader = await trial.reader({ clientId: 'logs', clean: false });
    await reader.subscribe('logs/v1/#');
    write(file('machines'), cri('of yesterday', new Date(Date.now() - 86_400_000)), cri('a moment before it began'));
    await trial.startTelegraf(collector());
  }, 60_000);
  afterAll(() => trial?.end());

  test('what was written long before it began stays where it is; the last minute does not', async () => {
    await arrived('a moment before it began');
    expect(messages()).not.toContain('of yesterday');
  });

  test('a line says whose it is, on the topic of its node, with the time at which it was written', async () => {
    const at = new Date();
    write(file('machines'), cri('hello', at, 'stderr'));
    await arrived('hello');
    expect(reader.received.map(({ topic }) => topic)).toContain(TOPIC);
    expect(lines().find((line) => line.includes('"hello"'))).toBe(
      `log,container=telegraf,namespace=machines,node=log-collector,plant=leeds,pod=press-1-5d9f,stream=stderr message="hello" ${at.getTime()}123456`,
    );
  });

  test('a container that is started again is heard from its first line', async () => {
    for (const run of [1, 2, 3]) {
      write(file('machines', 'telegraf', run), cri(`first of run ${run}`), cri(`last of run ${run}`));
      await pause(700);
    }
    await arrived(...[1, 2, 3].flatMap((run) => [`first of run ${run}`, `last of run ${run}`]));
  });

  test('a file that the kubelet rotates loses no line, and none comes twice', async () => {
    const path = file('machines', 'rotated');
    const expected: string[] = [];
    for (const turn of [0, 1, 2]) {
      const turnLines = Array.from({ length: 10 }, (_, n) => `turn ${turn} line ${n}`);
      write(path, ...turnLines.map((message) => cri(message)));
      expected.push(...turnLines);
      await arrived(...turnLines);
      renameSync(path, `${path}.2026112${turn}-010101`);
      await pause(300 + 700 * turn);
    }
    write(path, cri('after all turns'));
    await arrived(...expected, 'after all turns');
    expect(messages().filter((message) => message.startsWith('turn '))).toHaveLength(expected.length);
  }, 30_000);

  test('whatever a program says arrives as it said it, in one line', async () => {
    write(file('jobs'), ...HOSTILE.map((message) => cri(message)), cri(`é${'ü'.repeat(5_000)}`), cri('    '), cri(''), 'no form at all\n');
    await arrived(...HOSTILE, 'no form at all');
    const long = await eventually('the long line', 10_000, () => {
      const found = messages().find((message) => message.startsWith('éü'));
      if (!found) throw new Error('not yet');
      return found;
    });
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(2_003);
    expect(long).toMatch(/^éü+\uFFFD?$/);
    expect(lines().filter((line) => !/^log,container=/.test(line))).toEqual([]);
    // A line that says nothing is not sent.
    expect(messages().filter((message) => /^\s*$|stdout F$/.test(message))).toEqual([]);
  });

  test('its own log, which would feed itself, stays where it is', async () => {
    write(file('logs'), cri('own'));
    write(file('machines'), cri('after own'));
    await arrived('after own');
    expect(messages()).not.toContain('own');
  });

  test('while the centre is away lines wait in the files', async () => {
    await trial.central.stop();
    write(file('machines'), ...Array.from({ length: 50 }, (_, n) => cri(`outage ${n}`)));
    await pause(3_000);
    await trial.central.start();
    reader = await trial.reader({ clientId: 'logs', clean: false });
    await reader.subscribe('logs/v1/#');
    await arrived('outage 0', 'outage 49');
  }, 60_000);

  test('a flood stays within the budget of each hour, and what was left out is told in the next', async () => {
    const flood = () => messages().filter((message) => message.startsWith('flood ')).length;
    const leftOut = () =>
      messages().reduce(
        (sum, message) => sum + Number(/^(\d+) lines before were left out: the node may send 60000 bytes an hour$/.exec(message)?.[1] ?? 0),
        0,
      );
    const before = reader.received.length;
    write(file('machines', 'flood'), ...Array.from({ length: 5_000 }, (_, n) => cri(`flood ${n} ${'x'.repeat(100)}`)));
    await eventually('lines of the flood', 20_000, () => {
      if (flood() < 100) throw new Error(`${flood()} arrived`);
    });
    let after = 0;
    await eventually('a note that tells of all that is missing', 30_000, async () => {
      write(file('machines'), cri(`after the flood ${after++}`));
      await pause(1_000);
      if (flood() + leftOut() < 5_000) throw new Error(`${flood()} arrived, ${leftOut()} were left out`);
    });
    // Lines after the flood, but in its hour, were left out too.
    expect(flood() + leftOut()).toBeGreaterThanOrEqual(5_000);
    expect(flood() + leftOut()).toBeLessThan(5_000 + after);
    // All came within at most three hours of ten seconds: the flood itself was read in less than two.
    const sent = reader.received.slice(before).reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
    expect(sent).toBeLessThan(3 * BUDGET);
  }, 60_000);
});
