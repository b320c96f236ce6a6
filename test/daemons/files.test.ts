import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCampaign, seeds } from '../support/campaign';
import { eventually, pause } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines, type Reading } from './support/line-protocol';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { seededRandom } from './support/random';

const HEADER = 'Datum;Zeit;"Teil Nr";Gewicht;Gut\r\n';
const line = (part: string, second: number, rest = '12,5;1') =>
  `22.11.2026;10:${String(Math.floor(second / 60) % 60).padStart(2, '0')}:${String(second % 60).padStart(2, '0')};${part};${rest}\r\n`;

describe('a machine that writes files to a share', () => {
  let trial: PlantOnTrial;
  let witness: TestClient;
  /** What is left of earlier witnesses. */
  const earlier: TestClient[] = [];
  const gateway = () => trial.gateway('saw-1');
  const file = (name: string) => join(gateway().volume, 'logs', name);
  const readings = (): Reading[] => [...earlier, witness].flatMap(({ received }) => received.flatMap(({ payload }) => parseLines(payload)));
  const of = (point: string) => readings().filter(({ tags }) => tags.point === point);
  const parts = () => new Set(of('part').map(({ value }) => String(value)));
  const missing = (written: readonly string[]) => {
    const arrived = parts();
    return written.filter((part) => !arrived.has(part));
  };
  const watch = async () => {
    if (witness) earlier.push(witness);
    witness = await trial.client('data-publisher', { clientId: 'witness', clean: false });
    await witness.subscribe('data/v1/leeds/+');
  };

  beforeAll(async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      estate.machineTypes.saw = {
        protocol: 'files',
        share: { kind: 'nfs', path: '/export/saw' },
        files: 'logs/*.csv',
        decimal: ',',
        time: { columns: ['Datum', 'Zeit'], format: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' },
        linesPerHour: 3600,
        scan: 'normal',
        points: {
          part: { column: 'Teil Nr', type: 'text', maxBytes: 12 },
          weight: { column: 'Gewicht', type: 'real', unit: 'kg' },
          good: { column: 'Gut', type: 'boolean' },
        },
      };
      estate.plants.leeds.machines = { 'saw-1': { type: 'saw', address: '10.20.1.43' } };
    });
    trial = await PlantOnTrial.of(plant, { machines: ['saw-1'] });
    mkdirSync(join(gateway().volume, 'logs'));
    await trial.startBroker();
    await watch();
    await trial.startTelegraf(gateway());
  }, 60_000);
  afterAll(() => trial?.end());

  test('every cell arrives as its point, with unit, type, quality and the time of its line', async () => {
    const text = `\uFEFFreport of the saw;x\r\n${HEADER}${line('"a;""b"""', 0)}${line('Öl', 0, ';x')}no;line\r\n${line('0012', 1, '-1e3;0')}`;
    writeFileSync(file('first.csv'), text);
    await eventually('the last line', 10_000, () => expect(parts()).toContain('0012'));
    // 10:00 of a winter's day in Berlin.
    const at = BigInt(Date.UTC(2026, 10, 22, 9)) * 1_000_000n;
    const told = (point: string) => of(point).map(({ value, quality, time }) => [value, quality, time - at]);
    expect(told('part')).toEqual([
      ['a;"b"', 192n, 0n],
      ['Öl', 192n, 1n],
      ['0012', 192n, 1_000_000_000n],
    ]);
    expect(told('weight')).toEqual([
      [12.5, 192n, 0n],
      [undefined, 0n, 1n],
      [-1000, 192n, 1_000_000_000n],
    ]);
    expect(told('good')).toEqual([
      [true, 192n, 0n],
      [undefined, 0n, 1n],
      [false, 192n, 1_000_000_000n],
    ]);
    expect(of('weight')[0]).toMatchObject({
      measurement: 'point',
      tags: { machine: 'saw-1', plant: 'leeds', point: 'weight', type: 'real', unit: 'kg' },
      field: 'real',
    });
  });

  test('half a line waits for its other half', async () => {
    const whole = line('halved', 5, '123,75;1');
    writeFileSync(file('half.csv'), HEADER + whole.slice(0, 31));
    await pause(2_500);
    expect(parts()).not.toContain('halved');
    appendFileSync(file('half.csv'), whole.slice(31));
    await eventually('the line', 10_000, () => expect(parts()).toContain('halved'));
    expect(of('weight').at(-1)).toMatchObject({ value: 123.75 });
  });

  test(
    'no line is lost when the gateway is killed at any moment, and what comes twice has the same time',
    async () => {
      const random = seededRandom(5);
      const written: string[] = [];
      let writes = true;
      const writing = (async () => {
        for (let i = 0; writes; i++) {
          const names = [`log-${i}`, `log-${i}x`, `part-${i}`];
          // A log that grows, in pieces that end anywhere, and a file for each part.
          if (i === 0) writeFileSync(file('log.csv'), HEADER);
          const lines = line(`log-${i}`, i) + line(`log-${i}x`, i);
          const cut = Math.floor(lines.length * random());
          appendFileSync(file('log.csv'), lines.slice(0, cut));
          writeFileSync(file(`part-${i}.tmp`), HEADER + line(`part-${i}`, i + 1000));
          await pause(30);
          appendFileSync(file('log.csv'), lines.slice(cut));
          renameSync(file(`part-${i}.tmp`), file(`part-${i}.csv`));
          written.push(...names);
          await pause(100);
        }
      })();
      for (const _ of seeds(5, 50)) {
        await pause(300 + 2_500 * random());
        await gateway().kill();
        await pause(700 * random());
        await trial.startTelegraf(gateway());
      }
      writes = false;
      await writing;
      await eventually('every line', 30_000, () => expect(missing(written)).toEqual([]));
      const times = new Map<string, Set<bigint>>();
      for (const { value, time } of of('part')) times.set(String(value), (times.get(String(value)) ?? new Set()).add(time));
      expect([...times].filter(([, found]) => found.size !== 1)).toEqual([]);
      expect(of('part').length).toBeGreaterThan(times.size);
      expect(written.length).toBeGreaterThan(150);
    },
    isCampaign ? 900_000 : 90_000,
  );

  test('no line is lost while the share is away, nor while it is half gone', async () => {
    const away = `${gateway().volume}/away`;
    appendFileSync(file('log.csv'), line('before', 3000));
    renameSync(join(gateway().volume, 'logs'), away);
    await pause(3_000);
    await trial.answers200(gateway(), 8080, '/');
    appendFileSync(join(away, 'log.csv'), line('meanwhile', 3001));
    writeFileSync(join(away, 'other.csv'), HEADER + line('other', 3002));
    renameSync(away, join(gateway().volume, 'logs'));
    await eventually('every line', 15_000, () => expect(missing(['before', 'meanwhile', 'other'])).toEqual([]));
    appendFileSync(file('log.csv'), line('behind', 3003));
    await eventually('the next line', 10_000, () => expect(parts()).toContain('behind'));
  }, 40_000);

  test('no line is lost while the plant broker is away, however many there are', async () => {
    // The other files are done with: a person, or the machine, removes them.
    rmSync(join(gateway().volume, 'logs'), { recursive: true });
    mkdirSync(join(gateway().volume, 'logs'));
    const [broker] = trial.brokers;
    await broker?.kill();
    const many = Array.from({ length: 3_000 }, (_, i) => `many-${i}`);
    writeFileSync(file('many.csv'), HEADER + many.map((part, i) => line(part, i)).join(''));
    await pause(4_000);
    await trial.startBroker();
    await watch();
    await eventually('every line', 60_000, () => expect(missing(many)).toHaveLength(0));
  }, 90_000);
});
