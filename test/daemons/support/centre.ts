import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Chart } from 'cdk8s';
import { Historian } from '../../../constructs/central/historian';
import { PlantDataIngester } from '../../../constructs/central/plant-data-ingester';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../../infra/model/central-services';
import { TELEGRAF_HEALTH_PORT } from '../../../infra/model/services';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { issueCertificate, newAuthority, type PlantAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { exampleCentral } from '../../support/centre';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { getPrograms } from '../programs/programs';
import { CentralBroker } from './central-broker';
import { layOutCentre } from './centre-layout';
import type { DebianPod, Ended } from './debian-pod';
import { type Gate, openGate } from './gate';
import type { HistorianOnTrial } from './historian';
import { Kubelet } from './kubelet';
import { TestClient } from './mqtt';
import { makeNetwork } from './network';
import type { Pod } from './pod';
import type { SecretDoor } from './secret-door';

/** The plants' login at the central broker, and the ingester's: with characters that a configuration would have to escape. */
const LOGINS = {
  plant: { username: 'plants', password: 'plants' },
  ingester: { username: 'sv1plantdataingester', password: 'so "many" $rows \\ @{rows}' },
};

/** What a test may choose of the centre. */
export interface CentreOptions {
  /** Changes the ingester's configuration file. @default - it runs as it is generated */
  readonly rewrite?: (text: string) => string;
  /** Size of the historian's disk in MiB. @default - that of the computer */
  readonly diskMiB?: number;
  /** Settings of the historian. @default - as the model has them */
  readonly historian?: Partial<CentralCluster['historian']>;
}

/** The centre's ingester and historian as they are rendered, with the real programs, and a Mosquitto with sessions on disk before them. */
export class CentreOnTrial {
  readonly #clients: TestClient[] = [];
  readonly #kubelets: Kubelet[] = [];

  private constructor(
    readonly cluster: CentralCluster,
    readonly broker: CentralBroker,
    readonly historian: HistorianOnTrial,
    readonly ingester: Pod,
    readonly gate: Gate,
    private readonly setup: DebianPod,
    /** Where the setup keeps tokens. */
    readonly secretDoor: SecretDoor,
    private readonly disk: SmallDisk | undefined,
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
  ) {}

  /** Lays the centre out; nothing runs yet. */
  static async of(options: CentreOptions = {}): Promise<CentreOnTrial> {
    const programs = await getPrograms();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      const central = exampleCentral();
      const cluster = { ...central, historian: { ...central.historian, ...options.historian } };
      const set = manifests(cluster);
      const authority = newAuthority('public', new Date());
      const network = await makeNetwork(group);
      const gate = await openGate(group, await network.host('test', '10.244.0.1'));
      const host = await network.host('central', '192.0.2.1');
      let disk: SmallDisk | undefined;
      const { diskMiB, rewrite } = options;
      const { historian, ingester, setup, secretDoor } = await layOutCentre({
        cluster,
        set,
        programs,
        group,
        network,
        gate,
        broker: host,
        publicAuthorities: authority.signing.certificate,
        login: LOGINS.ingester,
        ...(rewrite ? { rewrite } : {}),
        ...(diskMiB === undefined
          ? {}
          : {
              disk: async (volume) => {
                disk = await smallDisk(group, volume, diskMiB);
                return disk.enter;
              },
            }),
      });
      const broker = new CentralBroker(group, {
        host,
        gate,
        port: cluster.contract.mqtt.port,
        mosquitto: programs.mosquitto,
        certificate: brokerCertificate(authority, cluster.contract.mqtt.host),
        authority: trustedCertificates(authority, new Date()).join(''),
        users: Object.fromEntries(Object.values(LOGINS).map(({ username, password }) => [username, password])),
      });
      return new CentreOnTrial(cluster, broker, historian, ingester, gate, setup, secretDoor, disk, group, workDir);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Starts broker and historian and sets the historian up. */
  async start(): Promise<void> {
    await Promise.all([this.broker.start(), this.historian.start()]);
    const { code, said } = await this.runSetup();
    if (code !== 0) throw new Error(`the setup failed: ${said}`);
  }

  /** The folder of the historian's volume; not its small disk. */
  get historianVolume(): string {
    return join(this.workDir.path, 'historian-data');
  }

  /** Password of the account with which the ingester writes, as support/files.ts makes it. */
  get writerPassword(): string {
    return createHash('sha256').update(`${CENTRAL_NAMESPACE}/historian-writer`).digest('base64url').slice(0, 32);
  }

  /** Runs the setup of the historian to its end. */
  runSetup(): Promise<Ended> {
    return this.setup.run();
  }

  /** Takes the account away with which the ingester writes; {@link runSetup} makes it again. */
  async revokeWriter(): Promise<void> {
    const { body } = await this.historian.ask('GET', '/private/legacy/authorizations?token=writer');
    const { authorizations } = JSON.parse(body) as { authorizations: { id: string }[] };
    for (const { id } of authorizations) await this.historian.command('DELETE', `/private/legacy/authorizations/${id}`, {});
  }

  /** Starts the ingester and keeps it alive as a kubelet does; returns when it is ready, so that its sessions are there. */
  async startIngester(): Promise<Kubelet> {
    const kubelet = Kubelet.keep(this.gate, this.ingester);
    this.#kubelets.push(kubelet);
    await eventually('the ingester to be ready', 30_000, async () => {
      const status = await this.gate.status(this.ingester.address, TELEGRAF_HEALTH_PORT, '/');
      if (status !== 200) throw new Error(`/ answered ${status}`);
    });
    return kubelet;
  }

  /** A client of the central broker that may publish for every plant. */
  async plant(clientId = 'plant'): Promise<TestClient> {
    const client = await TestClient.connect(this.gate, {
      address: this.broker.address,
      port: this.cluster.contract.mqtt.port,
      serverName: this.cluster.contract.mqtt.host,
      ca: this.broker.authority,
      clientId,
      ...LOGINS.plant,
    });
    this.#clients.push(client);
    return client;
  }

  /** Fills the historian's small disk to the last byte. */
  fillDisk(): Promise<void> {
    return this.#onDisk('dd if=/dev/zero of="$1/filler" bs=16k 2>/dev/null || true');
  }

  /** Gives back what {@link fillDisk} took. */
  freeDisk(): Promise<void> {
    return this.#onDisk('rm "$1/filler"');
  }

  async #onDisk(script: string): Promise<void> {
    if (!this.disk) throw new Error('the historian has no disk of its own');
    const [enter = '', ...args] = this.disk.enter;
    // Never the disk of this computer.
    const guard = '[ "$(stat -f -c %T "$1")" = tmpfs ] || exit 1; [ "$(stat -f -c %b "$1")" -lt 100000 ] || exit 1;';
    await promisify(execFile)(enter, [...args, '/bin/sh', '-ec', `${guard} ${script}`, 'sh', this.disk.folder]);
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    for (const kubelet of this.#kubelets) await kubelet.release();
    for (const client of this.#clients) client.drop();
    await this.group.stop();
    await this.workDir.remove();
  }
}

function manifests(central: CentralCluster): ManifestSet {
  const chart = new Chart(new App(), 'centre');
  new Historian(chart, 'historian', { central });
  new PlantDataIngester(chart, 'ingester', { central });
  return {
    cluster: central.name,
    entries: (chart.toJson() as KubeObject[]).map((object) => ({ component: 'centre', phase: 'data', protect: false, object })),
    secrets: requiredSecrets(chart).map((secret) => ({ ...secret, source: secret.source ?? ('sops' as const) })),
  };
}

function brokerCertificate(authority: PlantAuthority, host: string) {
  return issueCertificate(authority, { kind: 'certificate', commonName: 'central', dnsNames: [host], usages: ['server'] }, new Date());
}

/** A disk for those who enter its mount namespace. */
interface SmallDisk {
  readonly folder: string;
  /** The words that enter. */
  readonly enter: readonly string[];
}

/** Puts a disk of a size under a folder. It ends with the group. */
async function smallDisk(group: ProcessGroup, folder: string, mebibytes: number): Promise<SmallDisk> {
  const holder = group.start({
    name: 'disk',
    program: '/usr/bin/unshare',
    args: [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      '-ec',
      'mount -t tmpfs -o "size=$2m,mode=2770,gid=10001" tmpfs "$1"; echo mounted; exec sleep infinity',
      'sh',
      folder,
      `${mebibytes}`,
    ],
  });
  await holder.ready(async () => {
    if (!holder.log().includes('mounted')) throw new Error('not mounted yet');
  }, 10_000);
  return { folder, enter: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'] };
}
