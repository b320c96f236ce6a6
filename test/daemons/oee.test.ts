import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toToml } from '../../infra/formats/toml';
import type { Oee } from '../../infra/model/oee';
import type { Plant } from '../../infra/model/plant';
import { calculatorPlan, oeeConfiguration } from '../../infra/telegraf/oee';
import { isCampaign, seeds } from '../support/campaign';
import { type OeeModelSettings, type OeeReading, oeeModel } from '../support/oee-model';
import { eventually, pause } from '../support/wait';
import { makeWorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { examplePlant, withOneBroker } from './support/example';
import { type OeeCase, oeeCase, periodsOf, SHIFTS } from './support/oee-cases';
import { PlantOnTrial } from './support/plant';

const KINDS = ['hour', 'day', 'shift'] as const;
const ZONE = 'Europe/London';
const calendar = {
  timeZone: ZONE,
  shifts: Object.fromEntries(SHIFTS.map(([name, minutes]) => [name, `${String(minutes / 60).padStart(2, '0')}:00`])),
};

/** A case's settings as the door resolves them. */
const resolved = ({ classes, holdSeconds, wraps, counts, idealCycleMs }: OeeModelSettings): Oee => {
  const counter = (point: string) => ({ point, ...(wraps === undefined ? {} : { wraps }) });
  return {
    state: 'state',
    classes: Object.entries(classes),
    holdSeconds,
    total: counter('total'),
    ...(counts ? { defects: { ...counter('defects'), counts } } : {}),
    idealCycleMs,
  };
};

/** A reading as its gateway's line. */
const line = (machine: string, names: Readonly<Record<OeeReading['role'], string>>, { role, ms, value, bad }: OeeReading) =>
  `point,machine=${machine},plant=leeds,point=${names[role]},type=DINT integer=${value}i,quality=${bad ? 0 : 192}i ${BigInt(ms) * 1_000_000n}`;

type Told = Record<string, number | boolean | string>;

/** Lines of figures: the last telling of each period, by machine, kind and beginning. */
function figuresIn(lines: readonly string[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const text of lines) {
    const [head = '', fields = '', time = ''] = text.split(' ');
    if (!head.startsWith('oee,')) continue;
    const tags = Object.fromEntries(
      head
        .split(',')
        .slice(1)
        .map((tag) => tag.split('=')),
    );
    const values = Object.fromEntries(
      fields.split(',').map((field): [string, number | boolean] => {
        const [key = '', value = ''] = field.split('=');
        return [key, value === 'true' || value === 'false' ? value === 'true' : Number(value.replace(/i$/, ''))];
      }),
    );
    told.set(`${tags.machine} ${tags.period} ${values.begin}`, { ...values, until: Number(time) / 1e9 });
  }
  return told;
}

/** What the model says of a case, by the same keys. */
function expectedOf({ name, settings, arriving }: OeeCase): Map<string, object> {
  return new Map(
    KINDS.flatMap((kind) =>
      [...oeeModel(settings, arriving, periodsOf(kind, ZONE))].map(([begin, figures]) => [`${name} ${kind} ${begin}`, figures] as const),
    ),
  );
}

const known = ({ running, planned_stop, unplanned_stop, total }: Told) =>
  [running, planned_stop, unplanned_stop, total].some((value) => value !== 0);

describe('the arithmetic of the OEE calculator', () => {
  test(
    'equals the model’s on machines whose readings come late, twice, out of order and in bad quality, whose counters wrap and are reset, over ends of hours, days and shifts and changes of the clock',
    async () => {
      const cases = seeds(15, 150).map(oeeCase);
      const workDir = await makeWorkDir();
      try {
        const path = (name: string) => join(workDir.path, name);
        const names = { state: 'state', total: 'total', defects: 'defects' };
        writeFileSync(
          path('readings'),
          cases.flatMap(({ name, arriving }) => arriving.map((reading) => `${line(name, names, reading)}\n`)).join(''),
        );
        const machines = cases.map(({ name, settings }) => ({ name, oee: resolved(settings) }));
        const { agent, processors } = oeeConfiguration({ name: 'leeds', machines: [], calendar }) as {
          agent: object;
          processors: { starlark: [{ source: string }] };
        };
        const [starlark] = processors.starlark;
        // There is no broker to hear itself at, so that it need not wait for it.
        const source = starlark.source.replace('"ready": False', '"ready": True');
        expect(source).not.toBe(starlark.source);
        const plan = JSON.stringify(calculatorPlan({ name: 'leeds', calendar }, machines));
        writeFileSync(
          path('telegraf.conf'),
          toToml({
            agent: { ...agent, metric_buffer_limit: 1_000_000 },
            inputs: { file: [{ files: [path('readings')], data_format: 'influx' }] },
            processors: { starlark: [{ ...starlark, source, constants: { plan } }] },
            outputs: { file: [{ files: [path('figures')], namepass: ['oee'], data_format: 'influx' }] },
          } as never),
        );
        const { telegraf } = await getPrograms();
        await promisify(execFile)(telegraf, ['--config', path('telegraf.conf'), '--once'], { maxBuffer: 1 << 26 });

        const told = figuresIn(readFileSync(path('figures'), 'utf8').split('\n'));
        const expected = new Map(cases.flatMap((one) => [...expectedOf(one)]));
        expect(expected.size).toBeGreaterThan(60);
        for (const [key, figures] of expected)
          expect({ key, ...told.get(key) }).toEqual({ key, ...figures, final: expect.any(Boolean), ignored: 0 });
        // What else was told are periods of which nothing is known.
        expect([...told].filter(([key, figures]) => !expected.has(key) && known(figures))).toEqual([]);
      } finally {
        await workDir.remove();
      }
    },
    isCampaign ? 600_000 : 120_000,
  );
});

/** When the press begins. */
const BEGIN = Date.parse('2024-06-03T09:57:00Z');

describe('the OEE calculator of a plant', () => {
  let plant: Plant;
  let trial: PlantOnTrial;
  const names = { state: 'state', total: 'stroke-counter', defects: 'rejected-parts' };
  const settings: OeeModelSettings = {
    classes: { 0: 'planned', 1: 'unplanned', 2: 'running', 3: 'unplanned' },
    holdSeconds: 3,
    counts: 'rejected',
    idealCycleMs: 2_000,
  };

  beforeAll(async () => {
    plant = examplePlant((estate) => {
      withOneBroker(estate);
      Object.assign(estate.plants.leeds, { calendar });
      Object.assign(estate.machineTypes.press as object, {
        oee: {
          state: { point: 'state', running: [2], plannedStops: [0], unplannedStops: [1, 3] },
          total: { point: 'stroke-counter' },
          rejected: { point: 'rejected-parts' },
          idealCycle: '2s',
        },
      });
    });
    // As generated, but that the broker waits 4 s and not 30 for an acknowledgement, and the calculator as much longer as it is.
    const rewrite = (text: string) => text.replace('"ack_wait": "30s"', '"ack_wait": "4s"').replace('\\"settle\\":40', '\\"settle\\":6');
    trial = await PlantOnTrial.of(plant, { workloads: ['Deployment processing/oee-calculator'], rewrite });
    await Promise.all([trial.startBroker(), trial.central.start()]);
    await trial.startTelegraf(trial.publisher);
  }, 60_000);
  afterAll(() => trial?.end());

  const calculator = () => trial.workload('oee-calculator');
  /** What a reader that subscribes now is told at once. */
  const retained = async (name: string) => {
    const client = await trial.client('data-publisher', { clientId: `reader-${name}` });
    await client.subscribe('oee/v1/leeds/+');
    await pause(500);
    const lines = client.received.flatMap(({ payload }) => payload.split('\n'));
    await client.end();
    return figuresIn(lines);
  };

  test('goes on where the broker saw it last after a kill -9 while it keeps up, one while it catches up, and a proper end: its figures are the model’s', async () => {
    const readings = sequence();
    const press = await trial.client('press-1');
    const reader = await trial.client('data-publisher', { clientId: 'reader' });
    await reader.subscribe('oee/v1/leeds/+');
    const told = () => figuresIn(reader.received.flatMap(({ payload }) => payload.split('\n')));
    const messages = messagesOf(readings);
    const say = async (from: number, to: number) => {
      for (const message of messages.slice(from, to)) {
        await press.publish('data/v1/leeds/press-1', message.map((reading) => `${line('press-1', names, reading)}\n`).join(''));
      }
    };
    /** Waits until figures up to a second of the sequence are told. */
    const toldUpTo = (second: number) =>
      eventually(
        `figures up to second ${second}`,
        30_000,
        () => {
          const until = Math.max(0, ...[...told().values()].map((figures) => Number(figures.until)));
          if (until < BEGIN / 1000 + second) throw new Error(`they go up to ${until - BEGIN / 1000}\n${calculator().log()}`);
        },
        20,
      );

    await trial.startTelegraf(calculator());
    await say(0, 100);
    await toldUpTo(90);
    await say(100, 140);
    await calculator().kill();
    // What is said while it is away waits for it.
    await say(140, 300);
    await trial.startTelegraf(calculator());
    await toldUpTo(150);
    await calculator().kill();
    await trial.startTelegraf(calculator());
    await toldUpTo(290);
    await calculator().stop();
    await say(300, messages.length);
    await trial.startTelegraf(calculator());
    await toldUpTo(415);

    expect(Object.fromEntries([...told()].filter(([, figures]) => known(figures)))).toEqual(
      Object.fromEntries(
        [...expectedOf({ name: 'press-1', settings, arriving: readings })].map(([key, figures]) => [
          key,
          { ...figures, final: expect.any(Boolean), ignored: expect.any(Number) },
        ]),
      ),
    );
    await press.end();
  });

  /** A press that runs, faults and stands as planned for some minutes around the end of an hour; its counter is set back once. */
  function sequence(): OeeReading[] {
    let [total, rejected] = [5_000, 7];
    const readings: OeeReading[] = [];
    for (let second = 0; second < 400; second++) {
      const ms = BEGIN + second * 1000 + 3;
      const value = second % 90 < 60 ? 2 : second % 90 < 75 ? 3 : 0;
      if (second === 260) total = 0;
      if (value === 2 && second % 2 === 0) total++;
      if (value === 2 && second % 14 === 0) rejected++;
      readings.push({ role: 'state', ms, value }, { role: 'total', ms, value: total }, { role: 'defects', ms, value: rejected });
    }
    return [...readings, { role: 'state', ms: BEGIN + 415_000, value: 0 }];
  }

  /** Readings of one moment are one message. */
  function messagesOf(readings: readonly OeeReading[]): OeeReading[][] {
    const moments = new Map<number, OeeReading[]>();
    for (const reading of readings) moments.set(reading.ms, [...(moments.get(reading.ms) ?? []), reading]);
    return [...moments.values()];
  }

  test('its figures are carried to the centre on the same topic, retained there too, and nothing of its state is', async () => {
    const told = await retained('here');
    const reader = await trial.reader();
    for (const filter of ['oee/v1/leeds/+', 'oee-state/#', 'data/#']) await reader.subscribe(filter);
    await eventually('the figures at the centre', 20_000, () => {
      const arrived = figuresIn(
        reader.received.filter(({ topic }) => topic === 'oee/v1/leeds/press-1').flatMap(({ payload }) => payload.split('\n')),
      );
      expect(arrived).toEqual(told);
    });
    expect(reader.received.filter(({ topic, payload }) => topic.startsWith('oee-state') || payload.includes('oee_state'))).toEqual([]);
  });

  test('its figures are retained: who comes later is told at once, also after the broker was restarted', async () => {
    const before = await retained('before');
    expect([...before.keys()].map((key) => key.split(' ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining(['press-1 hour', 'press-1 day', 'press-1 shift']),
    );
    await calculator().stop();
    for (const broker of trial.brokers) await broker.stop();
    await trial.startBroker();
    expect(await retained('after')).toEqual(before);
  });

  test('may publish figures of its machines only, and nobody else may', async () => {
    const observer = await trial.client('data-publisher', { clientId: 'observer' });
    await observer.subscribe('oee/v1/leeds/+');
    await pause(500);
    const seen = observer.received.length;
    const press = await trial.client('press-1');
    await press.publish('oee/v1/leeds/press-1', 'forged');
    await press.publish('oee-state/v1/leeds/press-1', 'forged');
    expect(await press.subscribe('oee-state/v1/leeds/+')).toBe(false);
    const forger = await trial.client('oee-calculator', { clientId: 'forger' });
    await forger.publish('data/v1/leeds/press-1', 'forged');
    // It has no figures.
    await forger.publish('oee/v1/leeds/station-1', 'forged');
    expect(await forger.subscribe('oee/v1/leeds/+')).toBe(false);
    await pause(500);
    expect(observer.received.slice(seen)).toEqual([]);
  });
});
