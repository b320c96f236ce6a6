import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { KerberosKeysOperator } from '../../../constructs/central/kerberos-keys-operator';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { type Ended, run } from './debian-pod';
import type { KdcOnTrial } from './kdc';
import { onHost } from './network';

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  readonly securityContext: { readonly runAsUser: number };
  readonly livenessProbe?: { readonly exec: { readonly command: readonly string[] } };
}

/**
 * The containers of the Kerberos keys operator's rendered pod that get and keep its tickets, with Debian's k5start and klist: their commands,
 * environment, user and mounts as they stand. The operator itself is a program of ACS's image.
 */
export class OperatorTickets {
  readonly #containers: ReadonlyMap<string, Container>;
  readonly #running = new Map<string, RunningProcess>();
  readonly #folder: string;
  #starts = 0;

  constructor(
    private readonly group: ProcessGroup,
    private readonly kdc: KdcOnTrial,
    central: CentralCluster,
    keytab: Buffer,
  ) {
    const chart = new Chart(new App(), 'operator');
    new KerberosKeysOperator(chart, 'operator', { central });
    // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
    const { spec } = (chart.toJson() as any[]).find(({ kind }) => kind === 'Deployment').spec.template;
    const all: Container[] = [...spec.initContainers, ...spec.containers];
    this.#containers = new Map(all.map((container) => [container.name, container]));
    this.#folder = join(group.workDir, 'operator');
    const { runAsUser } = this.#container('operator').securityContext;
    const volumes = new Set(all.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)));
    for (const volume of [...volumes, 'root']) {
      mkdirSync(join(this.#folder, volume), { recursive: true });
      chownSync(join(this.#folder, volume), 0, runAsUser);
      chmodSync(join(this.#folder, volume), 0o2770);
    }
    for (const [file, content] of [
      ['keytab/client', keytab],
      ['kerberos/krb5.conf', kdc.clientConfiguration],
    ] as const) {
      writeFileSync(join(this.#folder, file), content, { mode: 0o440 });
      chownSync(join(this.#folder, file), 0, runAsUser);
    }
  }

  /** Runs an init container to its end. */
  async runInit(name: string): Promise<Ended> {
    const { command } = this.#container(name);
    return await this.exec(command, name);
  }

  /** Starts a container. */
  start(name: string): void {
    const { command, args = [] } = this.#container(name);
    this.#running.set(name, this.group.start({ name: `${name}-${this.#starts++}`, ...this.#command(name, [...command, ...args]) }));
  }

  /** Ends a container and starts it again. */
  async restart(name: string): Promise<void> {
    await this.#running.get(name)?.stop();
    this.start(name);
  }

  /** Runs a container's liveness probe. */
  async probe(name: string): Promise<Ended> {
    return await this.exec(this.#container(name).livenessProbe?.exec.command ?? [], name);
  }

  /** Runs a program as in a container. */
  async exec(words: readonly string[], name: string): Promise<Ended> {
    const { program, args, env } = this.#command(name, words);
    return await run(program, args, env);
  }

  #container(name: string): Container {
    const found = this.#containers.get(name);
    if (!found) throw new Error(`the pod has no container ${name}`);
    return found;
  }

  #command(name: string, words: readonly string[]) {
    const { volumeMounts, env, securityContext } = this.#container(name);
    const mounts = volumeMounts.map(
      ({ name: volume, mountPath, readOnly }) => `${join(this.#folder, volume)} ${mountPath} ${readOnly ? 'ro' : 'rw'}`,
    );
    mounts.push(`${this.kdc.file('hosts')} /etc/hosts ro`);
    const unshared = ['--mount', '--propagation', 'private', '--', '/bin/sh', join(__dirname, 'debian-pod.sh')];
    return {
      env: {
        ...Object.fromEntries(env.map(({ name: variable, value }) => [variable, value])),
        POD_USER: String(securityContext.runAsUser),
        LC_ALL: 'C',
      },
      ...onHost(this.kdc.host, '/usr/bin/unshare', [...unshared, join(this.#folder, 'root'), mounts.join('\n'), '--', ...words]),
    };
  }
}
