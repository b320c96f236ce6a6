import type { z } from 'zod';
import type { centralSchema } from '../model/central';
import type { machineSchema } from '../model/machine';
import type { nodeSchema, nodeTypeSchema } from '../model/node';
import type { plantSchema } from '../model/plant';
import type { softGatewaysSchema } from '../model/soft-gateways';
import type { ProtocolId } from '../protocols/registry';
import type { CsvPoints } from './csv-reference';
import type { EstateInput, MachineTypeInput } from './schema';

// The types of this file have names of their own wherever a mistake would show them, so that an error of the compiler fits on a line.
// An interface keeps its name there only when it states something itself.

/** What a central cluster states. */
export interface CentralSpec extends z.input<typeof centralSchema> {
  /** Public domain of the central cluster; its services are hosts in it, such as mqtt.DOMAIN. */
  domain: string;
}

/** A central cluster, to be named by plants. */
export interface CentralDefinition {
  readonly name: string;
  readonly spec: CentralSpec;
}

/** Describes the central cluster. `name` becomes its folder and the key under `centrals`. */
export function defineCentral(name: string, spec: CentralSpec): CentralDefinition {
  return { name, spec };
}

/** What a kind of node states. */
export interface NodeTypeSpec extends z.input<typeof nodeTypeSchema> {
  /** Processor cores, 1–256. */
  cpuCores: number;
}

/** What a node may state beside its type. */
export interface NodeOptions extends Omit<z.input<typeof nodeSchema>, 'type' | 'specialised'> {
  /** IP address of the node in the plant network. */
  address?: string;
}

/** A node of a known type: what stands in a rack. */
export interface NodeDefinition {
  readonly nodeType: NodeTypeDefinition;
  readonly options: Omit<z.input<typeof nodeSchema>, 'type'>;
}

/** A kind of node. Used as it is, or with `at` and `for`, it is a node. */
export interface NodeTypeDefinition extends NodeDefinition {
  readonly name: string;
  readonly spec: NodeTypeSpec;
  /** A node of this type at an address. */
  at(address: string, options?: Omit<NodeOptions, 'address'>): NodeDefinition;
  /** A node kept for one purpose: it is tainted with {@link SPECIALISED_TAINT}, and runs only what names it. */
  for(purpose: string, options?: NodeOptions): NodeDefinition;
}

/** Describes a kind of node once, for all plants. */
export function nodeType(name: string, spec: NodeTypeSpec): NodeTypeDefinition {
  const type: NodeTypeDefinition = {
    name,
    spec,
    options: {},
    get nodeType() {
      return type;
    },
    at: (address, options = {}) => ({ nodeType: type, options: { ...options, address } }),
    for: (purpose, options = {}) => ({ nodeType: type, options: { ...options, specialised: purpose } }),
  };
  return type;
}

/** Settings of a protocol that there is not: anything, so that the compiler tells of the protocol and of nothing else. */
interface NoSettings {
  [key: string]: unknown;
  points: Record<string, Record<string, unknown>>;
}

/** Settings of the machine types of one protocol. */
type SettingsOf<Protocol extends ProtocolId> = [ProtocolId] extends [Protocol]
  ? NoSettings
  : Extract<MachineTypeInput, { protocol: Protocol }>;

/** One data point of settings that have points, or of a device that an edge agent reads. */
type PointOf<Settings> = Settings extends { points: Record<string, infer One> }
  ? One
  : Settings extends { device: infer Device }
    ? PointOf<Device>
    : never;

/** One data point of a protocol. */
export type Point<Protocol extends ProtocolId> = {
  [Key in keyof PointOf<SettingsOf<Protocol>>]: PointOf<SettingsOf<Protocol>>[Key];
};

/** A device that an edge agent reads; its points may stand in a CSV file. */
type DeviceSpec<Device> = Device extends { points: infer Points }
  ? { [Key in keyof Device]: Key extends 'points' ? Points | CsvPoints : Device[Key] }
  : never;

/** What may differ at a device that an edge agent reads: any setting but the protocol; points as at any machine. */
type DeviceDiffers<Device> = Device extends { points: Record<string, infer One> }
  ? { [Key in keyof Device as Exclude<Key, 'protocol'>]?: Key extends 'points' ? Record<string, One | null> | CsvPoints : Device[Key] }
  : never;

/** What a machine type of a protocol states. */
export type MachineTypeSpec<Protocol extends ProtocolId> = {
  [Key in keyof SettingsOf<Protocol>]: Key extends 'points'
    ? Record<string, Point<Protocol>> | CsvPoints
    : Key extends 'device'
      ? DeviceSpec<SettingsOf<Protocol>[Key]>
      : SettingsOf<Protocol>[Key];
};

/** What may differ at a machine: any setting but the protocol; points are merged by name, and null leaves one out. */
export type Differs<Protocol extends ProtocolId> = {
  [Key in keyof SettingsOf<Protocol> as Exclude<Key, 'protocol'>]?: Key extends 'points'
    ? Record<string, Point<Protocol> | null> | CsvPoints
    : Key extends 'device'
      ? DeviceDiffers<SettingsOf<Protocol>[Key]>
      : SettingsOf<Protocol>[Key];
};

/** What a machine may state beside its type and address. */
export interface MachineOptions<NodeName extends string, Protocol extends ProtocolId>
  extends Omit<z.input<typeof machineSchema>, 'type' | 'address' | 'runsOn' | 'differs'> {
  /** Node that the gateway must run on; one of the plant's nodes. */
  readonly runsOn?: NodeName;
  /** What differs from the machine type at this machine; a point set to null is left out. */
  readonly differs?: Differs<Protocol>;
}

/** A machine of a known type at an address, running its gateway on `NodeName` where it states one. */
export interface MachineDefinition<NodeName extends string = string, Protocol extends string = string> {
  readonly machineType: MachineTypeDefinition;
  readonly protocol: Protocol;
  readonly address: string;
  readonly runsOn: NodeName | undefined;
  readonly options: Omit<z.input<typeof machineSchema>, 'type' | 'address' | 'runsOn'>;
}

/** A machine that an edge agent of Factory+ reads. */
export type EdgeAgentDefinition<NodeName extends string = string> = MachineDefinition<NodeName, 'factoryplus'>;

/** A kind of machine, written once and shared by all clusters. */
export interface MachineTypeDefinition<Protocol extends ProtocolId = ProtocolId> {
  readonly name: string;
  readonly settings: MachineTypeSpec<Protocol>;
  /** A machine of this type: where its controller is, and what differs. */
  at<const NodeName extends string = never>(
    address: string,
    options?: MachineOptions<NodeName, Protocol>,
  ): MachineDefinition<NodeName, Protocol>;
}

/** Describes a kind of machine: its protocol, its controller and its data points. */
export function machineType<Protocol extends ProtocolId>(
  name: string,
  // Which protocol it is says this one key, so that a mistake elsewhere is told in the words of that protocol.
  settings: { readonly protocol: Protocol } & MachineTypeSpec<Protocol>,
): MachineTypeDefinition<Protocol> {
  const type: MachineTypeDefinition<Protocol> = {
    name,
    settings,
    at(address, options = {}) {
      const { runsOn, ...rest } = options;
      return {
        machineType: type as unknown as MachineTypeDefinition,
        protocol: settings.protocol,
        address,
        runsOn,
        options: rest as MachineDefinition['options'],
      };
    },
  };
  return type;
}

/** Racks by name, and in each its nodes by name. */
export type Racks<NodeName extends string = string> = Readonly<Record<string, { readonly [Name in NodeName]?: NodeDefinition }>>;

/** The names of all nodes in racks. */
export type NodeNames<R extends Racks> = { [Rack in keyof R]: keyof R[Rack] & string }[keyof R];

type PlantInput = z.input<typeof plantSchema>;

/** The Kubernetes of a plant whose nodes have these names. */
export interface KubernetesSpec<NodeName extends string> extends Omit<PlantInput['kubernetes'], 'controlPlane'> {
  /** Nodes that run the control plane and etcd. */
  readonly controlPlane: readonly NodeName[];
}

/** What {@link definePlant} takes: the plant's data with objects in place of names. */
export interface PlantSpec<NodeName extends string> extends Omit<PlantInput, 'central' | 'racks' | 'machines' | 'kubernetes'> {
  readonly central: CentralDefinition;
  readonly racks: Racks<NodeName>;
  readonly machines: Readonly<Record<string, MachineDefinition<NoInfer<NodeName>>>>;
  readonly kubernetes: KubernetesSpec<NoInfer<NodeName>>;
}

/** What a cluster names, by which an estate finds it. */
interface ClusterDefinition {
  readonly name: string;
  readonly central: CentralDefinition;
  readonly nodeTypes: readonly NodeTypeDefinition[];
  readonly machineTypes: readonly MachineTypeDefinition[];
}

/** A plant, to be put into an estate. */
export interface PlantDefinition extends ClusterDefinition {
  readonly data: PlantInput;
}

type SoftGatewaysInput = z.input<typeof softGatewaysSchema>;

/** What {@link defineSoftGateways} takes: the cluster's data with objects in place of names. */
export interface SoftGatewaysSpec<NodeName extends string> extends Omit<SoftGatewaysInput, 'central' | 'racks' | 'agents' | 'kubernetes'> {
  readonly central: CentralDefinition;
  readonly racks: Racks<NodeName>;
  readonly agents: Readonly<Record<string, EdgeAgentDefinition<NoInfer<NodeName>>>>;
  readonly kubernetes: KubernetesSpec<NoInfer<NodeName>>;
}

/** A cluster of soft gateways, to be put into an estate. */
export interface SoftGatewaysDefinition extends ClusterDefinition {
  readonly data: SoftGatewaysInput;
}

/**
 * Describes a plant. A machine that names a node which is not in the racks is an error of the compiler at that line.
 *
 * @param name becomes the name of its cluster, its folder and a level of its topics
 */
export function definePlant<const NodeName extends string>(name: string, spec: PlantSpec<NodeName>): PlantDefinition {
  const { central, machines, kubernetes, racks, ...rest } = spec;
  const { data, ...definition } = clusterOf(name, { central, kubernetes, racks }, machines);
  return { ...definition, data: { ...rest, ...data.cluster, machines: data.machines } };
}

/**
 * Describes a cluster of soft gateways: edge agents of Factory+ on central infrastructure, on a cluster of their own. An agent of a machine
 * type that no edge agent reads, or on a node that is not in the racks, is an error of the compiler at that line.
 *
 * @param name becomes the name of its cluster and its folder, and unless it says otherwise the end of its Sparkplug group
 */
export function defineSoftGateways<const NodeName extends string>(name: string, spec: SoftGatewaysSpec<NodeName>): SoftGatewaysDefinition {
  const { central, agents, kubernetes, racks, ...rest } = spec;
  const { data, ...definition } = clusterOf(name, { central, kubernetes, racks }, agents);
  return { ...definition, data: { ...rest, ...data.cluster, agents: data.machines } };
}

/** What plants and soft gateways state alike, as plain data, and what they name. */
function clusterOf(
  name: string,
  { central, kubernetes, racks }: Pick<PlantSpec<string>, 'central' | 'kubernetes' | 'racks'>,
  machines: Readonly<Record<string, MachineDefinition>>,
) {
  const mapValues = <T, U>(record: Readonly<Record<string, T>>, f: (value: T) => U) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
  const nodes = racks as Readonly<Record<string, Readonly<Record<string, NodeDefinition>>>>;
  return {
    name,
    central,
    nodeTypes: Object.values(nodes).flatMap((rack) => Object.values(rack).map((node) => node.nodeType)),
    machineTypes: Object.values(machines).map((machine) => machine.machineType),
    data: {
      cluster: {
        central: central.name,
        kubernetes: { ...kubernetes, controlPlane: [...kubernetes.controlPlane] },
        racks: mapValues(nodes, (rack) => mapValues(rack, (node) => ({ type: node.nodeType.name, ...node.options }))),
      },
      machines: mapValues(machines, ({ machineType: type, address, runsOn, options }) => ({
        type: type.name,
        address,
        ...(runsOn === undefined ? {} : { runsOn }),
        ...options,
      })),
    },
  };
}

/**
 * Puts clusters together into an estate: plain data, in which machine types, node types and central clusters are named. Throws a
 * TypeError when one name stands for two different things, because a record cannot say that.
 */
export function defineEstate(spec: {
  readonly plants: readonly PlantDefinition[];
  /** @default - there are none */
  readonly softGateways?: readonly SoftGatewaysDefinition[];
  readonly centrals?: readonly CentralDefinition[];
}): EstateInput {
  const { plants, softGateways = [] } = spec;
  const clusters: readonly ClusterDefinition[] = [...plants, ...softGateways];
  const centrals = unique(
    'central clusters',
    [...(spec.centrals ?? []), ...clusters.map((cluster) => cluster.central)],
    (central) => central.spec,
  );
  const nodeTypes = unique(
    'node types',
    clusters.flatMap((cluster) => cluster.nodeTypes),
    (type) => type.spec,
  );
  const machineTypes = unique(
    'machine types',
    clusters.flatMap((cluster) => cluster.machineTypes),
    (type) => type.settings,
  );
  const estate = {
    centrals,
    nodeTypes,
    machineTypes,
    plants: byName('plants', plants),
    ...(softGateways.length === 0 ? {} : { softGateways: byName('clusters of soft gateways', softGateways) }),
  };
  // A round trip through JSON: what leaves here is exactly what a file could have said.
  return JSON.parse(JSON.stringify(estate)) as EstateInput;
}

/** The data of clusters by name, each of which may come once. */
function byName<D>(what: string, definitions: readonly { readonly name: string; readonly data: D }[]): Record<string, D> {
  const found = new Map<string, D>();
  for (const { name, data } of definitions) {
    if (found.has(name)) throw new TypeError(`two ${what} are named "${name}"; give one of them another name`);
    found.set(name, data);
  }
  return Object.fromEntries(found);
}

/** Values by name; the same definition may come many times, two different ones under one name may not. */
function unique<T extends { readonly name: string }, V>(
  what: string,
  definitions: readonly T[],
  value: (definition: T) => V,
): Record<string, V> {
  const found = new Map<string, T>();
  for (const definition of definitions) {
    const other = found.get(definition.name);
    if (other && other !== definition) throw new TypeError(`two ${what} are named "${definition.name}"; give one of them another name`);
    found.set(definition.name, definition);
  }
  return Object.fromEntries([...found].map(([name, definition]) => [name, value(definition)]));
}
