import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from '../../../infra/model/plant';
import { JOB_DATABASE, jobDatabaseServer, serviceHost } from '../../../infra/model/services';
import type { AccountName } from '../../../infra/mysql/accounts';
import { plantManifests } from '../../../stacks/manifest/build';
import { newAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { installDebianPackages } from '../programs/debian';
import { DebianPod, type Ended, type ScriptPodTemplate, volumeFolder } from './debian-pod';
import { filesOf, objectOf } from './files';
import { askServer } from './job-database';
import { type Host, makeNetwork } from './network';

const ZONE = JOB_DATABASE.zone;
const ROLE = 'job-database-role';

/** Number of a server. */
export type Ordinal = 0 | 1;
/** What the model says of the two servers. */
export interface Roles {
  readonly primary: Ordinal;
  readonly alone?: { readonly reason: string };
}

/**
 * The two servers of a generated job database with a replica, on a network of their own: the rendered pods run as they are, with Debian's
 * MariaDB as the image. Nothing runs until a test starts it.
 */
export class ReplicatedOnTrial {
  readonly servers: readonly [DebianPod, DebianPod];
  readonly follower: DebianPod;

  private constructor(
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    private readonly hosts: readonly [Host, Host],
    private readonly client: Host,
    private readonly podNamed: (kind: string, name: string, pod: string, host: Host) => DebianPod,
    private readonly set: { current: ReturnType<typeof plantManifests> },
    private readonly plantOf: (roles: Roles) => Plant,
  ) {
    const server = (ordinal: Ordinal) => podNamed('StatefulSet', JOB_DATABASE.name, jobDatabaseServer(ordinal).name, hosts[ordinal]);
    this.servers = [server(0), server(1)];
    this.follower = podNamed('Deployment', 'job-backup', 'job-backup', client);
  }

  /**
   * Lays out the servers.
   *
   * @param plantOf the plant with what its model says of the two
   */
  static async of(plantOf: (roles: Roles) => Plant): Promise<ReplicatedOnTrial> {
    await installDebianPackages(() => {});
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      const network = await makeNetwork(group);
      const hosts = [await network.host('server-0', '10.244.0.20'), await network.host('server-1', '10.244.0.21')] as const;
      const client = await network.host('client', '10.244.0.22');
      const plant = plantOf({ primary: 0 });
      const set = { current: plantManifests(plant) };
      const authority = newAuthority(plant.name, new Date());
      const secrets = filesOf(
        set.current,
        authority,
        () => ({ username: '', password: '' }),
        (text) => text,
      );
      writeFileSync(join(workDir.path, 'ca.crt'), trustedCertificates(authority, new Date()).join(''));
      const trial: ReplicatedOnTrial = new ReplicatedOnTrial(
        group,
        workDir,
        hosts,
        client,
        (kind, name, pod, host) => {
          const spec = objectOf(set.current, kind, ZONE, name).spec as Record<string, unknown>;
          const owner = (kind === 'CronJob' ? (spec.jobTemplate as { spec: unknown }).spec : spec) as {
            template: { spec: ScriptPodTemplate };
          };
          return new DebianPod(group, {
            name: pod,
            template: owner.template.spec,
            host,
            get hosts() {
              const named = ([0, 1] as const).map((n) => `${hosts[n].address} ${serviceHost(jobDatabaseServer(n))}\n`);
              return `127.0.0.1 localhost\n${trial.address} ${serviceHost(JOB_DATABASE)}\n${named.join('')}`;
            },
            claim: (claim) => trial.volume(claim === 'data' ? pod : claim),
            files: (what, file) =>
              what === 'secret'
                ? secrets(what, ZONE, file)
                : (objectOf(set.current, 'ConfigMap', ZONE, file).data as Record<string, string>),
          });
        },
        set,
        plantOf,
      );
      return trial;
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Address that the Service of the database leads to: that of the pod that its selector names. */
  get address(): string {
    const { selector } = objectOf(this.set.current, 'Service', ZONE, JOB_DATABASE.name).spec as { selector: Record<string, string> };
    const named = selector['statefulset.kubernetes.io/pod-name'];
    const [first, second] = this.hosts;
    if (named !== 'job-database-0' && named !== 'job-database-1') throw new Error(`the Service selects ${JSON.stringify(selector)}`);
    return named === 'job-database-0' ? first.address : second.address;
  }

  /**
   * Renders the plant with other roles; the Service and what running servers read of it change, as Flux and the kubelets see to.
   *
   * @param seenBy servers that hear of it; a node that is cut off does not. @default - both
   */
  apply(roles: Roles, seenBy: readonly Ordinal[] = [0, 1]): void {
    this.set.current = plantManifests(this.plantOf(roles));
    for (const ordinal of seenBy) this.servers[ordinal].update(ROLE);
  }

  /** Starts servers again that end by themselves, as a kubelet does, until one is ready. */
  async keptReady(ordinal: Ordinal, timeoutMs = 60_000): Promise<void> {
    const server = this.servers[ordinal];
    await eventually(`server ${ordinal} to be ready`, timeoutMs, async () => {
      if (!server.running) server.start();
      await server.ready(1_000);
    });
  }

  /** Waits until a server that is to change its role ended by itself, and starts it again. */
  async restarted(ordinal: Ordinal): Promise<void> {
    const server = this.servers[ordinal];
    await eventually(`server ${ordinal} to end`, 30_000, async () => {
      if (server.running) throw new Error(server.log(5));
    });
    server.start();
  }

  /** Folder of a volume: a server's is named as its pod. */
  volume(claim: string): string {
    return volumeFolder(join(this.workDir.path, 'volumes', claim));
  }

  /** As after a lost disk. Only while its pod is down. */
  emptyVolume(ordinal: Ordinal): void {
    rmSync(this.volume(jobDatabaseServer(ordinal).name), { recursive: true });
  }

  /** Runs one of the generated CronJobs' pods to its end. */
  job(name: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.podNamed('CronJob', name, name, this.client).run(environment);
  }

  /**
   * Executes statements as a user.
   *
   * @param at a server. @default - the one that the Service leads to
   */
  query(user: AccountName, sql: string, at?: Ordinal): Promise<Ended> {
    const password = createHash('sha256').update(`${ZONE}/${JOB_DATABASE.name}-${user}`).digest('base64url').slice(0, 32);
    const address = at === undefined ? this.address : this.hosts[at].address;
    return askServer(this.client, { folder: this.workDir.path, address, user, password, sql });
  }

  /** Rows of a query that must succeed. */
  async rows(user: AccountName, sql: string, at?: Ordinal): Promise<string[]> {
    const { code, said } = await this.query(user, sql, at);
    if (code !== 0) throw new Error(said);
    return said.split('\n').slice(0, -1);
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    await this.group.stop();
    await this.workDir.remove();
  }
}
