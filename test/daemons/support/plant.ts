import type { Plant } from '../../../infra/model/plant';
import { PLANT_BROKER, serviceHost, TELEGRAF_HEALTH_PORT } from '../../../infra/model/services';
import { issueCertificate, trustedCertificates } from '../../../stacks/secrets/authority';
import type { KeyedCertificate } from '../../../stacks/secrets/certificate';
import type { RunningProcess } from '../../support/process';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { getPrograms } from '../programs/programs';
import type { CentralBroker } from './central-broker';
import type { CentreLayout } from './centre-layout';
import type { FileSource } from './files';
import { type Gate, openGate } from './gate';
import type { HiveMqBroker } from './hivemq-broker';
import { Kubelet } from './kubelet';
import { CENTRAL_READER, type Layout, type LayoutOptions, layOut, named } from './layout';
import { type MqttLogin, TestClient } from './mqtt';
import { type Host, type Network, onHost } from './network';
import type { Plc } from './plc';
import type { Pod } from './pod';

/** Messages with QoS 1 that wait for a subscriber. */
export interface StoredMessages {
  readonly messages: number;
  readonly bytes: number;
  /** Subscriptions that keep them. */
  readonly consumers: number;
}

/** The part of the answer to `/jsz` that tests read. */
interface JetStreamState {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly state: { readonly messages: number; readonly bytes: number; readonly consumer_count: number };
    }[];
  }[];
}

/**
 * A generated plant with its centre, on a network of its own: the rendered objects run as they are, with the real programs. Nothing
 * runs until a test starts it.
 */
export class PlantOnTrial {
  readonly #clients: TestClient[] = [];
  readonly #kubelets: Kubelet[] = [];

  private constructor(
    private readonly laidOut: Layout,
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
  ) {}

  /** Lays a plant out, with its controllers and its centre; nothing runs yet. */
  static async of(plant: Plant, options: LayoutOptions = {}): Promise<PlantOnTrial> {
    const programs = await getPrograms();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      return new PlantOnTrial(await layOut(plant, programs, group, options), group, workDir);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  get plant(): Plant {
    return this.laidOut.plant;
  }

  get network(): Network {
    return this.laidOut.network;
  }

  get gate(): Gate {
    return this.laidOut.gate;
  }

  get brokers(): readonly Pod[] {
    return this.laidOut.brokers;
  }

  get publisher(): Pod {
    return this.laidOut.publisher;
  }

  get gateways(): ReadonlyMap<string, Pod> {
    return this.laidOut.gateways;
  }

  get central(): CentralBroker | HiveMqBroker {
    return this.laidOut.central;
  }

  /** What is behind the central broker. Throws when the test laid out nothing there. */
  get centre(): CentreLayout {
    const { centre } = this.laidOut;
    if (!centre) throw new Error('the test laid out no centre');
    return centre;
  }

  /** PEM of the authority that signs the plant's certificates. */
  get trusted(): string {
    return trustedCertificates(this.laidOut.authority, new Date()).join('');
  }

  /** Folder for files of a test. */
  get folder(): string {
    return this.workDir.path;
  }

  /** Files of its ConfigMaps and Secrets. */
  get files(): FileSource {
    return this.laidOut.files;
  }

  /** One of the further workloads that were laid out. */
  workload(name: string): Pod {
    return named(this.laidOut.workloads, name);
  }

  gateway(machine: string): Pod {
    return named(this.laidOut.gateways, machine);
  }

  /** Where a machine's controller or server is. */
  machineHost(machine: string): Host {
    return named(this.laidOut.machineHosts, machine);
  }

  /** Starts a program on a host of the network, such as a simulated controller; it ends with the trial. */
  startOn(host: Host, name: string, program: string, args: readonly string[]): RunningProcess {
    return this.group.start({ name, ...onHost(host, program, args) });
  }

  plc(machine: string): Plc {
    return named(this.laidOut.plcs, machine);
  }

  /** Starts the plant broker and waits until a kubelet would call every server ready. */
  async startBroker(): Promise<void> {
    for (const broker of this.brokers) broker.start();
    await Promise.all(this.brokers.map((broker) => this.brokerReady(broker)));
  }

  /** Waits until a kubelet would call this server of the plant broker ready. */
  async brokerReady(broker: Pod): Promise<void> {
    await broker.ready(() => this.answers200(broker, PLANT_BROKER.monitorPort, '/healthz'), 60_000);
  }

  /** Starts a gateway or the publisher and waits until a kubelet would call it ready. */
  async startTelegraf(pod: Pod, moreArgs: readonly string[] = []): Promise<void> {
    pod.start(moreArgs);
    await pod.ready(() => this.answers200(pod, TELEGRAF_HEALTH_PORT, '/'), 60_000);
  }

  /** Switches a machine's controller on, with its gateway. */
  async startMachine(machine: string): Promise<void> {
    await this.plc(machine).start();
    await this.startTelegraf(this.gateway(machine));
  }

  /** What the plant broker keeps for the publisher, as its first server sees it. */
  async stored(broker = this.brokers[0]): Promise<StoredMessages> {
    const jetStream = await this.gate.json<JetStreamState>(
      broker?.address ?? '',
      PLANT_BROKER.monitorPort,
      '/jsz?streams=true&consumers=true&accounts=true',
    );
    const streams = jetStream.account_details?.flatMap((account) => account.stream_detail ?? []) ?? [];
    const stream = streams.find(({ name }) => name === '$MQTT_msgs');
    return { messages: stream?.state.messages ?? 0, bytes: stream?.state.bytes ?? 0, consumers: stream?.state.consumer_count ?? 0 };
  }

  /** Starts a pod's container and keeps it alive until the end, as a kubelet does. */
  keepAlive(pod: Pod): Kubelet {
    const kubelet = Kubelet.keep(this.gate, pod);
    this.#kubelets.push(kubelet);
    return kubelet;
  }

  /** Throws unless a program answers an HTTP GET with 200. */
  async answers200(pod: Pod, port: number, path: string): Promise<void> {
    const status = await this.gate.status(pod.address, port, path);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  }

  /** A client certificate of the plant's authority, or of another authority of the same name. */
  certificate(commonName: string, from: 'plant' | 'other' = 'plant'): KeyedCertificate {
    const authority = from === 'plant' ? this.laidOut.authority : this.laidOut.foreignAuthority;
    return issueCertificate(authority, { kind: 'certificate', commonName, dnsNames: [], usages: ['client'] }, new Date());
  }

  /** A client of the plant broker that shows a certificate of this user; `undefined` shows none. */
  async client(
    user: string | undefined,
    options: Partial<MqttLogin> & { readonly from?: 'plant' | 'other'; readonly broker?: number } = {},
  ) {
    const { from = 'plant', broker = 0, ...login } = options;
    const keyed = user === undefined ? undefined : this.certificate(user, from);
    return this.#connect({
      address: this.brokers[broker]?.address ?? '',
      port: PLANT_BROKER.mqttPort,
      serverName: serviceHost(PLANT_BROKER),
      clientId: user ?? 'nobody',
      ca: trustedCertificates(this.laidOut.authority, new Date()).join(''),
      ...(keyed ? { cert: keyed.certificate, key: keyed.key } : {}),
      ...login,
    });
  }

  /** A way into a pod: from there its loopback is reached. */
  gateInto(pod: Pod): Promise<Gate> {
    return openGate(this.group, pod.host);
  }

  /** A reader at the central broker. */
  reader(options: Partial<MqttLogin> = {}): Promise<TestClient> {
    const { host, port } = this.plant.contract.mqtt;
    return this.#connect({
      address: this.central.address,
      port,
      serverName: host,
      clientId: 'reader',
      ca: this.central.authority,
      ...CENTRAL_READER,
      ...options,
    });
  }

  async #connect(login: MqttLogin): Promise<TestClient> {
    const client = await TestClient.connect(this.gate, login);
    this.#clients.push(client);
    return client;
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    for (const kubelet of this.#kubelets) await kubelet.release();
    for (const client of this.#clients) client.drop();
    await this.group.stop();
    await this.workDir.remove();
  }
}
