import { join } from 'node:path';
import type { Plant } from '../../../infra/model/plant';
import { PLANT_BROKER, serviceHost } from '../../../infra/model/services';
import { plantManifests } from '../../../stacks/manifest/build';
import { issueCertificate, newAuthority, type PlantAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually, pause } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { guestSystem } from '../programs/guest';
import { getPrograms } from '../programs/programs';
import { filesOf, objectOf } from './files';
import { type Gate, openGate } from './gate';
import { type MqttLogin, TestClient } from './mqtt';
import { type Host, makeNetwork } from './network';
import { powerFails } from './vm';
import { imageRoot } from './vm-archive';
import { Drive, type DriveKind, type LostCache } from './vm-drive';
import { MachinePod, type MachinePodTemplate } from './vm-pod';

/** Size of a node's drive, MiB; the broker fills little of it. */
const DRIVE_MIB = 1024;
/** Memory of a node: the pod's limit of 384 MiB, the system and what it boots from. */
const NODE_MIB = 640;

/** How a broker is tried. */
export interface PoweredBrokerOptions {
  readonly drive: DriveKind;
  /** Changes the content of a ConfigMap's file. @default - all run as they are generated */
  readonly rewrite?: (text: string) => string;
}

/** The generated plant broker, each of its servers on a virtual machine of its own. Nothing runs until a test switches it on. */
export class PoweredBroker {
  readonly #clients: TestClient[] = [];
  readonly #certificates = new Map<string, { certificate: string; key: string }>();

  private constructor(
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    private readonly gate: Gate,
    private readonly authority: PlantAuthority,
    readonly servers: readonly MachinePod[],
    readonly drives: readonly Drive[],
  ) {}

  /** Lays a plant's broker out. */
  static async of(plant: Plant, { drive: kind, rewrite = (text) => text }: PoweredBrokerOptions): Promise<PoweredBroker> {
    const { natsServer } = await getPrograms();
    const guest = await guestSystem();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      const set = plantManifests(plant);
      const authority = newAuthority(plant.name, new Date());
      const files = filesOf(set, authority, () => ({ username: '', password: '' }), rewrite);
      const { replicas, template } = objectOf(set, 'StatefulSet', PLANT_BROKER.zone, PLANT_BROKER.name).spec as {
        replicas: number;
        template: { spec: MachinePodTemplate };
      };
      const network = await makeNetwork(group);
      const gate = await openGate(group, await network.host('test', '10.244.0.1'));
      const image = (await imageRoot('/pod', ['/usr/bin/dash', '/usr/bin/setpriv', natsServer]))
        .link('/pod/usr/bin/sh', 'dash')
        .link('/pod/usr/bin/nats-server', natsServer)
        .bytes();
      const hosts: Host[] = [];
      for (let i = 0; i < replicas; i++) hosts.push(await network.host(`${PLANT_BROKER.name}-${i}`, `10.244.0.${10 + i}`));
      const peers = hosts.map(({ name, address }) => `${address} ${name}.${PLANT_BROKER.peers}.${PLANT_BROKER.zone}.svc.cluster.local\n`);
      const drives = await Promise.all(hosts.map(({ name }) => Drive.formatted(join(workDir.path, name), DRIVE_MIB, kind)));
      const servers = hosts.map(
        (host, i) =>
          new MachinePod(group, {
            name: host.name,
            template: template.spec,
            host,
            hosts: ['127.0.0.1 localhost\n', ...peers].join(''),
            files: (what, name) => files(what, PLANT_BROKER.zone, name),
            image,
            drive: drives[i] as Drive,
            guest,
            memoryMiB: NODE_MIB,
          }),
      );
      return new PoweredBroker(group, workDir, gate, authority, servers, drives);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** Switches servers on and waits until a kubelet would call them ready. Tells after how many milliseconds the last one was. */
  async powerOn(servers: readonly MachinePod[] = this.servers): Promise<number> {
    const began = Date.now();
    for (const { machine } of servers) await machine.powerOn();
    await Promise.all(servers.map((server) => this.ready(server)));
    return Date.now() - began;
  }

  /** Cuts the power of servers, of all in the same moment; see {@link powerFails}. */
  powerFails(random: () => number, servers: readonly MachinePod[] = this.servers): Promise<LostCache[]> {
    return powerFails(
      random,
      servers.map(({ machine }) => machine),
    );
  }

  /** Waits until a kubelet would call a server ready. */
  ready({ machine, address }: MachinePod): Promise<void> {
    return machine.ready(async () => {
      // Less often than such a wait asks: each answer costs an emulated processor a good part of that.
      await pause(1_000);
      const status = await this.gate.status(address, PLANT_BROKER.monitorPort, '/healthz');
      if (status !== 200) throw new Error(`/healthz answered ${status}`);
    }, 300_000);
  }

  /** A client of a server that shows a certificate of this user. It tries for a minute, unless `withinMs` says otherwise. */
  async client(
    user: string,
    options: Partial<MqttLogin> & { readonly server?: number; readonly withinMs?: number } = {},
  ): Promise<TestClient> {
    const { server = 0, withinMs = 60_000, ...login } = options;
    const keyed =
      this.#certificates.get(user) ??
      issueCertificate(this.authority, { kind: 'certificate', commonName: user, dnsNames: [], usages: ['client'] }, new Date());
    this.#certificates.set(user, keyed);
    const connect = () =>
      TestClient.connect(this.gate, {
        address: this.servers[server]?.address ?? '',
        port: PLANT_BROKER.mqttPort,
        serverName: serviceHost(PLANT_BROKER),
        clientId: user,
        ca: trustedCertificates(this.authority, new Date()).join(''),
        cert: keyed.certificate,
        key: keyed.key,
        ...login,
      });
    const client = await eventually(`a connection of ${user}`, withinMs, connect);
    this.#clients.push(client);
    return client;
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    for (const client of this.#clients) client.drop();
    await this.group.stop();
    for (const drive of this.drives) drive.end();
    await this.workDir.remove();
  }
}
