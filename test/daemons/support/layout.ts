import type { CentralCluster } from '../../../infra/model/central-cluster';
import { type CentralGrant, centralGrants, ingesterGrant, STARTER_GRANT } from '../../../infra/model/contract';
import type { Plant } from '../../../infra/model/plant';
import { DATA_PUBLISHER, PLANT_BROKER, serviceHost } from '../../../infra/model/services';
import { signalsOf } from '../../../infra/model/signal';
import { planCentralBroker } from '../../../infra/placement/central-broker';
import { planGateways } from '../../../infra/placement/gateways';
import { centralManifests, plantManifests } from '../../../stacks/manifest/build';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import { issueCertificate, newAuthority, type PlantAuthority } from '../../../stacks/secrets/authority';
import type { Login } from '../../../stacks/secrets/fill';
import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/programs';
import { CentralBroker } from './central-broker';
import { type CentreLayout, INGESTER_USER, layOutCentre } from './centre-layout';
import { type FileSource, filesOf, objectOf } from './files';
import { type Gate, openGate } from './gate';
import { HiveMqBroker } from './hivemq-broker';
import { type Host, makeNetwork, type Network } from './network';
import { Plc } from './plc';
import { Pod, type PodTemplate } from './pod';

/** User name and password of the publisher at the central broker, with characters that a configuration would have to escape. */
export const CENTRAL_LOGIN = { username: 'leeds', password: 'correct "horse" $HOME \\ #battery' };

/** Who reads at the central broker: the test. */
export const CENTRAL_READER = { username: 'reader', password: 'test' };

/** What readies the central broker after a start. */
export const CENTRAL_STARTER = { username: 'starter', password: 'start' };

/** What a test may choose. */
export interface LayoutOptions {
  /** Machines whose controller and gateway are laid out. @default - none */
  readonly machines?: readonly string[];
  /** Further workloads of one pod, as `Deployment monitoring/prometheus`; their Services lead to them. @default - none */
  readonly workloads?: readonly string[];
  /** Signs the central broker: the plant's `certificateAuthority`, or else a public authority. @default - a new one */
  readonly centralAuthority?: PlantAuthority;
  /** What is given for the login of a Secret, by `namespace/name`. @default - the login at the central broker */
  readonly logins?: Readonly<Record<string, Login>>;
  /** Whether the central broker grants what docs/commands.md says, and nothing else. @default - each user may do everything */
  readonly centralGrants?: boolean;
  /** Changes the content of a ConfigMap's file. @default - all run as they are generated */
  readonly rewrite?: (text: string) => string;
  /** The centre behind the central broker, which is then HiveMQ with the generated configuration. @default - none, and a Mosquitto */
  readonly centre?: CentralCluster;
}

/** A plant's parts on a network; none of them runs yet. */
export interface Layout {
  readonly plant: Plant;
  readonly network: Network;
  /** Where the test is. */
  readonly gate: Gate;
  /** Signs the plant's certificates. */
  readonly authority: PlantAuthority;
  /** Another authority of the same name. */
  readonly foreignAuthority: PlantAuthority;
  /** Files of its ConfigMaps and Secrets. */
  readonly files: FileSource;
  /** Servers of the plant broker, in the order of their numbers. */
  readonly brokers: readonly Pod[];
  readonly publisher: Pod;
  /** Further workloads by name. */
  readonly workloads: ReadonlyMap<string, Pod>;
  /** Gateways by name: that of their machine, or of the gateway that machines share. */
  readonly gateways: ReadonlyMap<string, Pod>;
  /** Where the controller or server of each machine is. */
  readonly machineHosts: ReadonlyMap<string, Host>;
  /** Simulated S7 controllers by machine, of those that speak S7. */
  readonly plcs: ReadonlyMap<string, Plc>;
  readonly central: CentralBroker | HiveMqBroker;
  /** What is behind it, if the test asked for it. */
  readonly centre?: CentreLayout;
}

/** Lays a plant out: a host for each pod, for each controller, for the central broker and for the test. */
export async function layOut(plant: Plant, programs: Programs, group: ProcessGroup, options: LayoutOptions): Promise<Layout> {
  const {
    machines = [],
    workloads = [],
    centralAuthority = newAuthority('centre', new Date()),
    rewrite = (text) => text,
    logins = {},
  } = options;
  const set = plantManifests(plant);
  const authority = newAuthority(plant.name, new Date());
  const files = filesOf(set, authority, (secret) => logins[secret] ?? CENTRAL_LOGIN, rewrite);
  const statefulSet = objectOf(set, 'StatefulSet', PLANT_BROKER.zone, PLANT_BROKER.name);
  const { replicas } = statefulSet.spec as { replicas: number };
  const brokerNames = Array.from({ length: replicas }, (_, i) => `${PLANT_BROKER.name}-${i}`);

  const network = await makeNetwork(group);
  const gate = await openGate(group, await network.host('test', '10.244.0.1'));
  const { mqtt } = plant.contract;
  const centralHost = await network.host('central', '192.0.2.1');
  const podHosts = new Map<string, Host>();
  const gateways = planGateways(plant).filter((gateway) => gateway.machines.some(({ name }) => machines.includes(name)));
  for (const name of [...brokerNames, DATA_PUBLISHER.name, ...gateways.map((gateway) => gateway.name)]) {
    podHosts.set(name, await network.host(name, `10.244.0.${10 + podHosts.size}`));
  }

  const others = workloads.map((text) => {
    const [kind = '', at = ''] = text.split(' ');
    const [namespace = '', name = ''] = at.split('/');
    return { name, namespace, owner: objectOf(set, kind, namespace, name) };
  });
  for (const { name } of others) podHosts.set(name, await network.host(name, `10.244.0.${10 + podHosts.size}`));

  // A Service leads to any of its pods; each client gets them in another order.
  const brokerHosts = brokerNames.map((name) => named(podHosts, name));
  const clusterNames = (turn: number) =>
    [
      '127.0.0.1 localhost',
      ...brokerHosts.map(({ name, address }) => `${address} ${name}.${PLANT_BROKER.peers}.${PLANT_BROKER.zone}.svc.cluster.local`),
      ...brokerHosts.map((_, i) => `${brokerHosts[(i + turn) % replicas]?.address} ${serviceHost(PLANT_BROKER)}`),
      `${centralHost.address} ${mqtt.host}`,
      ...others.map(({ name, namespace }) => `${named(podHosts, name).address} ${name}.${namespace}.svc.cluster.local`),
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
      host: named(podHosts, name),
      programs: { ...programs, 'nats-server': programs.natsServer },
      files: (kind, fileSet) => files(kind, owner.metadata.namespace ?? '', fileSet),
      hosts: clusterNames(turn++),
      publicAuthorities,
    });

  const machineHosts = new Map<string, Host>();
  const plcs = new Map<string, Plc>();
  for (const name of machines) {
    const machine = plant.machines.find((candidate) => candidate.name === name);
    if (!machine) throw new Error(`${plant.name} has no machine ${name}`);
    const host = await network.host(`plc-${name}`, machine.address);
    machineHosts.set(name, host);
    if (machine.protocol === 's7') plcs.set(name, new Plc(group, host, programs.python));
  }
  const broker = {
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
    users: Object.fromEntries(
      [CENTRAL_LOGIN, CENTRAL_READER, INGESTER_USER, CENTRAL_STARTER].map(({ username, password }) => [username, password]),
    ),
    ...(options.centralGrants ? { grants: grantsOf(plant) } : {}),
  };
  const centre =
    options.centre &&
    (await layOutCentre({
      cluster: options.centre,
      set: centralManifests(options.centre),
      programs,
      group,
      network,
      gate,
      broker: centralHost,
      publicAuthorities,
      rewrite,
    }));
  return {
    plant,
    network,
    gate,
    authority,
    foreignAuthority: newAuthority(plant.name, new Date()),
    files,
    brokers: brokerNames.map((name) => pod(name, statefulSet)),
    publisher: pod(DATA_PUBLISHER.name, objectOf(set, 'Deployment', DATA_PUBLISHER.zone, DATA_PUBLISHER.name)),
    workloads: new Map(others.map(({ name, owner }) => [name, pod(name, owner)])),
    gateways: new Map(gateways.map(({ name }) => [name, pod(name, objectOf(set, 'Deployment', 'machines', name))])),
    machineHosts,
    plcs,
    central: options.centre
      ? new HiveMqBroker(group, { ...broker, ...hiveMqOptions(options.centre, programs) })
      : new CentralBroker(group, broker),
    ...(centre ? { centre } : {}),
  };
}

/** How HiveMQ is laid out for a centre: with the settings that its plants and its volume make. */
function hiveMqOptions(central: CentralCluster, { hiveMq }: Programs) {
  return { hiveMq, settings: { queueMessages: planCentralBroker(central).queueMessages } };
}

/** What the centre grants to the plant's login, and to the test, which commands it and reads everything. */
function grantsOf(plant: Plant): Record<string, Pick<CentralGrant, 'publish' | 'subscribe'>> {
  const grants = centralGrants(plant.name, signalsOf(plant));
  const all = (who: CentralGrant['who'], what: 'publish' | 'subscribe') =>
    grants.filter((grant) => grant.who === who).flatMap((grant) => grant[what]);
  return {
    [CENTRAL_LOGIN.username]: { publish: all('plant', 'publish'), subscribe: all('plant', 'subscribe') },
    [CENTRAL_READER.username]: { publish: all('commander', 'publish'), subscribe: ['#'] },
    [INGESTER_USER.username]: ingesterGrant(plant.contract.serves),
    [CENTRAL_STARTER.username]: STARTER_GRANT,
  };
}

/** The value of a name. Throws with the names that there are when it is none of them. */
export function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the test laid out no ${name}; it has ${[...map.keys()].join(', ')}`);
  return value;
}
