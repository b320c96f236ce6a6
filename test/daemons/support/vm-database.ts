import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import type { Plant } from '../../../infra/model/plant';
import { JOB_DATABASE, jobDatabaseServer, serviceHost } from '../../../infra/model/services';
import type { AccountName } from '../../../infra/mysql/accounts';
import { plantManifests } from '../../../stacks/manifest/build';
import { newAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { guestSystem } from '../programs/guest';
import { filesOf, objectOf } from './files';
import { type Gate, openGate } from './gate';
import { type Host, makeNetwork } from './network';
import { powerFails } from './vm';
import { imageRoot } from './vm-archive';
import { Drive, type DriveKind, type LostCache } from './vm-drive';
import { MachinePod, type MachinePodTemplate } from './vm-pod';

/** Programs of the image: the server, what makes its data folder, and what the generated scripts call. */
const IMAGE = [
  ...[
    '/usr/sbin/mariadbd',
    '/usr/bin/mariadb',
    '/usr/bin/mariadb-admin',
    '/usr/bin/mariadb-dump',
    '/usr/bin/mariadb-install-db',
    '/usr/bin/my_print_defaults',
  ],
  ...['/usr/bin/resolveip', '/usr/share/mysql', '/usr/bin/setpriv', '/usr/bin/dash', '/usr/bin/grep', '/usr/bin/sed', '/usr/bin/find'],
  ...'basename cat chmod chown cp cut date dirname head hostname id ls mkdir mv rm sleep sync tail touch tr uname'
    .split(' ')
    .map((name) => `/usr/bin/${name}`),
];
/** Size of the node's drive, MiB. */
const DRIVE_MIB = 1024;
/** Memory of the node, MiB: the pod's, the system, and the image, which is in memory. */
const NODE_MIB = 1024;

/**
 * The generated job database with Debian's MariaDB as the image, each of its servers on a virtual machine of its own. Nothing runs until a test
 * switches it on.
 */
export class PoweredDatabase {
  readonly #sockets: Socket[] = [];

  private constructor(
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    private readonly gate: Gate,
    private readonly authority: string,
    /** The primary first. */
    readonly servers: readonly MachinePod[],
  ) {}

  /**
   * Lays a plant's job database out; its engine must be MariaDB.
   *
   * @param from another one of the same plant, which is switched off: its drives are copied. @default - empty drives
   * @param rewrite changes the content of a ConfigMap's file. @default - all run as they are generated
   */
  static async of(plant: Plant, kind: DriveKind, from?: PoweredDatabase, rewrite = (text: string) => text): Promise<PoweredDatabase> {
    const guest = await guestSystem();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      const network = await makeNetwork(group);
      const gate = await openGate(group, await network.host('test', '10.244.0.1'));
      const set = plantManifests(plant);
      const authority = newAuthority(plant.name, new Date());
      const files = filesOf(set, authority, () => ({ username: '', password: '' }), rewrite);
      const { replicas, template } = objectOf(set, 'StatefulSet', JOB_DATABASE.zone, JOB_DATABASE.name).spec as {
        replicas: number;
        template: { spec: MachinePodTemplate };
      };
      const image = (await imageRoot('/pod', IMAGE)).link('/pod/usr/bin/sh', 'dash').bytes();
      const ordinals = ([0, 1] as const).slice(0, replicas);
      const hosts: Host[] = [];
      for (const n of ordinals) hosts.push(await network.host(jobDatabaseServer(n).name, `10.244.0.${10 + n}`));
      const names = ordinals.map((n) => `${hosts[n]?.address} ${serviceHost(jobDatabaseServer(n))}\n`);
      const servers: MachinePod[] = [];
      for (const [n, host] of hosts.entries()) {
        const path = join(workDir.path, `${host.name}.drive`);
        const other = from?.servers[n]?.machine.drive;
        servers.push(
          new MachinePod(group, {
            name: host.name,
            template: template.spec,
            host,
            hosts: ['127.0.0.1 localhost\n', `${hosts[0]?.address} ${serviceHost(JOB_DATABASE)}\n`, ...names].join(''),
            files: (what, name) => files(what, JOB_DATABASE.zone, name),
            image,
            drive: other ? await Drive.copied(other, path, kind) : await Drive.formatted(path, DRIVE_MIB, kind),
            guest,
            memoryMiB: NODE_MIB,
          }),
        );
      }
      return new PoweredDatabase(group, workDir, gate, trustedCertificates(authority, new Date()).join(''), servers);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Switches all servers on and waits until a kubelet would call them ready. Tells after how many seconds the last one was. */
  async powerOn(timeoutMs: number): Promise<number> {
    for (const { machine } of this.servers) await machine.powerOn();
    return Math.max(...(await Promise.all(this.servers.map((server) => server.ready(timeoutMs)))));
  }

  /** Cuts the power of all servers in the same moment, see {@link powerFails}; their clients wait for ever. */
  async powerFails(random: () => number): Promise<LostCache[]> {
    const lost = await powerFails(
      random,
      this.servers.map(({ machine }) => machine),
    );
    this.hangUp();
    return lost;
  }

  /**
   * A connection of a user over TLS, which looks at the server's name.
   *
   * @param server its number. @default 0, the primary
   */
  async connect(user: AccountName, server = 0): Promise<Connection> {
    const password = createHash('sha256').update(`${JOB_DATABASE.zone}/${JOB_DATABASE.name}-${user}`).digest('base64url').slice(0, 32);
    const connection = await createConnection({
      host: serviceHost(JOB_DATABASE),
      stream: () => {
        const socket = this.gate.connect(this.servers[server]?.address ?? '', JOB_DATABASE.port);
        this.#sockets.push(socket);
        return socket;
      },
      ssl: { ca: this.authority, rejectUnauthorized: true, verifyIdentity: true },
      user,
      password,
      connectTimeout: 30_000,
    });
    connection.on('error', () => {});
    return connection;
  }

  /** Drops its clients without a word; what they wait for never comes. */
  hangUp(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    this.hangUp();
    await this.group.stop();
    for (const { machine } of this.servers) machine.drive.end();
    await this.workDir.remove();
  }
}
