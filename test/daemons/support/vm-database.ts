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
import { makeNetwork } from './network';
import { powerFails } from './vm';
import { imageRoot, programsOf } from './vm-archive';
import { Drive, type DriveKind, type LostCache } from './vm-drive';
import { MachinePod, type MachinePodTemplate } from './vm-pod';

/** Programs of the image: the server, what makes its data folder, and what scripts may call. */
const IMAGE = [
  ...['mariadb', 'mariadb-admin', 'mariadb-install-db', 'my_print_defaults', 'resolveip', 'setpriv'].map((name) => `/usr/bin/${name}`),
  ...['/usr/sbin/mariadbd', '/usr/share/mysql'],
];
const PACKAGES = ['coreutils', 'dash', 'findutils', 'grep', 'gzip', 'sed'];

/** Size of the node's drive, MiB. */
const DRIVE_MIB = 1024;
/** Memory of the node, MiB: the pod's, the system, and the image, which is in memory. */
const NODE_MIB = 1024;

/** The generated job database, of one server, on a virtual machine, with Debian's MariaDB as the image. Nothing runs until a test switches it on. */
export class PoweredDatabase {
  readonly #sockets: Socket[] = [];

  private constructor(
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    private readonly gate: Gate,
    private readonly authority: string,
    readonly pod: MachinePod,
  ) {}

  /**
   * Lays a plant's job database out; its engine must be MariaDB.
   *
   * @param from another one of the same plant, which is switched off: its drive is copied. @default - an empty drive
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
      const { template } = objectOf(set, 'StatefulSet', JOB_DATABASE.zone, JOB_DATABASE.name).spec as {
        template: { spec: MachinePodTemplate };
      };
      const { name } = jobDatabaseServer(0);
      const host = await network.host(name, '10.244.0.10');
      const image = await imageRoot('/pod', [...IMAGE, ...(await programsOf(PACKAGES))]);
      const path = join(workDir.path, 'drive');
      const pod = new MachinePod(group, {
        name,
        template: template.spec,
        host,
        hosts: `127.0.0.1 localhost\n${host.address} ${serviceHost(JOB_DATABASE)}\n`,
        files: (what, file) => files(what, JOB_DATABASE.zone, file),
        image: image.link('/pod/usr/bin/sh', 'dash').bytes(),
        drive: from ? await Drive.copied(from.pod.machine.drive, path, kind) : await Drive.formatted(path, DRIVE_MIB, kind),
        guest,
        memoryMiB: NODE_MIB,
      });
      return new PoweredDatabase(group, workDir, gate, trustedCertificates(authority, new Date()).join(''), pod);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Switches it on and waits until a kubelet would call it ready. Tells after how many seconds it was. */
  async powerOn(): Promise<number> {
    await this.pod.machine.powerOn();
    return this.pod.ready(300_000);
  }

  /** Cuts its power, see {@link powerFails}; its clients wait for ever. */
  async powerFails(random: () => number): Promise<LostCache> {
    const [lost] = await powerFails(random, [this.pod.machine]);
    this.hangUp();
    return lost as LostCache;
  }

  /** A connection of a user over TLS, which looks at the server's name. */
  async connect(user: AccountName): Promise<Connection> {
    const password = createHash('sha256').update(`${JOB_DATABASE.zone}/${JOB_DATABASE.name}-${user}`).digest('base64url').slice(0, 32);
    const connection = await createConnection({
      host: serviceHost(JOB_DATABASE),
      stream: () => {
        const socket = this.gate.connect(this.pod.address, JOB_DATABASE.port);
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
    this.pod.machine.drive.end();
    await this.workDir.remove();
  }
}
