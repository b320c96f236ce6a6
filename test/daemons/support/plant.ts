import type { Plant } from '../../../infra/model/plant';
import { DATA_PUBLISHER, PLANT_BROKER, serviceHost, TELEGRAF_HEALTH_PORT } from '../../../infra/model/services';
import { plantManifests } from '../../../stacks/manifest/build';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { issueCertificate, newAuthority, type PlantAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import type { KeyedCertificate } from '../../../stacks/secrets/certificate';
import { type ProcessGroup, processGroup } from '../../cluster/support/process-group';
import { makeWorkDir, type WorkDir } from '../../cluster/support/work-dir';
import { getPrograms, type Programs } from '../programs/programs';
import { CentralBroker } from './central-broker';
import { type Gate, openGate } from './gate';
import { Kubelet } from './kubelet';
import { type MqttLogin, TestClient } from './mqtt';
import { makeNetwork, type Network } from './network';
import { Plc } from './plc';
import { Pod, type PodTemplate } from './pod';

/** User name and password of the publisher at the central broker, with characters that a configuration would have to escape. */
const CENTRAL_LOGIN = { username: 'leeds', password: 'correct "horse" $HOME \\ #battery' };

/** Who reads at the central broker: the test. */
const READER = { username: 'reader', password: 'test' };

const FIRST_POD = 10;

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

/** What a test may choose. */
export interface TrialOptions {
  /** Machines whose controller and gateway are laid out. @default - none */
  readonly machines?: readonly string[];
  /** Signs the central broker: the plant's `certificateAuthority`, or else a public authority. @default - a new one */
  readonly centralAuthority?: PlantAuthority;
  /** Changes the content of a ConfigMap's file. @default - all run as they are generated */
  readonly rewrite?: (text: string) => string;
}

/**
 * A generated plant with its centre, on a network of its own: the rendered objects run as they are, with the real programs. Nothing
 * runs until a test starts it.
 */
export class PlantOnTrial {
  /** Servers of the plant broker, in the order of their numbers. */
  readonly brokers: readonly Pod[];
  readonly publisher: Pod;
  /** Gateways by machine. */
  readonly gateways: ReadonlyMap<string, Pod>;
  /** Controllers by machine. */
  readonly plcs: ReadonlyMap<string, Plc>;
  readonly central: CentralBroker;

  readonly #clients: TestClient[] = [];
  readonly #kubelets: Kubelet[] = [];

  private constructor(
    readonly plant: Plant,
    readonly gate: Gate,
    readonly network: Network,
    readonly authority: PlantAuthority,
    private readonly foreign: PlantAuthority,
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
    parts: Pick<PlantOnTrial, 'brokers' | 'publisher' | 'gateways' | 'plcs' | 'central'>,
  ) {
    this.brokers = parts.brokers;
    this.publisher = parts.publisher;
    this.gateways = parts.gateways;
    this.plcs = parts.plcs;
    this.central = parts.central;
  }

  /**
   * Lays a plant out, with its controllers and its centre; nothing runs yet.
   *
   */
  static async of(plant: Plant, options: TrialOptions = {}): Promise<PlantOnTrial> {
    const programs = await getPrograms();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    try {
      return await layOut(plant, programs, workDir, group, options);
    } catch (error) {
      await group.stop();
      await workDir.remove();
      throw error;
    }
  }

  /** @internal */
  static make(...args: ConstructorParameters<typeof PlantOnTrial>): PlantOnTrial {
    return new PlantOnTrial(...args);
  }

  gateway(machine: string): Pod {
    return get(this.gateways, machine);
  }

  plc(machine: string): Plc {
    return get(this.plcs, machine);
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
    const authority = from === 'plant' ? this.authority : this.foreign;
    return issueCertificate(authority, { kind: 'certificate', commonName, dnsNames: [], usages: ['client'] }, new Date());
  }

  /** A client of the plant broker that shows a certificate of this user; `undefined` shows none. */
  async client(user: string | undefined, options: Partial<MqttLogin> & { readonly from?: 'plant' | 'other'; readonly broker?: number } = {}) {
    const { from = 'plant', broker = 0, ...login } = options;
    const keyed = user === undefined ? undefined : this.certificate(user, from);
    return this.#connect({
      address: this.brokers[broker]?.address ?? '',
      port: PLANT_BROKER.mqttPort,
      serverName: serviceHost(PLANT_BROKER),
      clientId: user ?? 'nobody',
      ca: trustedCertificates(this.authority, new Date()).join(''),
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
      ...READER,
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

async function layOut(
  plant: Plant,
  programs: Programs,
  workDir: WorkDir,
  group: ProcessGroup,
  { machines = [], centralAuthority = newAuthority('centre', new Date()), rewrite = (text) => text }: TrialOptions,
): Promise<PlantOnTrial> {
  const set = plantManifests(plant);
  const authority = newAuthority(plant.name, new Date());
  const network = await makeNetwork(group);
  const gate = await openGate(group, await network.host('test', '10.244.0.1'));
  const files = filesOf(set, authority, rewrite);
  let next = FIRST_POD;
  const addresses = new Map<string, string>();
  const podHost = async (name: string) => {
    const address = `10.244.0.${next++}`;
    addresses.set(name, address);
    return network.host(name, address);
  };

  const statefulSet = objectOf(set, 'StatefulSet', PLANT_BROKER.zone, PLANT_BROKER.name);
  const replicas = (statefulSet.spec as { replicas: number }).replicas;
  const brokerNames = Array.from({ length: replicas }, (_, i) => `${PLANT_BROKER.name}-${i}`);
  const hosts = new Map<string, Awaited<ReturnType<typeof podHost>>>();
  for (const name of [...brokerNames, DATA_PUBLISHER.name, ...machines]) hosts.set(name, await podHost(name));

  const { mqtt } = plant.contract;
  const centralHost = await network.host('central', '192.0.2.1');
  // A Service leads to any of its pods; each client gets them in another order.
  const clusterNames = (turn: number) =>
    [
      '127.0.0.1 localhost',
      ...brokerNames.map((name) => `${addresses.get(name)} ${name}.${PLANT_BROKER.peers}.${PLANT_BROKER.zone}.svc.cluster.local`),
      ...brokerNames.map((_, i) => `${addresses.get(brokerNames[(i + turn) % replicas] ?? '')} ${serviceHost(PLANT_BROKER)}`),
      `${centralHost.address} ${mqtt.host}`,
      '',
    ].join('\n');
  // An image's own authorities do not know the centre when the plant names who signs it.
  const isPublic = plant.contract.certificateAuthority === undefined;
  const publicAuthorities = (isPublic ? centralAuthority : newAuthority('others', new Date())).signing.certificate;
  let turn = 0;
  const pod = (name: string, owner: KubeObject) =>
    new Pod(group, {
      name,
      template: (owner.spec as { template: { spec: PodTemplate } }).template.spec,
      host: get(hosts, name),
      programs: { 'nats-server': programs.natsServer, telegraf: programs.telegraf },
      files: (kind, fileSet) => files(kind, owner.metadata.namespace ?? '', fileSet),
      hosts: clusterNames(turn++),
      publicAuthorities,
    });

  const plcs = new Map<string, Plc>();
  for (const name of machines) {
    const machine = plant.machines.find((candidate) => candidate.name === name);
    if (!machine) throw new Error(`${plant.name} has no machine ${name}`);
    plcs.set(name, new Plc(group, await network.host(`plc-${name}`, machine.address), programs.python));
  }
  const central = new CentralBroker(group, {
    host: centralHost,
    gate,
    port: mqtt.port,
    mosquitto: programs.mosquitto,
    authority: centralAuthority.signing.certificate,
    certificate: issueCertificate(
      centralAuthority,
      { kind: 'certificate', commonName: 'mqtt', dnsNames: [mqtt.host], usages: ['server'] },
      new Date(),
    ),
    users: { [CENTRAL_LOGIN.username]: CENTRAL_LOGIN.password, [READER.username]: READER.password },
  });
  return PlantOnTrial.make(plant, gate, network, authority, newAuthority(plant.name, new Date()), group, workDir, {
    brokers: brokerNames.map((name) => pod(name, statefulSet)),
    publisher: pod(DATA_PUBLISHER.name, objectOf(set, 'Deployment', DATA_PUBLISHER.zone, DATA_PUBLISHER.name)),
    gateways: new Map(machines.map((name) => [name, pod(name, objectOf(set, 'Deployment', 'machines', name))])),
    plcs,
    central,
  });
}

/** What the ConfigMaps of a set hold, and Secrets made as its requirements say. */
function filesOf(set: ManifestSet, authority: PlantAuthority, rewrite: (text: string) => string) {
  const now = new Date();
  return (kind: 'configMap' | 'secret', namespace: string, name: string): Readonly<Record<string, string>> => {
    if (kind === 'configMap') {
      const data = objectOf(set, 'ConfigMap', namespace, name).data as Record<string, string>;
      return Object.fromEntries(Object.entries(data).map(([file, text]) => [file, rewrite(text)]));
    }
    const requirement = set.secrets.find((secret) => secret.namespace === namespace && secret.name === name);
    if (!requirement) throw new Error(`a pod mounts the Secret ${namespace}/${name}, which nothing requires`);
    const { content } = requirement;
    if (content.kind === 'login') return CENTRAL_LOGIN;
    if (content.kind !== 'certificate') throw new Error(`no test fills the Secret ${namespace}/${name}`);
    const { certificate, key } = issueCertificate(authority, content, now);
    return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': trustedCertificates(authority, now).join('') };
  };
}

function objectOf(set: ManifestSet, kind: string, namespace: string, name: string): KubeObject {
  const found = set.entries.find(
    ({ object }) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name,
  );
  if (!found) throw new Error(`the plant has no ${kind} ${namespace}/${name}`);
  return found.object;
}

function get<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the test laid out no ${key}; it has ${[...map.keys()].join(', ')}`);
  return value;
}
