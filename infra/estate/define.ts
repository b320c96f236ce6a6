import type { z } from 'zod';
import type { centralSchema } from '../model/central';
import type { machineSchema } from '../model/machine';
import type { nodeSchema, nodeTypeSchema } from '../model/node';
import type { plantSchema } from '../model/plant';
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

/** One data point of a protocol. */
export type Point<Protocol extends ProtocolId> = {
  [Key in keyof SettingsOf<Protocol>['points'][string]]: SettingsOf<Protocol>['points'][string][Key];
};

/** What a machine type of a protocol states. */
export type MachineTypeSpec<Protocol extends ProtocolId> = {
  [Key in keyof SettingsOf<Protocol>]: Key extends 'points' ? Record<string, Point<Protocol>> | CsvPoints : SettingsOf<Protocol>[Key];
};

/** What may differ at a machine: any setting but the protocol; points are merged by name, and null leaves one out. */
export type Differs<Protocol extends ProtocolId> = {
  [Key in keyof SettingsOf<Protocol> as Exclude<Key, 'protocol'>]?: Key extends 'points'
    ? Record<string, Point<Protocol> | null> | CsvPoints
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
export interface MachineDefinition<NodeName extends string = string> {
  readonly machineType: MachineTypeDefinition;
  readonly address: string;
  readonly runsOn: NodeName | undefined;
  readonly options: Omit<z.input<typeof machineSchema>, 'type' | 'address' | 'runsOn'>;
}

/** A kind of machine, written once and shared by all plants. */
export interface MachineTypeDefinition<Protocol extends ProtocolId = ProtocolId> {
  readonly name: string;
  readonly settings: MachineTypeSpec<Protocol>;
  /** A machine of this type: where its controller is, and what differs. */
  at<const NodeName extends string = never>(address: string, options?: MachineOptions<NodeName, Protocol>): MachineDefinition<NodeName>;
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

/** A plant, to be put into an estate. */
export interface PlantDefinition {
  readonly name: string;
  readonly central: CentralDefinition;
  readonly nodeTypes: readonly NodeTypeDefinition[];
  readonly machineTypes: readonly MachineTypeDefinition[];
  readonly data: PlantInput;
}

/**
 * Describes a plant. A machine that names a node which is not in the racks is an error of the compiler at that line.
 *
 * @param name becomes the name of its cluster, its folder and a level of its topics
 */
export function definePlant<const NodeName extends string>(name: string, spec: PlantSpec<NodeName>): PlantDefinition {
  const { central, machines, kubernetes, ...rest } = spec;
  const racks = spec.racks as Readonly<Record<string, Readonly<Record<string, NodeDefinition>>>>;
  const mapValues = <T, U>(record: Record<string, T>, f: (value: T) => U) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
  return {
    name,
    central,
    nodeTypes: Object.values(racks).flatMap((rack) => Object.values(rack).map((node) => node.nodeType)),
    machineTypes: Object.values(machines).map((machine) => machine.machineType),
    data: {
      ...rest,
      central: central.name,
      kubernetes: { ...kubernetes, controlPlane: [...kubernetes.controlPlane] },
      racks: mapValues(racks, (rack) => mapValues(rack, (node) => ({ type: node.nodeType.name, ...node.options }))),
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
 * Puts plants together into an estate: plain data, in which machine types, node types and central clusters are named. Throws a
 * TypeError when one name stands for two different things, because a record cannot say that.
 */
export function defineEstate(spec: {
  readonly plants: readonly PlantDefinition[];
  readonly centrals?: readonly CentralDefinition[];
}): EstateInput {
  const plants = new Map<string, PlantInput>();
  for (const plant of spec.plants) {
    if (plants.has(plant.name)) throw new TypeError(`two plants are named "${plant.name}"; give one of them another name`);
    plants.set(plant.name, plant.data);
  }
  const centrals = unique(
    'central clusters',
    [...(spec.centrals ?? []), ...spec.plants.map((plant) => plant.central)],
    (central) => central.spec,
  );
  const nodeTypes = unique(
    'node types',
    spec.plants.flatMap((plant) => plant.nodeTypes),
    (type) => type.spec,
  );
  const machineTypes = unique(
    'machine types',
    spec.plants.flatMap((plant) => plant.machineTypes),
    (type) => type.settings,
  );
  // A round trip through JSON: what leaves here is exactly what a file could have said.
  return JSON.parse(JSON.stringify({ centrals, nodeTypes, machineTypes, plants: Object.fromEntries(plants) })) as EstateInput;
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
