import type { z } from 'zod';
import type { centralSchema } from '../model/central';
import type { machineSchema } from '../model/machine';
import type { nodeSchema, nodeTypeSchema } from '../model/node';
import type { plantSchema } from '../model/plant';
import type { EstateInput, MachineTypeInput } from './schema';

/** A central cluster, to be named by plants. */
export interface CentralDefinition {
  readonly name: string;
  readonly spec: z.input<typeof centralSchema>;
}

/** Describes the central cluster. `name` becomes its folder and the key under `centrals`. */
export function defineCentral(name: string, spec: z.input<typeof centralSchema>): CentralDefinition {
  return { name, spec };
}

type NodeOptions = Omit<z.input<typeof nodeSchema>, 'type' | 'specialised'>;

/** A node of a known type: what stands in a rack. */
export interface NodeDefinition {
  readonly nodeType: NodeTypeDefinition;
  readonly options: Omit<z.input<typeof nodeSchema>, 'type'>;
}

/** A kind of node. Used as it is, or with `at` and `for`, it is a node. */
export interface NodeTypeDefinition extends NodeDefinition {
  readonly name: string;
  readonly spec: z.input<typeof nodeTypeSchema>;
  /** A node of this type at an address. */
  at(address: string, options?: Omit<NodeOptions, 'address'>): NodeDefinition;
  /** A node kept for one purpose: it is tainted with {@link SPECIALISED_TAINT}, and runs only what names it. */
  for(purpose: string, options?: NodeOptions): NodeDefinition;
}

/** Describes a kind of node once, for all plants. */
export function nodeType(name: string, spec: z.input<typeof nodeTypeSchema>): NodeTypeDefinition {
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

type MachineOptions<NodeName extends string, Settings> = Omit<z.input<typeof machineSchema>, 'type' | 'address' | 'runsOn' | 'differs'> & {
  /** Node that the gateway must run on; one of the plant's nodes. */
  readonly runsOn?: NodeName;
  /** What differs from the machine type at this machine; a point set to null is left out. */
  readonly differs?: Differs<Settings>;
};

/** What may differ at a machine: any setting but the protocol; points are merged by name. */
export type Differs<Settings> = Partial<Omit<Settings, 'protocol' | 'points'>> &
  (Settings extends { points: Record<string, infer Point> } ? { readonly points?: Record<string, Point | null> } : unknown);

/** A machine of a known type at an address, running its gateway on `NodeName` where it states one. */
export interface MachineDefinition<NodeName extends string = string> {
  readonly machineType: MachineTypeDefinition;
  readonly address: string;
  readonly runsOn?: NodeName;
  readonly options: Omit<z.input<typeof machineSchema>, 'type' | 'address' | 'runsOn'>;
}

/** A kind of machine, written once and shared by all plants. */
export interface MachineTypeDefinition<Settings extends MachineTypeInput = MachineTypeInput> {
  readonly name: string;
  readonly settings: Settings;
  /** A machine of this type: where its controller is, and what differs. */
  at<const NodeName extends string = never>(
    address: string,
    options?: MachineOptions<NodeName, MachineTypeInput & { protocol: Settings['protocol'] }>,
  ): MachineDefinition<NodeName>;
}

/** Describes a kind of machine: its protocol, its controller and its data points. */
export function machineType<const Settings extends MachineTypeInput>(name: string, settings: Settings): MachineTypeDefinition<Settings> {
  const type: MachineTypeDefinition<Settings> = {
    name,
    settings,
    at(address, options = {}) {
      const { runsOn, ...rest } = options;
      return {
        machineType: type as unknown as MachineTypeDefinition,
        address,
        ...(runsOn === undefined ? {} : { runsOn }),
        options: rest as MachineDefinition['options'],
      };
    },
  };
  return type;
}

/** Racks by name, and in each its nodes by name. */
export type Racks = Record<string, Record<string, NodeDefinition>>;

/** The names of all nodes in racks. */
export type NodeNames<R extends Racks> = { [Rack in keyof R]: keyof R[Rack] & string }[keyof R];

type PlantInput = z.input<typeof plantSchema>;

/** What {@link definePlant} takes: the plant's data with objects in place of names. */
export interface PlantSpec<R extends Racks> extends Omit<PlantInput, 'central' | 'racks' | 'machines' | 'kubernetes'> {
  readonly central: CentralDefinition;
  readonly racks: R;
  readonly machines: Record<string, MachineDefinition<NoInfer<NodeNames<R>>>>;
  readonly kubernetes: Omit<PlantInput['kubernetes'], 'controlPlane'> & { readonly controlPlane: readonly NoInfer<NodeNames<R>>[] };
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
export function definePlant<const R extends Racks>(name: string, spec: PlantSpec<R>): PlantDefinition {
  const { central, racks, machines, kubernetes, ...rest } = spec;
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
