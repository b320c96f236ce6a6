import * as fc from 'fast-check';
import type { EstateInput } from '../../infra/estate/schema';
import { RESERVED_OBJECT_NAMES } from '../../infra/model/object-names';
import example from '../../infra/sites/estate';
import { machineTypeArbitrary } from './machine-types';

/** Plain data of its own. Not `structuredClone`, whose objects are strangers to the tests' realm, so that a YAML writer refuses them. */
function clone<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The whole example estate as plain data of its own, to be changed freely. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function wholeExample(): any {
  return clone(example);
}

/** What only the other clusters of the example use. */
const OF_OTHERS = ['saw', 'robot-cell', 'compressor-station', 'energy-meters', 'virtual-machine'];

/** The example estate with its plant leeds and its centre alone, as plain data of its own: a third of the work. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function exampleEstate(): any {
  const estate = wholeExample();
  delete estate.plants.rotherham;
  delete estate.softGateways;
  for (const name of OF_OTHERS) for (const types of [estate.machineTypes, estate.nodeTypes]) delete types[name];
  return estate;
}

/** The example estate with a change. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function withChange(change: (estate: any) => void): any {
  const estate = exampleEstate();
  change(estate);
  return estate;
}

/** Takes the jobs of the example's plant away, and what commands them from the centre. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function withoutJobs({ centrals, plants }: any): void {
  delete plants.leeds.jobs;
  centrals.sheffield.cluster.webApplication.commands = [];
}

/** Two age public keys whose private halves nobody has. */
export const AGE_KEYS = [
  'age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa',
  'age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf',
] as const;

/** The least that is an estate without an error: one plant with one node and one machine with one point. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function minimalEstate(): any {
  return {
    centrals: { centre: { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'] } },
    nodeTypes: { box: { cpuCores: 4, memoryMiB: 4096, storageGiB: 110 } },
    machineTypes: { press: { protocol: 's7', controller: 'S7-1500', points: { state: { address: 'DB10.DBW0', type: 'INT' } } } },
    plants: {
      york: {
        central: 'centre',
        delivery: 'pulumi',
        kubernetes: { controlPlane: ['a1'] },
        networks: { nodes: '10.20.1.0/24' },
        time: { servers: ['10.20.1.1'] },
        monitoring: { off: true, reason: 'Trial bench' },
        racks: { a: { a1: { type: 'box' } } },
        machines: { 'press-1': { type: 'press', address: '10.20.1.11' } },
      },
    },
  };
}

/** Names that the model accepts, some of them as long as it allows and some that JavaScript's objects have by themselves. */
export const nameArbitrary: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,9}$/) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{39}$/) },
    { weight: 1, arbitrary: fc.constantFrom('constructor', 'tostring', 'no', 'y', 'null', 'e1', 'x-1') },
  )
  .filter((name) => !RESERVED_OBJECT_NAMES.includes(name));

/** So many distinct names. */
const names = (minLength: number, maxLength: number) => fc.uniqueArray(nameArbitrary, { minLength, maxLength });

/** Lines of text as people write them, with what generated formats must escape. */
export const lineArbitrary: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('Öl', '°C', 'a', '7', '"', "'", '\\', '$HOME', '{{', '}}', '#', ':', '- ', '[', '=', ',', '😀', '`'), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join('').trim())
  .filter((text) => text.length > 0);

const nodeTypeArbitrary = fc.record(
  {
    cpuCores: fc.integer({ min: 2, max: 64 }),
    memoryMiB: fc.integer({ min: 2048, max: 65_536 }),
    storageGiB: fc.integer({ min: 256, max: 4096 }),
    architecture: fc.constantFrom('amd64' as const, 'arm64' as const),
    description: lineArbitrary,
  },
  { requiredKeys: ['cpuCores', 'memoryMiB', 'storageGiB'] },
);

/** A plant that lives in 10.(20 + index).0.0/16, with its machine types by name. */
function plantArbitrary(index: number, central: string, nodeTypes: string[], machineTypes: Record<string, { points: object }>) {
  const address = (third: number, last: number) => `10.${20 + index}.${third}.${last + 1}`;
  const shape = fc.record({
    general: names(1, 4),
    special: fc.array(fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,10}[A-Za-z0-9])?$/), { maxLength: 2 }),
    racks: names(1, 3),
    machines: names(0, 5),
    hosts: fc.integer({ min: 0, max: 2 }),
    withAddresses: fc.boolean(),
    flux: fc.boolean(),
  });
  return shape.chain(({ general, special, racks, machines, hosts, withAddresses, flux }) => {
    // Nodes and hosts share one space of names: a suffix that no arbitrary name of a general node has keeps them apart.
    const free = (prefix: string, n: number) => {
      let name = `${prefix}-${n}`;
      while (general.includes(name)) name = `${name}x`;
      return name;
    };
    const nodes = [...general, ...special.map((_, n) => free('special', n))];
    const controlPlane = general.slice(0, general.length >= 3 ? 3 : 1);
    const node = (name: string, n: number) =>
      fc.record({ rack: fc.constantFrom(...racks), type: fc.constantFrom(...nodeTypes) }).map(({ rack, type }) => {
        const reason = special[n - general.length];
        return [
          rack,
          name,
          { type, ...(withAddresses ? { address: address(1, n) } : {}), ...(reason ? { specialised: reason } : {}) },
        ] as const;
      });
    const machine = (name: string, n: number) =>
      fc
        .record(
          {
            type: fc.constantFrom(...Object.keys(machineTypes)),
            runsOn: fc.constantFrom(...nodes),
            description: lineArbitrary,
            differs: fc.record(
              { port: fc.integer({ min: 1, max: 65_535 }), timeout: fc.constantFrom('1s', '30s'), leaveOut: fc.nat({ max: 9 }) },
              { requiredKeys: [] },
            ),
          },
          { requiredKeys: ['type'] },
        )
        .map(({ differs, ...rest }) => {
          const points = Object.keys(machineTypes[rest.type]?.points ?? {});
          const { leaveOut, ...settings } = differs ?? {};
          const out = leaveOut === undefined || points.length < 2 ? undefined : points[leaveOut % points.length];
          return [
            name,
            {
              ...rest,
              address: address(2, n),
              ...(differs ? { differs: { ...settings, ...(out === undefined ? {} : { points: { [out]: null } }) } } : {}),
            },
          ] as const;
        });
    return fc
      .record({
        nodes: fc.tuple(...nodes.map(node)),
        machines: fc.tuple(...machines.map(machine)),
        podNetwork: fc.constantFrom(
          { podNetwork: 'canal' as const },
          { podNetwork: 'cilium' as const },
          { podNetwork: 'flannel' as const, policyEnforcer: 'kube-router' as const },
          {},
        ),
        bridges: fc.constantFrom('1h' as const, '72h' as const, '3d' as const),
        extras: fc.record(
          {
            description: lineArbitrary,
            site: fc.constantFrom('Leeds', 'Zürich'),
            storage: fc.constantFrom({ class: 'local-path' }, { brokerGiB: 100 }),
            images: fc.record({ registry: fc.constantFrom('registry.example.com', 'localhost:5000/mirror'), login: fc.boolean() }),
            access: fc.record({
              operators: fc.uniqueArray(fc.constantFrom('a', 'oidc:ops', 'b@x')),
              viewers: fc.uniqueArray(fc.constantFrom('v')),
            }),
          },
          { requiredKeys: [] },
        ),
      })
      .map(({ nodes: placed, machines: built, podNetwork, bridges, extras }) => ({
        central,
        delivery: flux ? ('flux' as const) : ('pulumi' as const),
        kubernetes: { controlPlane, ...podNetwork },
        networks: { nodes: `10.${20 + index}.0.0/16` },
        racks: Object.fromEntries(
          racks.map((rack) => [rack, Object.fromEntries(placed.filter(([at]) => at === rack).map(([, name, value]) => [name, value]))]),
        ),
        machines: Object.fromEntries(built),
        hosts: Object.fromEntries(
          Array.from({ length: hosts }, (_, n) => [free('host', n), { address: address(3, n), purpose: 'Andon screen' }]),
        ),
        uplink: { bridges },
        ...extras,
        ...(flux ? { secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] } } : {}),
      }));
  });
}

/**
 * Estates without an error (warnings may be): one to three plants, each with its racks, nodes with and without a purpose of their own,
 * S7 machines that differ from their types or name a node, and hosts.
 */
export const estateArbitrary: fc.Arbitrary<EstateInput> = fc
  .record({
    clusters: names(2, 4),
    nodeTypes: fc.dictionary(nameArbitrary, nodeTypeArbitrary, { minKeys: 1, maxKeys: 2 }),
    machineTypes: fc.dictionary(nameArbitrary, machineTypeArbitrary, { minKeys: 1, maxKeys: 3 }),
  })
  .chain(({ clusters: [central = 'centre', ...plants], nodeTypes, machineTypes }) =>
    fc.tuple(...plants.map((_, index) => plantArbitrary(index, central, Object.keys(nodeTypes), machineTypes))).map(
      (described) =>
        clone({
          centrals: { [central]: { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'] } },
          nodeTypes: { ...nodeTypes },
          machineTypes: { ...machineTypes },
          plants: Object.fromEntries(described.map((plant, index) => [plants[index], plant])),
        }) as EstateInput,
    ),
  );
