import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { serviceHost } from '../../infra/model/services';
import { isCampaign, seeds } from '../support/campaign';
import type { RunningProcess } from '../support/process';
import { eventually, pause } from '../support/wait';
import { examplePlant } from './support/example';
import type { Gate } from './support/gate';
import { JobDatabaseOnTrial } from './support/job-database';
import { seededRandom } from './support/random';
import { controllerProgram, referenceProgram } from './support/reference';
import { talk } from './support/talk';

const PLC_PORT = 9_102;
const OWN = { image: 'registry.factory.example.com/jobs/reference:1.0.0', health: { port: 8080, path: '/' } };
const AGENT = serviceHost({ name: 'press-1', zone: 'agents' });

const plant = examplePlant((estate) => {
  const press = estate.machineTypes.press as Record<string, unknown>;
  press.agent = { ...OWN, env: { PLC_PORT: `${PLC_PORT}` }, commands: [{ port: PLC_PORT, purpose: 'Jobs' }] };
  const { leeds } = estate.plants;
  leeds.machines = { 'press-1': { type: 'press', address: '10.20.1.11' } };
  const volume = { gib: 1, diesWithNode: true };
  const database = { engine: 'mariadb', memoryMiB: 512, volume, backups: { volume } };
  // The shortest that there may be, so that the test need not wait long for a lease to end.
  const jobs = { database, loseAtMost: '5min', backWithin: '4h', orchestrator: OWN, lease: '10s', hold: '1s' };
  Object.assign(leeds, { jobs });
});

/** A program that is started again whenever it ends, as a kubelet does. */
class Kept {
  starts = 0;
  #running: RunningProcess;
  #keeps = true;
  readonly #keeping: Promise<void>;

  constructor(private readonly start: (n: number) => RunningProcess) {
    this.#running = start(this.starts++);
    this.#keeping = this.#keep();
  }

  kill(): void {
    process.kill(this.#running.pid, 'SIGKILL');
  }

  log(): string {
    return this.#running.log(10);
  }

  async release(): Promise<void> {
    this.#keeps = false;
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    while (this.#keeps) {
      await pause(200);
      try {
        process.kill(this.#running.pid, 0);
      } catch {
        if (this.#keeps) this.#running = this.start(this.starts++);
      }
    }
  }
}

describe('jobs in the job database, carried out by the reference programs over mutual TLS', () => {
  let trial: JobDatabaseOnTrial;
  let agent: Kept;
  let orchestrator: Kept;
  let gate: Gate;
  let agentAddress: string;
  let began: () => Promise<Record<string, number>>;

  const place = (ids: readonly string[]) =>
    trial.rows(
      'orchestrator',
      `INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ${ids
        .map((id) => `('${id}', 'press-1', 'cap', '{"count": 1}', 'test')`)
        .join(', ')};`,
    );
  const states = async (ids: readonly string[]) =>
    trial.rows('orchestrator', `SELECT state FROM jobs.jobs WHERE id IN (${ids.map((id) => `'${id}'`).join(', ')});`);

  beforeAll(async () => {
    trial = await JobDatabaseOnTrial.of(plant);
    const { address } = plant.machines.find(({ name }) => name === 'press-1') ?? { address: '' };
    const [plc, agentHost, orchestratorHost] = [
      await trial.host('plc-press-1', address),
      await trial.host('agent', '10.244.1.1'),
      await trial.host('orchestrator', '10.244.1.2'),
    ];
    agentAddress = agentHost.address;
    gate = await trial.gate(await trial.host('test', '10.244.0.1'));
    await trial.start();
    const controller = trial.startOn(plc, 'plc', ...controllerProgram(PLC_PORT, 300));
    await controller.ready(async () => {
      if (!(await gate.accepts(address, PLC_PORT))) throw new Error('it is not open');
    });
    began = async () => JSON.parse(await talk(gate, address, PLC_PORT, '{"ask":"began"}\n'));
    const common = { plant, files: trial.files, folder: trial.folder };
    const names = { [AGENT]: agentHost.address, [serviceHost({ name: 'job-database', zone: 'jobs' })]: trial.address };
    const agentProgram = referenceProgram('agent', { ...common, namespace: 'agents', name: 'press-1' });
    const more = { TEST_HOSTS: JSON.stringify(names), MILLWRIGHT_BROKER: '' };
    const orchestratorProgram = referenceProgram('orchestrator', { ...common, namespace: 'jobs', name: 'job-orchestrator', more });
    agent = new Kept((n) => trial.startOn(agentHost, `agent-${n}`, ...agentProgram));
    orchestrator = new Kept((n) => trial.startOn(orchestratorHost, `orchestrator-${n}`, ...orchestratorProgram));
  }, 180_000);
  afterAll(async () => {
    await Promise.all([agent?.release(), orchestrator?.release()]);
    await trial?.end();
  });

  test('a job is carried out once, and its end stands in the database', async () => {
    const id = randomUUID();
    await place([id]);
    await eventually('its end', 60_000, async () => {
      if ((await states([id]))[0] !== 'done') throw new Error(`${orchestrator.log()}\n${agent.log()}`);
    });
    expect((await began())[id]).toBe(1);
    expect(await trial.rows('orchestrator', `SELECT event_key FROM jobs.job_events WHERE job_id = '${id}' ORDER BY id;`)).toEqual([
      'dispatched',
      'ended',
    ]);
  }, 90_000);

  test(
    'twelve jobs are each carried out once and ended once, while agent and orchestrator are killed (-9) at moments of chance',
    async () => {
      for (const seed of seeds(1, 10)) {
        const random = seededRandom(20_261_121 + seed);
        const ids = Array.from({ length: 12 }, () => randomUUID());
        await place(ids);
        const kills = { agent: 0, orchestrator: 0 };
        const deadline = Date.now() + 240_000;
        while ((await states(ids)).some((state) => state !== 'done') && Date.now() < deadline) {
          await pause(300 + random() * 1_200);
          // A killed agent costs the end of its lease, so that it dies more rarely.
          const which = random() < 0.2 ? 'agent' : 'orchestrator';
          if (kills.agent + kills.orchestrator >= 16 || (which === 'agent' && kills.agent >= 4)) continue;
          (which === 'agent' ? agent : orchestrator).kill();
          kills[which]++;
          // Until it is there again, or nothing would be done between two kills.
          await pause(which === 'agent' ? 3_000 : 2_500);
        }
        expect(await states(ids)).toEqual(ids.map(() => 'done'));
        const counts = await began();
        expect(ids.map((id) => counts[id])).toEqual(ids.map(() => 1));
        const ended = `SELECT COUNT(*) FROM jobs.job_events WHERE event_key = 'ended' AND job_id IN (${ids.map((id) => `'${id}'`).join(', ')});`;
        expect(await trial.rows('orchestrator', ended)).toEqual(['12']);
        expect(kills.agent).toBeGreaterThan(0);
        expect(kills.orchestrator).toBeGreaterThan(2);
        console.log(`12 jobs, ${kills.agent} kills -9 of the agent, ${kills.orchestrator} of the orchestrator: each carried out once`);
      }
    },
    isCampaign ? 3_000_000 : 300_000,
  );

  test('an agent answers the orchestrator only: no other certificate of the plant, and nobody without one', async () => {
    const ask = (certificate: { cert?: string; key?: string }) => {
      const { 'ca.crt': ca } = trial.files('secret', 'agents', 'press-1-tls');
      return new Promise<string>((resolve) => {
        const socket = gate.connect(agentAddress, 8443);
        const sent = request(
          { ...certificate, ...(ca ? { ca } : {}), socket, servername: AGENT, host: AGENT, path: '/v1/state', agent: false } as object,
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (part) => (text += part));
            response.on('end', () => resolve(`${response.statusCode} ${JSON.parse(text).code ?? JSON.parse(text).machine}`));
          },
        );
        sent.on('error', () => resolve('refused')).end();
      });
    };
    const shown = (namespace: string, name: string) => {
      const { 'tls.crt': cert = '', 'tls.key': key = '' } = trial.files('secret', namespace, name);
      return { cert, key };
    };
    await eventually('the agent', 20_000, async () => expect(await ask(shown('jobs', 'job-orchestrator-tls'))).toBe('200 press-1'));
    expect(await ask(shown('uplink', 'command-receiver-client-tls'))).toBe('403 unknown-caller');
    expect(await ask(shown('agents', 'press-1-tls'))).toBe('refused');
    expect(await ask({})).toBe('refused');
  }, 60_000);
});
