import { randomUUID } from 'node:crypto';
import type { Answer, Command } from '../../infra/jobs/messages';
import { isCampaign, seeds } from '../support/campaign';
import type { RunningProcess } from '../support/process';
import type { ProcessGroup } from '../support/process-group';
import { eventually, pause } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import { jobDatabasePod } from './support/job-database-pod';
import type { Kubelet } from './support/kubelet';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { seededRandom } from './support/random';
import { controllerProgram, referenceProgram } from './support/reference';
import { talk } from './support/talk';

const COMMANDS = 'command/v1/leeds/jobs';
const ANSWERS = 'answer/v1/leeds/jobs';
const PLC_PORT = 9_102;
const OWN = { image: 'registry.factory.example.com/jobs/reference:1.0.0', health: { port: 8080, path: '/' } };
const random = seededRandom(20_261_122);

const plant = examplePlant((estate) => {
  withOneBroker(estate);
  const press = estate.machineTypes.press as Record<string, unknown>;
  press.agent = { ...OWN, env: { PLC_PORT: `${PLC_PORT}` }, commands: [{ port: PLC_PORT, purpose: 'Jobs' }] };
  const { leeds } = estate.plants;
  leeds.machines = { 'press-1': { type: 'press', address: '10.20.1.11' } };
  Object.assign(leeds, {
    jobs: {
      database: {
        engine: 'mariadb',
        memoryMiB: 512,
        volume: { class: 'nfs', diesWithNode: false },
        backups: { off: true, reason: 'Trial' },
      },
      ...{ loseAtMost: '1h', backWithin: '4h', orchestrator: OWN, lease: '10s', hold: '1s' },
    },
  });
});

describe('commands from the centre', () => {
  let trial: PlantOnTrial;
  let centre: TestClient;
  let witness: TestClient;
  let receiver: Kubelet;
  let database: ProcessGroup;
  let orchestrator: RunningProcess;
  let startOrchestrator: () => Promise<void>;
  let began: () => Promise<Record<string, number>>;

  const start = (change: Partial<Command> = {}): Command =>
    ({
      commandId: randomUUID(),
      issuedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
      issuedBy: 'test',
      kind: 'start-job',
      body: { jobId: randomUUID(), machine: 'press-1', recipe: 'cap', parameters: { text: 'Öl "7" \\ \n$HOME' } },
      ...change,
    }) as Command;
  const send = (command: Command) => centre.publish(COMMANDS, JSON.stringify(command));
  const answers = (): Answer[] => centre.received.filter(({ topic }) => topic === ANSWERS).map(({ payload }) => JSON.parse(payload));
  const answered = (what: string, accepts: (answer: Answer) => boolean, timeoutMs = 20_000) =>
    eventually(what, timeoutMs, () => {
      const found = answers().find(accepts);
      if (!found) throw new Error(`${trial.workload('command-receiver').log(8)}\n${JSON.stringify(answers().slice(-5))}`);
      return found;
    });
  const accepted = (command: Command) => (answer: Answer) => answer.kind === 'accepted' && answer.commandId === command.commandId;
  const ended = (command: Command) => (answer: Answer) => answer.kind === 'ended' && answer.jobId === command.body.jobId;
  const reader = async () => {
    const client = await trial.reader({ clean: false });
    await client.subscribe('answer/#');
    return client;
  };

  beforeAll(async () => {
    trial = await PlantOnTrial.of(plant, { workloads: ['Deployment uplink/command-receiver'], centralGrants: true });
    const { address } = plant.machines.find(({ name }) => name === 'press-1') ?? { address: '' };
    const plc = await trial.network.host('plc-press-1', address);
    const [agent, jobs] = [await trial.network.host('agent', '10.244.1.1'), await trial.network.host('orchestrator', '10.244.1.2')];
    const host = await trial.network.host('job-database', '10.244.1.3');
    const served = await jobDatabasePod(plant, { host, folder: trial.folder, files: trial.files });
    database = served.group;
    served.pod.start();
    const names = {
      'job-database.jobs.svc.cluster.local': host.address,
      'press-1.agents.svc.cluster.local': agent.address,
      'plant-broker.messaging.svc.cluster.local': trial.brokers[0]?.address,
    };
    const common = { plant, files: trial.files, folder: trial.folder };
    const startProgram = (host: typeof plc, name: string, [program, args]: [string, string[]]) =>
      trial.startOn(host, name, program, args).ready(async () => {
        if (!(await trial.gate.accepts(host.address, name === 'plc' ? PLC_PORT : 8443))) throw new Error('it is not open');
      });
    await Promise.all([
      served.pod.ready(),
      trial.startBroker(),
      trial.central.start(),
      startProgram(plc, 'plc', controllerProgram(PLC_PORT, 400)),
      startProgram(agent, 'agent', referenceProgram('agent', { ...common, namespace: 'agents', name: 'press-1' })),
    ]);
    const more = { TEST_HOSTS: JSON.stringify(names) };
    const [program, args] = referenceProgram('orchestrator', { ...common, namespace: 'jobs', name: 'job-orchestrator', more });
    let starts = 0;
    startOrchestrator = async () => {
      const running = trial.startOn(jobs, `orchestrator-${starts++}`, program, args);
      orchestrator = running;
      await running.ready(async () => {
        if (!running.log().includes('open')) throw new Error('it is not open');
      });
    };
    await startOrchestrator();
    began = async () => JSON.parse(await talk(trial.gate, address, PLC_PORT, '{"ask":"began"}\n'));
    centre = await reader();
    // What arrives in the plant, by a session of its own.
    witness = await trial.client('job-orchestrator', { clientId: 'witness' });
    expect(await witness.subscribe(COMMANDS)).toBe(true);
    receiver = trial.keepAlive(trial.workload('command-receiver'));
    await eventually('the sessions of the receiver', 60_000, async () => {
      await centre.publish(COMMANDS, 'are you there?');
      await pause(1_000);
      if (answers().length === 0) throw new Error(trial.workload('command-receiver').log());
    });
  }, 180_000);
  afterAll(async () => {
    await trial?.end();
    await database?.stop();
  });

  test('a job that the centre starts is carried out once and reported', async () => {
    const command = start();
    await send(command);
    await answered('that it is accepted', accepted(command));
    expect(await answered('its end', ended(command))).toMatchObject({ state: 'done', machine: 'press-1', outcome: { good: 1 } });
    expect((await began())[command.body.jobId]).toBe(1);
  });

  test('a command that comes again is answered again and not carried out again', async () => {
    const command = start();
    await send(command);
    await answered('its end', ended(command));
    for (let times = 2; times <= 3; times++) {
      await send(command);
      await eventually('another answer', 10_000, () => expect(answers().filter(accepted(command)).length).toBeGreaterThanOrEqual(times));
    }
    expect((await began())[command.body.jobId]).toBe(1);
  });

  test('one that has expired, one of the time to come, and one for a machine that is not there are refused and not carried out', async () => {
    const day = (ms: number) => new Date(Date.now() + ms).toISOString();
    const late = start({ issuedAt: day(-60_000), expiresAt: day(-1) });
    const early = start({ issuedAt: day(120_000) });
    const astray = start();
    if (astray.kind === 'start-job') astray.body.machine = 'lathe-1';
    for (const [command, reason] of [
      [late, 'expired'],
      [early, 'not-yet'],
      [astray, 'unknown-machine'],
    ] as const) {
      await send(command);
      const { commandId } = command;
      expect(await answered(reason, (answer) => answer.kind === 'refused' && answer.commandId === commandId)).toMatchObject({ reason });
      expect(await began()).not.toHaveProperty(command.body.jobId);
    }
  });

  test('a job is cancelled from the centre', async () => {
    const [first, second] = [start(), start()];
    await send(first);
    await send(second);
    const cancel = { ...start(), kind: 'cancel-job' as const, body: { jobId: second.body.jobId } };
    await send(cancel);
    await answered('its end', ended(first));
    expect(await answered('its end', ended(second))).toMatchObject({ state: 'cancelled' });
  });

  test('what travels arrives byte by byte, up to 64 KiB; more is thrown away', async () => {
    const payloads = [
      ...[
        ' before and behind \r\n\t',
        '\u0000nothing\u0000',
        '{"a": "\\"\'"}\n{"b": 2}',
        ['$HOME $', '{HOME} $$'].join(''),
        '{{ .Field "value" }} @{central:password}',
      ],
      ...['command,a=b value="x" 1', "'; DROP TABLE jobs; --", '\ufeff😀\u2028\ud7ff', '""', 'x'.repeat(65_536)],
    ];
    const from = witness.received.length;
    for (const payload of [...payloads, 'x'.repeat(65_537), 'the last']) await centre.publish(COMMANDS, payload);
    await witness.waitFor('the last', 20_000, ({ payload }) => payload === 'the last');
    expect(witness.received.slice(from).map(({ payload }) => payload)).toEqual([...payloads, 'the last']);
    expect(new Set(witness.received.map(({ topic }) => topic))).toEqual(new Set([COMMANDS]));
    expect(trial.workload('command-receiver').log(200)).toContain('a command of more than 65536 bytes was thrown away');
  });

  test('nobody but the receiver gives commands in the plant, and nobody but the orchestrator reads them', async () => {
    const press = await trial.client('press-1');
    const forged = start();
    await press.publish(COMMANDS, JSON.stringify(forged));
    for (const user of ['press-1', 'data-publisher', 'command-receiver']) {
      const client = await trial.client(user, { clientId: `${user}-forger` });
      expect([user, await client.subscribe(COMMANDS)]).toEqual([user, false]);
    }
    const command = start();
    await send(command);
    await answered('its end', ended(command));
    expect(await began()).not.toHaveProperty(forged.body.jobId);
    expect(witness.received.some(({ payload }) => payload.includes(forged.commandId))).toBe(false);
    expect(trial.brokers[0]?.log(400)).toContain(`Publish Violation - Subject "command.v1.leeds.jobs"`);
    // An agent's certificate is good for a server only.
    const { 'tls.crt': cert, 'tls.key': key } = trial.files('secret', 'agents', 'press-1-tls');
    await expect(trial.client(undefined, { ...(cert && key ? { cert, key } : {}), clientId: 'agent' })).rejects.toThrow();
  });

  test("the plant's own login at the centre commands nothing, also not itself", async () => {
    const { username = '', password = '' } = trial.files('secret', 'uplink', 'central-login');
    const forger = await trial.reader({ username, password, clientId: 'forger' });
    const forged = start();
    await forger.publish(COMMANDS, JSON.stringify(forged));
    const command = start();
    await send(command);
    await answered('its end', ended(command));
    expect(await began()).not.toHaveProperty(forged.body.jobId);
  });

  test(
    'commands that come while the receiver is killed again and again are each carried out once',
    async () => {
      for (const _ of seeds(1, 10)) {
        const commands = Array.from({ length: 15 }, () => start());
        const kills = [3 + Math.floor(random() * 4), 9 + Math.floor(random() * 4)];
        const from = answers().length;
        let killed = 0;
        for (const [n, command] of commands.entries()) {
          await send(command);
          await pause(100 + random() * 200);
          if (kills.includes(n) && trial.workload('command-receiver').runs) {
            await trial.workload('command-receiver').kill();
            killed++;
          }
        }
        for (const command of commands) await answered('its end', ended(command), 60_000);
        const counts = await began();
        expect(commands.map(({ body }) => counts[body.jobId])).toEqual(commands.map(() => 1));
        const more = answers().slice(from).length - 2 * commands.length;
        expect(killed).toBeGreaterThan(0);
        console.log(`15 commands around ${killed} kills -9 of the receiver: each carried out once, ${more} answers came twice`);
      }
    },
    isCampaign ? 1_200_000 : 120_000,
  );

  test(
    'commands that come while the orchestrator is killed are each carried out once and answered',
    async () => {
      for (const _ of seeds(1, 10)) {
        const commands = Array.from({ length: 8 }, () => start());
        const kill = 2 + Math.floor(random() * 4);
        for (const [n, command] of commands.entries()) {
          await send(command);
          await pause(100 + random() * 200);
          if (n !== kill) continue;
          process.kill(orchestrator.pid, 'SIGKILL');
          // Some come while nobody is there.
          void pause(500 + random() * 1_000).then(startOrchestrator);
        }
        for (const command of commands) {
          await answered('that it is accepted', accepted(command), 60_000);
          await answered('its end', ended(command), 60_000);
        }
        const counts = await began();
        expect(commands.map(({ body }) => counts[body.jobId])).toEqual(commands.map(() => 1));
      }
    },
    isCampaign ? 1_200_000 : 120_000,
  );

  test('the end of a job that comes while the cable to the centre is pulled is reported afterwards', async () => {
    const command = start();
    await send(command);
    await answered('that it is accepted', accepted(command));
    const cable = trial.network.hostNamed('central');
    await centre.end();
    await cable.unplug();
    await eventually('its beginning', 10_000, async () => expect((await began())[command.body.jobId]).toBe(1));
    await pause(8_000);
    await cable.plug();
    const before = centre;
    centre = await reader();
    await eventually('its end', 60_000, () => {
      if (![...before.received, ...centre.received].some(({ payload }) => payload.includes(`${command.body.jobId}:ended`)))
        throw new Error(trial.workload('command-receiver').log());
    });
    const after = start();
    await send(after);
    await answered('its end', ended(after), 60_000);
    console.log(`the receiver was restarted ${receiver.restarts} times in all`);
  }, 120_000);
});
