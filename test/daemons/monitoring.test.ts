import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkEstate } from '../../infra/estate/check';
import type { Plant } from '../../infra/model/plant';
import { planBroker } from '../../infra/placement/broker';
import { plantManifests } from '../../stacks/manifest/build';
import { fullEstate } from '../support/full-estate';
import type { RunningProcess } from '../support/process';
import { eventually, pause } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms, type Programs } from './programs/programs';
import { ALERT_CASES, alertTests } from './support/alert-cases';
import { examplePlant, withOneBroker } from './support/example';
import { objectOf } from './support/files';
import { PlantOnTrial } from './support/plant';

const run = promisify(execFile);

/** A service that takes Alertmanager's webhook: prints what comes, one line of JSON each. */
const RECEIVER = `require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (text) => { body += text; });
  request.on('end', () => {
    console.log(JSON.stringify({ url: request.url, ...JSON.parse(body) }));
    response.end();
  });
}).listen(9000, () => console.log('listens'));`;

/** What a receiver was told. */
interface Told {
  readonly url: string;
  readonly alerts: readonly { readonly labels: Record<string, string>; readonly annotations: Record<string, string> }[];
}

const SILENT_AFTER = 6;
/** Looks that come more often, and silence that is shorter; all else is as it was generated. */
const hasten = (text: string) =>
  text
    .replace('interval = "15s"', 'interval = "1s"')
    .replace('interval = "1m"', 'interval = "2s"')
    .replace(/^press-1 = 300$/m, `press-1 = ${SILENT_AFTER}`)
    .replaceAll('_interval": "15s"', '_interval": "1s"')
    .replace('"scrape_timeout": "10s"', '"scrape_timeout": "1s"')
    .replace('"group_wait": "10s"', '"group_wait": "1s"');

describe('a plant that is watched', () => {
  let trial: PlantOnTrial;
  let onCall: RunningProcess;
  let deadMan: RunningProcess;
  const told = (receiver: RunningProcess) =>
    receiver
      .log(500)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Told);
  const alertsTo = (receiver: RunningProcess) => told(receiver).flatMap(({ alerts }) => alerts.map(({ labels }) => labels.alertname));

  /** Values of a metric of the plant monitor, by one of its labels. */
  const metric = async (name: string, label: string): Promise<Record<string, number>> => {
    const text = await trial.gate.text(trial.workload('plant-monitor').address, 9273, '/metrics');
    return Object.fromEntries(
      text.split('\n').flatMap((line) => {
        const [, labels, value] = new RegExp(`^${name}\\{(.*)\\} (\\S+)$`).exec(line) ?? [];
        const of = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels ?? '')?.[1];
        return of === undefined ? [] : [[of, Number(value)]];
      }),
    );
  };
  const silence = async (machine: string) => {
    const { [machine]: seconds } = await metric('machine_silent_seconds', 'machine');
    if (seconds === undefined) throw new Error(`the monitor tells nothing of ${machine}`);
    return seconds;
  };
  const silent = (machine: string, accepts: (seconds: number) => boolean) =>
    eventually(`the silence of ${machine}`, 20_000, async () => {
      const seconds = await silence(machine);
      if (!accepts(seconds)) throw new Error(`${seconds} s`);
    });

  beforeAll(async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      const webhook = (address: string, takes: string) => ({ by: 'webhook', addresses: [address], port: 9000, takes });
      Object.assign(estate.plants.leeds, {
        monitoring: { receivers: { 'on-call': webhook('192.0.2.40', 'alerts'), 'dead-man': webhook('192.0.2.41', 'heartbeat') } },
      });
      estate.machineTypes.saw = {
        protocol: 'files',
        share: { kind: 'nfs', path: '/export/saw' },
        files: 'logs/*.csv',
        time: { columns: ['Time'], format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/London' },
        linesPerHour: 60,
        scan: 'normal',
        points: { part: { column: 'Part', type: 'text', maxBytes: 12 } },
      };
      estate.plants.leeds.machines['saw-1'] = { type: 'saw', address: '10.20.1.43' };
    });
    trial = await PlantOnTrial.of(plant, {
      machines: ['press-1'],
      workloads: ['plant-monitor', 'prometheus', 'alertmanager'].map((name) => `Deployment monitoring/${name}`),
      logins: {
        'monitoring/alert-on-call': { username: 'none', password: 'http://192.0.2.40:9000/page?token=a%22b' },
        'monitoring/alert-dead-man': { username: 'none', password: 'http://192.0.2.41:9000/alive' },
      },
      rewrite: hasten,
    });
    const [called, alive] = [await trial.network.host('on-call', '192.0.2.40'), await trial.network.host('dead-man', '192.0.2.41')];
    onCall = trial.startOn(called, 'receiver-on-call', process.execPath, ['-e', RECEIVER]);
    deadMan = trial.startOn(alive, 'receiver-dead-man', process.execPath, ['-e', RECEIVER]);
    await trial.central.start();
    await trial.startBroker();
    await trial.startMachine('press-1');
    await trial.startTelegraf(trial.workload('plant-monitor'));
    trial.workload('alertmanager').start();
    // What it says before it has found Alertmanager is lost, and said again after a minute.
    trial.workload('prometheus').start(['--rules.alert.resend-delay=2s']);
  }, 90_000);
  afterAll(() => trial?.end());

  test('the monitor tells that a machine speaks, and that another one has not since the monitor began', async () => {
    await silent('press-1', (seconds) => seconds < 3);
    await silent('lathe-1', (seconds) => seconds > 3);
    expect(await metric('machine_silent_limit_seconds', 'machine')).toMatchObject({ 'press-1': SILENT_AFTER, 'lathe-1': 300 });
  });

  test('it tells how full the store is, and what it may hold', async () => {
    const broker = 'plant-broker-0';
    const used = await metric('broker_store_used_bytes', 'server');
    expect(used[broker]).toBeGreaterThan(0);
    expect(await metric('broker_store_limit_bytes', 'server')).toEqual({ [broker]: planBroker(trial.plant).storeBytes });
    // Nobody subscribed to keep messages; then the data publisher does, and goes.
    await trial.startTelegraf(trial.publisher);
    await trial.publisher.stop();
    await eventually('messages that wait', 20_000, async () => {
      const { [broker]: waiting = 0 } = await metric('broker_stored_messages', 'server');
      if (waiting < 3) throw new Error(`${waiting}`);
      expect(Math.abs((await trial.stored()).messages - waiting)).toBeLessThan(15);
    });
  }, 40_000);

  test('it tells when its own certificate ends, the broker’s and the centre’s', async () => {
    const ends = await eventually('certificates', 20_000, async () => {
      const found = await metric('certificate_expiry', 'common_name');
      if (Object.keys(found).length < 3) throw new Error(JSON.stringify(found));
      return found;
    });
    expect(Object.keys(ends).sort()).toEqual(['mqtt', 'plant-broker', 'plant-monitor']);
    for (const seconds of Object.values(ends)) expect(seconds / 86_400).toBeCloseTo(730, -1);
  }, 30_000);

  test('a machine that speaks when it has something to say is silent only while its gateway cannot read it', async () => {
    const gateway = await trial.client('saw-1');
    const say = (fields: string) =>
      gateway.publish('data/v1/leeds/saw-1', `point,machine=saw-1,plant=leeds,point=part,type=text ${fields} ${Date.now()}000000`);
    expect(await silence('saw-1')).toBe(0);
    await say('quality=0i');
    await silent('saw-1', (seconds) => seconds > 2);
    await say('quality=500i');
    await silent('saw-1', (seconds) => seconds > 3);
    await say('quality=192i');
    await silent('saw-1', (seconds) => seconds === 0);
    // One value of which the machine itself says that it is bad does not make it silent.
    await say('string="x",quality=0i');
    await pause(1_500);
    expect(await silence('saw-1')).toBe(0);
  }, 40_000);

  test('Prometheus and Alertmanager work, and the heartbeat reaches who waits for it, by the URL of its Secret', async () => {
    for (const name of ['prometheus', 'alertmanager']) {
      const pod = trial.workload(name);
      await pod.ready(() => trial.answers200(pod, name === 'prometheus' ? 9090 : 9093, '/-/ready'), 30_000);
    }
    await eventually('a heartbeat', 30_000, () => {
      if (!alertsTo(deadMan).includes('Watchdog')) throw new Error(`${deadMan.log(3)} ${trial.workload('alertmanager').log(3)}`);
    });
    expect(told(deadMan)[0]?.url).toBe('/alive');
  }, 70_000);

  test('a controller that stops pages who is on call, and nobody else', async () => {
    expect(alertsTo(onCall)).toEqual([]);
    await trial.plc('press-1').stop();
    const page = await eventually('a page', 40_000, () => {
      const [first] = told(onCall);
      if (!first) throw new Error(trial.workload('prometheus').log(3));
      return first;
    });
    expect(page.url).toBe('/page?token=a%22b');
    expect(page.alerts).toEqual([
      expect.objectContaining({
        labels: expect.objectContaining({ alertname: 'MachineSilent', machine: 'press-1', plant: 'leeds', severity: 'page' }),
        annotations: expect.objectContaining({ summary: expect.stringMatching(/^No good reading of press-1 for \d+(\.\d+)?s\.$/) }),
      }),
    ]);
    expect(new Set(alertsTo(deadMan))).toEqual(new Set(['Watchdog']));
  }, 60_000);

  test('who tries paging with amtool, as the documentation says, pages who is on call', async () => {
    const { amtool } = await getPrograms();
    const url = `--alertmanager.url=http://${trial.workload('alertmanager').address}:9093`;
    trial.startOn(trial.network.hostNamed('test'), 'amtool', amtool, [url, 'alert', 'add', 'alertname=Test', 'severity=page']);
    await eventually('the page of the trial', 20_000, () => {
      if (!alertsTo(onCall).includes('Test')) throw new Error(onCall.log(2));
    });
    expect(alertsTo(deadMan)).not.toContain('Test');
  }, 30_000);

  test('neither says a word of a setting that it does not take or that ends', async () => {
    for (const name of ['plant-monitor', 'prometheus', 'alertmanager']) {
      expect([name, trial.workload(name).log(400)]).toEqual([name, expect.not.stringMatching(/deprecat|panic|level=fatal|not used/i)]);
    }
  });
});

describe('generated rules, judged by Prometheus itself', () => {
  let workDir: WorkDir;
  let programs: Programs;
  let york: Plant;

  beforeAll(async () => {
    [workDir, programs] = [await makeWorkDir(), await getPrograms()];
    const { plants } = checkEstate(fullEstate());
    york = plants.find(({ name }) => name === 'york') as Plant;
    const set = plantManifests(york);
    for (const name of ['prometheus', 'alertmanager']) {
      const files = objectOf(set, 'ConfigMap', 'monitoring', name).data as Record<string, string>;
      for (const [file, text] of Object.entries(files)) writeFileSync(join(workDir.path, file), text.replace('/etc/prometheus/', ''));
    }
    writeFileSync(join(workDir.path, 'tests.json'), JSON.stringify(alertTests(york)));
    mkdirSync(join(workDir.path, 'tmp'));
  }, 60_000);
  afterAll(() => workDir?.remove());

  const said = async (program: 'promtool' | 'amtool', ...args: string[]) => {
    const { stdout, stderr } = await run(programs[program], args, { cwd: workDir.path });
    return `${stdout}${stderr}`;
  };

  test('the configurations are valid', async () => {
    expect(await said('promtool', 'check', 'config', '--lint=all', '--lint-fatal', 'prometheus.yml')).toContain('SUCCESS: 17 rules found');
    expect(await said('amtool', 'check-config', 'alertmanager.yml')).toContain('SUCCESS');
  });

  test('amtool sends each severity to whom it is for', async () => {
    const to = async (severity: string) =>
      (await said('amtool', 'config', 'routes', 'test', '--config.file=alertmanager.yml', `severity=${severity}`)).trim();
    expect([await to('page'), await to('ticket'), await to('heartbeat'), await to('none')]).toEqual([
      'on-call,shift',
      'on-call,shift',
      'dead-man',
      'Nobody',
    ]);
  });

  test('each alert fires when it should, not before, and with no other one', async () => {
    expect(new Set(ALERT_CASES.map(({ alert }) => alert)).size).toBe(16);
    expect(await said('promtool', 'test', 'rules', 'tests.json')).toContain('SUCCESS');
  }, 60_000);
});
