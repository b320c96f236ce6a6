import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';

const run = promisify(execFile);

/** A computer or pod on the network of a test, with an address of its own; every port of it is free. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** The words that run a program there: put them before its path and arguments. */
  readonly enter: readonly string[];
  /** Pulls its cable: packets to and from it vanish without an answer. */
  unplug(): Promise<void>;
  /** Puts the cable back. */
  plug(): Promise<void>;
}

/**
 * A network of network namespaces around one bridge, in which every generated address, name and port holds as it stands. Nothing of it
 * is seen from outside, and no name of it is kept anywhere: each namespace lives as long as the process that holds it, and the reaper
 * ends those with the test, so that nothing is left behind whatever happens.
 */
export interface Network {
  /** Adds a host. Addresses need no common network: every host reaches every other one directly. */
  host(name: string, address: string): Promise<Host>;
  /** A host that was added. Throws when there is none of that name. */
  hostNamed(name: string): Host;
}

/**
 * Makes an empty network whose namespaces end with the group.
 *
 * @throws when this process may not make network namespaces, which takes root
 */
export async function makeNetwork(group: ProcessGroup): Promise<Network> {
  const bridge = await holdNamespace(group, 'network');
  await inside(bridge, 'ip link add plant type bridge && ip link set plant up');
  const hosts = new Map<string, Host>();
  return {
    hostNamed(name) {
      const host = hosts.get(name);
      if (!host) throw new Error(`the network has no host ${name}; it has ${[...hosts.keys()].join(', ')}`);
      return host;
    },
    async host(name, address) {
      const pid = await holdNamespace(group, `network-${name}`);
      const port = `port${hosts.size}`;
      await inside(bridge, `ip link add ${port} type veth peer name eth0 netns ${pid} && ip link set ${port} master plant up`);
      // A packet goes on its way at once: an address that was announced a moment ago need not be looked for again.
      const prefix = address.includes(':') ? 128 : 32;
      await inside(pid, `ip addr add ${address}/${prefix} dev eth0 && ip link set eth0 up && ip route add default dev eth0`);
      const host: Host = {
        name,
        address,
        enter: ['nsenter', `--net=/proc/${pid}/ns/net`, '--'],
        unplug: () => inside(bridge, `ip link set ${port} down`),
        plug: () => inside(bridge, `ip link set ${port} up`),
      };
      hosts.set(name, host);
      return host;
    },
  };
}

/** Starts a process that does nothing but hold a new network namespace, and returns its id. */
async function holdNamespace(group: ProcessGroup, name: string): Promise<number> {
  const holder = group.start({
    name,
    program: '/usr/bin/unshare',
    args: ['--net', '--', '/bin/sh', '-c', 'ip link set lo up && exec sleep infinity'],
  });
  await eventually(
    `the network namespace ${name}`,
    10_000,
    async () => {
      const { stdout } = await run('readlink', [`/proc/${holder.pid}/ns/net`, '/proc/self/ns/net', `/proc/${holder.pid}/exe`]);
      const [its, ours, program = ''] = stdout.split('\n');
      if (its === ours || !program.endsWith('sleep')) throw new Error(`${holder.log(3)} (making network namespaces takes root)`);
    },
    10,
  );
  return holder.pid;
}

async function inside(pid: number, script: string): Promise<void> {
  await run('nsenter', [`--net=/proc/${pid}/ns/net`, '--', '/bin/sh', '-ec', script]);
}

/** Program and arguments that run a program on a host. */
export function onHost(host: Host, program: string, args: readonly string[]) {
  const [enter = '', ...rest] = host.enter;
  return { program: join('/usr/bin', enter), args: [...rest, program, ...args] };
}
