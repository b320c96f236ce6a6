/** The reference orchestrator as a process: agents over HTTPS, the job database or, with STORE=memory, its own memory, and the plant broker where one is told. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { MqttClient } from 'mqtt';
import { createPool } from 'mysql2/promise';
import { problemSchema, REQUEST_TIMEOUT_MS } from '../../../infra/jobs/contract';
import type { Answer } from '../../../infra/jobs/messages';
import { Refused } from './agent';
import { addressOf, tlsFiles, told } from './environment';
import { type JobStore, Superseded } from './job-store';
import { MemoryStore } from './memory-store';
import { type AgentClient, Orchestrator } from './orchestrator';
import { SqlStore } from './sql-store';

const tls = tlsFiles();

/** Read anew each time: it changes while we run. */
const agents = (): readonly { readonly machine: string; readonly url: string }[] =>
  JSON.parse(readFileSync(told('MILLWRIGHT_AGENTS'), 'utf8')).agents;

function storeOf(): JobStore {
  if (process.env.STORE === 'memory') return new MemoryStore();
  const [host = '', port] = told('MILLWRIGHT_DATABASE').split(':');
  const secret = (name: string) => readFileSync(`${told('MILLWRIGHT_DATABASE_LOGIN')}/${name}`, 'utf8');
  return new SqlStore(
    createPool({
      host: addressOf(host),
      port: Number(port),
      user: secret('username'),
      password: secret('password'),
      database: 'jobs',
      timezone: 'Z',
      connectionLimit: 4,
      connectTimeout: 5_000,
      ssl: { ca: tls.ca, minVersion: 'TLSv1.2', verifyIdentity: false },
    }),
  );
}

function call<T>(machine: string, method: string, path: string, body?: object): Promise<T> {
  const url = new URL(`${agents().find((agent) => agent.machine === machine)?.url}/v1/${path}`);
  return new Promise<T>((resolve, reject) => {
    const sent = request(
      {
        ...tls,
        host: addressOf(url.hostname),
        port: url.port,
        servername: url.hostname,
        path: url.pathname,
        method,
        agent: false,
        timeout: REQUEST_TIMEOUT_MS,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('error', reject);
        response.on('end', () => {
          const answer = JSON.parse(text);
          if (response.statusCode === 200) return resolve(answer);
          const problem = problemSchema.safeParse(answer);
          reject(problem.success ? new Refused(problem.data.code) : new Error(text));
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

const agent = (machine: string): AgentClient => ({
  readState: () => call(machine, 'GET', 'state'),
  grantLease: (lease) => call(machine, 'PUT', 'lease', lease),
  dispatchJob: (id, job) => call(machine, 'PUT', `jobs/${id}`, job),
  cancelJob: (id, cancel) => call(machine, 'POST', `jobs/${id}/cancel`, cancel),
});

function connectBroker(broker: string, clientId: string, clean: boolean): MqttClient {
  const { hostname, port } = new URL(broker);
  return new MqttClient(
    () => {
      const socket = connect({ ...tls, host: addressOf(hostname), port: Number(port), servername: hostname });
      socket.on('error', () => {});
      return socket;
    },
    { protocolVersion: 4, clientId, clean, reconnectPeriod: 1_000, resubscribe: true, queueQoSZero: false },
  );
}

async function main(): Promise<void> {
  const broker = process.env.MILLWRIGHT_BROKER;
  // A second connection: the one for commands reads no acknowledgement while a command is being taken.
  const out = broker ? connectBroker(broker, 'job-orchestrator-out', true) : undefined;
  out?.on('error', (error) => console.error(error.message));
  const orchestrator = await Orchestrator.start({
    store: storeOf(),
    machines: () => agents().map(({ machine }) => machine),
    agent,
    publish: async (answer: Answer) => {
      if (!out) throw new Error('there is no broker');
      await out.publishAsync(told('MILLWRIGHT_ANSWERS'), JSON.stringify(answer), { qos: 1 });
    },
    clock: () => performance.now(),
    now: () => new Date(),
    leaseMs: Number(told('MILLWRIGHT_LEASE_MS')),
    holdMs: Number(told('MILLWRIGHT_HOLD_MS')),
  });
  /** Does it again and again, whatever goes wrong; whoever was superseded ends. */
  const again = async (everyMs: number, task: () => Promise<void>) => {
    for (;;) {
      await task().catch((error: Error) => {
        console.error(error.message || error);
        if (error instanceof Superseded) process.exit(3);
      });
      await pause(everyMs);
    }
  };
  if (broker) {
    // Not before there is somebody to take them: a session that was kept delivers what waits as soon as it is connected.
    const client = connectBroker(broker, 'job-orchestrator', false);
    client.on('error', (error) => console.error(error.message));
    // Acknowledged when it is in the store, and not before.
    client.handleMessage = (packet, done) => {
      orchestrator.receive(packet.payload.toString()).then(
        () => done(),
        (error: Error) => {
          console.error(error.message);
          process.exit(3);
        },
      );
    };
    await client.subscribeAsync(told('MILLWRIGHT_COMMANDS'), { qos: 1 });
    void again(100, () => orchestrator.report());
  }
  console.log('open');
  await Promise.all(agents().map(({ machine }) => again(100, () => orchestrator.attend(machine))));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
