import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kill } from 'node:process';
import { promisify } from 'node:util';
import { NUMBERS_PASSED } from '../../../infra/hivemq/numbers-passed';
import { CENTRAL_BROKER, HISTORIAN } from '../../../infra/model/central-services';
import { START_TOPIC } from '../../../infra/model/contract';
import { eventually, pause } from '../../support/wait';
import { BUSY_POINTS, BusyMachine } from './busy-machine';
import type { Kubelet } from './kubelet';
import { CENTRAL_STARTER } from './layout';
import { parseLines } from './line-protocol';
import { type Host, onHost } from './network';
import { PlantOnTrial } from './plant';
import type { Pod } from './pod';

/** Something that breaks, and is whole again when the promise is kept. */
export interface Fault {
  readonly name: string;
  /** Whether it takes a server of the plant broker away: a majority of the three must stay. */
  readonly takesServer?: true;
  strike(fire: ChainUnderFire, random: () => number): Promise<void>;
}

/** What a round showed. */
export interface RoundResult {
  /** Messages that the plant broker acknowledged in it. */
  readonly acknowledged: number;
  /** Readings in them that have no row, or a wrong one. */
  readonly lost: readonly string[];
  /** Readings that a reader at the central broker got more than once. */
  readonly duplicates: number;
  /** Readings that it got after a newer one of the same data point. */
  readonly disordered: number;
}

/** Bucket and measurement of readings. */
const [BUCKET, MEASUREMENT] = ['plant-data', 'point'];

/** The machines that publish under fire, beside the gateway. */
const MACHINES = ['press-2', 'press-3'];

/** The session of a reader that is away while things break. */
const READER = { clientId: 'late-reader', clean: false } as const;

/**
 * The whole chain from a controller to the historian's rows, with the generated configurations and the real programs: gateway, plant broker,
 * data publisher, central broker, ingester, historian. Kubelets keep what died alive.
 */
export class ChainUnderFire {
  readonly #kubelets = new Map<Pod, Kubelet>();
  readonly #machines: BusyMachine[];
  #published: Promise<unknown> = Promise.resolve();

  private constructor(readonly trial: PlantOnTrial) {
    this.#machines = MACHINES.map((machine) => new BusyMachine(trial, machine));
  }

  /** Starts the chain; returns when readings of the gateway become rows. */
  static async of(...options: Parameters<typeof PlantOnTrial.of>): Promise<ChainUnderFire> {
    const chain = new ChainUnderFire(await PlantOnTrial.of(...options));
    try {
      await chain.#start();
    } catch (error) {
      await chain.end();
      throw error;
    }
    return chain;
  }

  /**
   * Publishes messages while faults strike one after the other or together, and tells what has become of them when all is quiet again.
   *
   * @param patienceMs how long a reading may take to become a row after the last fault, in milliseconds. @default 120000
   */
  async round(messages: number, faults: readonly Fault[], random: () => number, patienceMs = 120_000): Promise<RoundResult> {
    const first = this.#machines.map(({ acknowledged }) => acknowledged);
    const moments = faults.map(() => random() * 3_000);
    this.#published = Promise.all(this.#machines.map((machine) => machine.publish(Math.ceil(messages / this.#machines.length))));
    await Promise.all([
      this.#published,
      ...faults.map(async (fault, i) => {
        await pause(moments[i] ?? 0);
        await fault.strike(this, random);
      }),
    ]);
    const lost = await this.#settled(first, patienceMs);
    const { duplicates, disordered } = await this.#readLate();
    const acknowledged = this.#machines.reduce((sum, machine, i) => sum + machine.acknowledged - (first[i] ?? 0), 0);
    return { acknowledged, lost, duplicates, disordered };
  }

  /** Kills a pod; its kubelet starts it again. */
  async kill(pod: Pod): Promise<void> {
    if (pod.runs) await pod.kill();
  }

  /** Kills a pod whose disk is lost with it. */
  async killWithDisk(pod: Pod): Promise<void> {
    await this.#kubelets.get(pod)?.release();
    await this.kill(pod);
    pod.emptyVolume();
    this.#kubelets.set(pod, this.trial.keepAlive(pod));
  }

  /**
   * Kills a server of the plant broker, changes bytes in the files of its store as a failing disk does, and starts it again. Tells how many
   * files were changed.
   */
  async damage(server: Pod, random: () => number): Promise<number> {
    await this.#kubelets.get(server)?.release();
    await this.kill(server);
    const blocks = readdirSync(server.volume, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.blk'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => statSync(file).size > 0);
    for (const file of blocks) {
      const content = readFileSync(file);
      for (let i = 0; i < 8; i++) content[Math.floor(random() * content.length)] = Math.floor(random() * 256);
      writeFileSync(file, content);
    }
    this.#kubelets.set(server, this.trial.keepAlive(server));
    return blocks.length;
  }

  /** Cuts the link to the centre while messages are published, and tells what has become of them after it is back. */
  async outage(messages: number): Promise<RoundResult & { readonly waiting: number }> {
    let waiting = 0;
    const cut: Fault = {
      name: 'link to the centre cut for long',
      strike: async ({ trial }) => {
        const central = trial.network.hostNamed('central');
        await central.unplug();
        await this.#published;
        waiting = (await trial.stored()).messages;
        await central.plug();
      },
    };
    return { ...(await this.round(messages, [cut], () => 0)), waiting };
  }

  /** Kills the central broker, and starts it again after a while. */
  async killCentralBroker(awayMs: number): Promise<void> {
    const { trial } = this;
    const host = trial.network.hostNamed('central');
    await trial.central.kill();
    // Its Service leads to it when its startup probe has passed.
    await host.unplug();
    await pause(awayMs);
    const started = trial.central.start();
    await this.#passNumbers(host);
    await host.plug();
    await started;
  }

  /** Kills the historian, and starts it again after a while. */
  async killHistorian(awayMs: number): Promise<void> {
    const { historian } = this.trial.centre;
    await historian.pod.kill();
    await pause(awayMs);
    await historian.start();
  }

  /** Stops a process for a while without ending it. */
  async hang(pid: number, ms: number): Promise<void> {
    kill(pid, 'SIGSTOP');
    await pause(ms);
    // Whoever found that it does not answer may have ended it.
    try {
      kill(pid, 'SIGCONT');
    } catch {}
  }

  /** Rows of a machine from a moment on, in nanoseconds since 1970: `point time` → value. */
  async rows(machine: string, from: bigint): Promise<Map<string, unknown>> {
    const rows = await this.trial.centre.historian.rows(BUCKET, MEASUREMENT, `where machine = '${machine}' and time >= ${from}`);
    return new Map(rows.map((row) => [`${row.point} ${row.time}`, row.integer]));
  }

  /** Ends everything. */
  async end(): Promise<void> {
    for (const machine of this.#machines) await machine.end();
    await this.trial.end();
  }

  async #start(): Promise<void> {
    const { trial } = this;
    const { historian, ingester, setup } = trial.centre;
    for (const pod of trial.brokers) this.#kubelets.set(pod, trial.keepAlive(pod));
    await Promise.all([...trial.brokers.map((pod) => trial.brokerReady(pod)), trial.central.start(), historian.start()]);
    const { code, said } = await setup.run();
    if (code !== 0) throw new Error(`the setup failed: ${said}`);
    // Whoever reads was there once before anybody publishes.
    const reader = await trial.reader(READER);
    await reader.subscribe('data/v1/+/+');
    await reader.end();
    for (const pod of [trial.publisher, ingester]) this.#kubelets.set(pod, trial.keepAlive(pod));
    await eventually('the session of the publisher', 30_000, async () => {
      if ((await trial.stored()).consumers < 1) throw new Error('there is none yet');
    });
    for (const machine of trial.gateways.keys()) {
      await trial.plc(machine).start();
      this.#kubelets.set(trial.gateway(machine), trial.keepAlive(trial.gateway(machine)));
    }
    const begun = BigInt(Date.now() - 60_000) * 1_000_000n;
    await eventually('rows of the gateways', 60_000, async () => {
      for (const machine of trial.gateways.keys()) {
        if ((await this.rows(machine, begun)).size === 0) throw new Error(`there is none of ${machine}`);
      }
    });
  }

  /** Runs the startup probe of the central broker's pod until it succeeds. */
  async #passNumbers(host: Host): Promise<void> {
    const file = (name: string, text: string) => {
      const path = join(this.trial.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const login = [file('starter-username', CENTRAL_STARTER.username), file('starter-password', CENTRAL_STARTER.password)];
    const { program, args } = onHost(host, '/usr/bin/perl', [
      '-e',
      NUMBERS_PASSED,
      '--',
      `${CENTRAL_BROKER.mqttPort}`,
      START_TOPIC,
      '20000',
      ...login,
    ]);
    await eventually('the numbers to be passed', 120_000, () => promisify(execFile)(program, args), 500);
  }

  /** Waits until every reading since these messages is a row; returns those that are not. */
  async #settled(first: readonly number[], patienceMs: number): Promise<string[]> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const lost = await this.#missing(first).catch((error: Error) => [`the historian does not answer: ${error.message}`]);
      if (lost.length === 0 || Date.now() > deadline) return lost;
      await pause(1_000);
    }
  }

  async #missing(first: readonly number[]): Promise<string[]> {
    const missing: string[] = [];
    for (const [i, machine] of this.#machines.entries()) {
      const from = first[i] ?? 0;
      const rows = await this.rows(machine.machine, machine.timeOf(from));
      for (let message = from; message < machine.acknowledged; message++) {
        for (const point of BUSY_POINTS) {
          const found = rows.get(`${point} ${machine.timeOf(message)}`);
          if (found !== message) missing.push(`${machine.machine} ${point} ${message}: ${found}`);
        }
      }
    }
    return missing;
  }

  /** Reads what the central broker kept for a reader that was away. */
  async #readLate(): Promise<{ duplicates: number; disordered: number }> {
    const reader = await this.trial.reader(READER);
    // The gateway goes on; of the others nothing more is to come once it is quiet.
    const received = () => reader.received.filter(({ topic }) => MACHINES.includes(topic.split('/').at(-1) ?? ''));
    let seen = -1;
    while (seen !== received().length) {
      seen = received().length;
      await pause(1_500);
    }
    await reader.end();
    const newest = new Map<string, bigint>();
    const times = new Set<string>();
    let [duplicates, disordered] = [0, 0];
    for (const { topic, payload } of received()) {
      for (const { tags, time } of parseLines(payload)) {
        const point = `${topic} ${tags.point}`;
        const last = newest.get(point);
        if (times.has(`${point} ${time}`)) duplicates++;
        else if (last !== undefined && time < last) disordered++;
        times.add(`${point} ${time}`);
        if (last === undefined || time > last) newest.set(point, time);
      }
    }
    return { duplicates, disordered };
  }
}

const seconds = (random: () => number, least: number, most: number) => 1_000 * (least + (most - least) * random());
const oneOf = <T>(things: readonly T[], random: () => number): T => things[Math.floor(random() * things.length)] as T;

/** What may break, each by itself or with another one. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'gateway killed',
    strike: (fire) => fire.kill([...fire.trial.gateways.values()][0] as Pod),
  },
  {
    name: 'plant broker server killed',
    takesServer: true,
    strike: (fire, random) => fire.kill(oneOf(fire.trial.brokers, random)),
  },
  {
    name: 'plant broker server killed with its disk',
    takesServer: true,
    strike: (fire, random) => fire.killWithDisk(oneOf(fire.trial.brokers, random)),
  },
  {
    name: 'plant broker server killed and its store damaged',
    takesServer: true,
    async strike(fire, random) {
      await fire.damage(oneOf(fire.trial.brokers, random), random);
    },
  },
  {
    name: 'plant broker server off the network',
    takesServer: true,
    strike: (fire, random) => unplugged(oneOf(fire.trial.brokers, random).host, seconds(random, 2, 8)),
  },
  {
    name: 'publisher killed',
    strike: (fire) => fire.kill(fire.trial.publisher),
  },
  {
    name: 'publisher hangs',
    strike: (fire, random) => hung(fire, () => fire.trial.publisher.pid, seconds(random, 2, 6)),
  },
  {
    name: 'node with a broker server and the publisher lost',
    takesServer: true,
    async strike(fire, random) {
      await Promise.all([fire.kill(fire.trial.publisher), fire.killWithDisk(oneOf(fire.trial.brokers, random))]);
    },
  },
  {
    name: 'link to the centre cut',
    strike: (fire, random) => unplugged(fire.trial.network.hostNamed('central'), seconds(random, 2, 10)),
  },
  {
    name: 'central broker killed',
    strike: (fire, random) => fire.killCentralBroker(seconds(random, 0, 3)),
  },
  {
    name: 'ingester killed',
    strike: (fire) => fire.kill(fire.trial.centre.ingester),
  },
  {
    name: 'historian killed',
    strike: (fire, random) => fire.killHistorian(seconds(random, 0, 4)),
  },
  {
    name: 'historian off the network',
    strike: (fire, random) => unplugged(fire.trial.network.hostNamed(HISTORIAN.name), seconds(random, 2, 8)),
  },
  {
    name: 'historian hangs',
    strike: (fire, random) => hung(fire, () => fire.trial.centre.historian.pod.pid, seconds(random, 2, 6)),
  },
];

/** Two faults that strike different things: none of those that a disk lost is struck twice, which no three copies survive. */
export function twoFaults(random: () => number): [Fault, Fault] {
  const first = oneOf(FAULTS, random);
  const rest = FAULTS.filter((fault) => fault !== first && !(first.takesServer && fault.takesServer));
  return [first, oneOf(rest, random)];
}

async function unplugged(host: Host, ms: number): Promise<void> {
  await host.unplug();
  await pause(ms);
  await host.plug();
}

async function hung(fire: ChainUnderFire, pid: () => number, ms: number): Promise<void> {
  // What another fault has just killed does not hang.
  const found = (() => {
    try {
      return pid();
    } catch {
      return undefined;
    }
  })();
  if (found !== undefined) await fire.hang(found, ms);
}
