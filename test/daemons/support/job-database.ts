import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from '../../../infra/model/plant';
import { JOB_DATABASE, serviceHost } from '../../../infra/model/services';
import type { AccountName } from '../../../infra/mysql/accounts';
import { plantManifests } from '../../../stacks/manifest/build';
import { newAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import type { RunningProcess } from '../../support/process';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { installDebianPackages } from '../programs/debian';
import { DebianPod, type Ended, run, type ScriptPodTemplate, volumeFolder } from './debian-pod';
import { type FileSource, filesOf, objectOf } from './files';
import { type Gate, openGate } from './gate';
import { type Host, makeNetwork, type Network, onHost } from './network';

const ZONE = JOB_DATABASE.zone;

/** How a client of a test connects. */
export interface ClientOptions {
  /** @default true */
  readonly tls?: boolean;
  readonly password?: string;
  readonly database?: string;
}

/**
 * The generated job database with its backups, on a network of its own: the rendered pods run as they are, with Debian's MariaDB as the
 * image. Nothing runs until a test starts it.
 */
export class JobDatabaseOnTrial {
  readonly database: DebianPod;
  readonly follower: DebianPod;
  /** Passwords in place of those that the Secrets would hold, by user. */
  readonly passwords = new Map<string, string>();

  private constructor(
    readonly plant: Plant,
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    private readonly hosts: Readonly<Record<'database' | 'client' | 'backup', Host>>,
    private readonly podNamed: (kind: string, name: string, host: Host) => DebianPod,
    private readonly network: Network,
    /** Files of the plant's ConfigMaps and Secrets. */
    readonly files: FileSource,
  ) {
    this.database = podNamed('StatefulSet', JOB_DATABASE.name, hosts.database);
    this.follower = podNamed('Deployment', 'job-backup', hosts.backup);
  }

  /**
   * Lays out a plant's job database; its engine must be MariaDB.
   *
   * @param rewrite changes the content of a ConfigMap's file. @default - all run as they are generated
   */
  static async of(plant: Plant, rewrite: (text: string) => string = (text) => text): Promise<JobDatabaseOnTrial> {
    await installDebianPackages(() => {});
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      const network = await makeNetwork(group);
      const hosts = {
        database: await network.host('database', '10.244.0.10'),
        client: await network.host('client', '10.244.0.11'),
        backup: await network.host('backup', '10.244.0.12'),
      };
      const set = plantManifests(plant);
      const authority = newAuthority(plant.name, new Date());
      const files = filesOf(set, authority, () => ({ username: '', password: '' }), rewrite);
      writeFileSync(join(workDir.path, 'ca.crt'), trustedCertificates(authority, new Date()).join(''));
      const names = `127.0.0.1 localhost\n${hosts.database.address} ${serviceHost(JOB_DATABASE)}\n`;
      const trial: JobDatabaseOnTrial = new JobDatabaseOnTrial(
        plant,
        group,
        workDir,
        hosts,
        (kind, name, host) => {
          const spec = objectOf(set, kind, ZONE, name).spec as Record<string, unknown>;
          const owner = (kind === 'CronJob' ? (spec.jobTemplate as { spec: unknown }).spec : spec) as {
            template: { spec: ScriptPodTemplate };
          };
          return new DebianPod(group, {
            name,
            template: owner.template.spec,
            host,
            hosts: names,
            claim: (claim) => trial.volume(claim),
            files: (what, file) => {
              const content = files(what, ZONE, file);
              const given = trial?.passwords.get(file.replace(`${JOB_DATABASE.name}-`, ''));
              return what === 'secret' && given !== undefined ? { ...content, password: given } : content;
            },
          });
        },
        network,
        files,
      );
      return trial;
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Where the database is. */
  get address(): string {
    return this.hosts.database.address;
  }

  /** Folder for files of a test. */
  get folder(): string {
    return this.workDir.path;
  }

  /** Adds a host to its network. */
  host(name: string, address: string): Promise<Host> {
    return this.network.host(name, address);
  }

  /** A way from the test to a host. */
  gate(host: Host): Promise<Gate> {
    return openGate(this.group, host);
  }

  /** Starts a program on a host of the network; it ends with the trial. */
  startOn(host: Host, name: string, program: string, args: readonly string[]): RunningProcess {
    return this.group.start({ name, ...onHost(host, program, args) });
  }

  /** Folder of a volume: `data` is the database's, `job-backup` the backups'. */
  volume(claim: string): string {
    return volumeFolder(join(this.workDir.path, 'volumes', claim));
  }

  /** As after a lost disk. Only while its pod is down. */
  emptyVolume(claim: string): void {
    rmSync(this.volume(claim), { recursive: true });
  }

  /** Starts the database and waits until a kubelet would call it ready. */
  async start(): Promise<void> {
    this.database.start();
    await this.database.ready();
  }

  /** Runs one of the generated CronJobs' pods to its end. */
  job(name: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.podNamed('CronJob', name, this.hosts.backup).run(environment);
  }

  /** The password of a user as its Secret has it. */
  password(user: AccountName): string {
    return this.passwords.get(user) ?? createHash('sha256').update(`${ZONE}/${JOB_DATABASE.name}-${user}`).digest('base64url').slice(0, 32);
  }

  /** Executes statements as a user over the network; what it says is the rows, or the server's error. */
  query(user: AccountName | 'root', sql: string, options: ClientOptions = {}): Promise<Ended> {
    const { tls = true, password = user === 'root' ? '' : this.password(user), database } = options;
    return askServer(this.hosts.client, {
      folder: this.workDir.path,
      address: this.hosts.database.address,
      user,
      password,
      tls,
      sql,
      database,
    });
  }

  /** Rows of a query that must succeed. */
  async rows(user: AccountName, sql: string): Promise<string[]> {
    const { code, said } = await this.query(user, sql);
    if (code !== 0) throw new Error(said);
    return said.split('\n').slice(0, -1);
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    await this.group.stop();
    await this.workDir.remove();
  }
}

/** Waits until the follower of the binary log has marked that the copy holds all that was written before this call. */
export async function inStep(backups: string): Promise<void> {
  const asked = Math.floor(Date.now() / 1000);
  await eventually('a mark that the copy is in step', 30_000, () => {
    const folder = join(backups, 'watched');
    const newest = readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort()
      .at(-1);
    const mark = readFileSync(join(folder, newest ?? ''), 'utf8');
    if (Number(/^in-step (\d+)$/m.exec(mark)?.[1]) <= asked) throw new Error(mark);
  });
}

/** What {@link askServer} takes. */
export interface Asked {
  /** Folder with the authority's `ca.crt`. */
  readonly folder: string;
  /** Where the name of the database leads. */
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly sql: string;
  readonly tls?: boolean;
  readonly database?: string | undefined;
}

/** Executes statements at the job database from a host. */
export function askServer(client: Host, { folder, address, user, password, sql, tls = true, database }: Asked): Promise<Ended> {
  const args = [
    '--no-defaults',
    '--protocol=TCP',
    `--host=${serviceHost(JOB_DATABASE)}`,
    `--user=${user}`,
    '--batch',
    '--skip-column-names',
    ...(tls ? [`--ssl-ca=${join(folder, 'ca.crt')}`] : ['--skip-ssl']),
    ...(database === undefined ? [] : [`--database=${database}`]),
  ];
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `${address} ${serviceHost(JOB_DATABASE)}\n`);
  const script = `mount --bind "$0" /etc/hosts && exec mariadb "$@"`;
  const command = onHost(client, '/usr/bin/unshare', [
    '--mount',
    '--propagation',
    'private',
    '--',
    '/bin/sh',
    '-c',
    script,
    hosts,
    ...args,
  ]);
  return run(command.program, command.args, { MYSQL_PWD: password }, sql);
}
