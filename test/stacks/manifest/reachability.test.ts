import * as fc from 'fast-check';
import type { Plant } from '../../../infra/model/plant';
import { plantManifests } from '../../../stacks/manifest/build';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { estateArbitrary } from '../../support/estates';
import { type Door, type Party, reaches } from './reachability';
import { examplePlant, ofKind, plantsOf, workloadsOf } from './rendered';

const tcp = (port: number): Door => ({ port, protocol: 'TCP' });
const udp = (port: number): Door => ({ port, protocol: 'UDP' });

/** Pods that are not Millwright's: the cluster's DNS, and somebody else's. */
const DNS: Party = { name: 'dns', address: '10.244.9.1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const OTHERS: Party[] = [
  { name: 'other pod of the system', address: '10.244.9.2', namespace: 'kube-system', labels: { 'k8s-app': 'metrics' } },
  { name: 'pod in default', address: '10.244.9.3', namespace: 'default', labels: { 'app.kubernetes.io/component': 'machine-gateway' } },
];

/** Everything that could talk in a plant: two pods of each workload, and computers outside. */
function parties(plant: Plant, set: ManifestSet): { pods: Party[]; outside: Party[] } {
  const pods = workloadsOf(set).flatMap(({ object, namespace, labels }, n) =>
    [1, 2].map((pod): Party => ({ name: object.metadata.name, address: `10.244.${pod}.${n + 1}`, namespace, labels })),
  );
  const machines = plant.machines.map(({ name, address }) => ({ name: `controller of ${name}`, address }));
  const central = { name: 'central', address: (plant.contract.addresses[0] ?? '').replace(/\/.*/, '') };
  return { pods, outside: [...machines, central, { name: 'node', address: '10.20.1.250' }, { name: 'internet', address: '203.0.113.9' }] };
}

/** What the model says may talk: written from the plant, without a look at the objects. */
function declared(plant: Plant): Set<string> {
  const generalPurpose = plant.nodes.filter(({ taints }) => taints.length === 0);
  return new Set([
    ...plant.machines.flatMap(({ name, conduits }) => [
      ...conduits.map(({ port, protocol }) => `${name} → controller of ${name} ${protocol} ${port}`),
      `${name} → plant-broker TCP 8883`,
    ]),
    'data-publisher → plant-broker TCP 8883',
    'data-publisher → central TCP 8883',
    ...(generalPurpose.length >= 3 ? ['plant-broker → plant-broker TCP 6222'] : []),
    ...[...plant.machines.map(({ name }) => name), 'data-publisher', 'plant-broker'].flatMap((name) => [
      `${name} → dns TCP 53`,
      `${name} → dns UDP 53`,
    ]),
  ]);
}

/** What the policies let through, to or from a pod of Millwright. */
function computed(plant: Plant, set: ManifestSet, policies: readonly KubeObject[]): Set<string> {
  const { pods, outside } = parties(plant, set);
  const ports = new Set([22, 53, 80, 102, 443, 1883, 4222, 6222, 6443, 8080, 8222, 8883]);
  for (const { conduits } of plant.machines) for (const { port } of conduits) ports.add(port);
  const doors = [...ports].flatMap((port) => [tcp(port), udp(port)]);
  const strangers = [...outside, ...OTHERS, DNS];
  const pairs = [
    ...pods.flatMap((from) => [...pods, ...strangers].filter((to) => to !== from).map((to) => [from, to] as const)),
    ...strangers.flatMap((from) => pods.map((to) => [from, to] as const)),
  ];
  return new Set(
    pairs.flatMap(([from, to]) =>
      doors
        .filter((door) => reaches(policies, from, to, door))
        .map(({ protocol, port }) => `${from.name} → ${to.name} ${protocol} ${port}`),
    ),
  );
}

describe('the network policies', () => {
  test('let through what the example declares, and nothing else', () => {
    const plant = examplePlant();
    const set = plantManifests(plant);
    expect([...computed(plant, set, ofKind(set, 'NetworkPolicy'))].sort()).toEqual([...declared(plant)].sort());
  });

  test('let through what any estate declares, and nothing else', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        for (const plant of plantsOf(estate)) {
          const set = plantManifests(plant);
          expect([...computed(plant, set, ofKind(set, 'NetworkPolicy'))].sort()).toEqual([...declared(plant)].sort());
        }
      }),
      { numRuns: 12 },
    );
  });

  test('leave a machine reachable from its own gateway alone', () => {
    const plant = examplePlant();
    const set = plantManifests(plant);
    const edges = [...computed(plant, set, ofKind(set, 'NetworkPolicy'))];
    expect(edges.filter((edge) => edge.includes('→ controller of press-1 '))).toEqual(['press-1 → controller of press-1 TCP 102']);
    expect(edges.filter((edge) => edge.includes('→ central '))).toEqual(['data-publisher → central TCP 8883']);
  });
});

describe('the evaluator of policies', () => {
  const plant = examplePlant();
  const set = plantManifests(plant);
  const policies = ofKind(set, 'NetworkPolicy');

  test.each(policies.map(({ metadata: { namespace, name } }) => ({ namespace, name })))(
    'sees a difference when $namespace/$name is missing',
    ({ namespace, name }) => {
      const rest = policies.filter(({ metadata }) => !(metadata.namespace === namespace && metadata.name === name));
      // The other policies close what they select: without the default, a pod that nobody described would be open.
      const foreign = { name: 'foreign', address: '10.244.3.3', namespace: namespace ?? '', labels: {} };
      const opened = reaches(rest, { name: 'internet', address: '203.0.113.9' }, foreign, tcp(443));
      expect(opened || computed(plant, set, rest).size !== declared(plant).size).toBe(true);
    },
  );

  test('opens a pod that no policy selects, and all peers and ports of a rule without any', () => {
    const from = { name: 'a', address: '10.244.0.1', namespace: 'x', labels: { app: 'a' } };
    const to = { name: 'b', address: '10.244.0.2', namespace: 'y', labels: { app: 'b' } };
    const policy = (spec: object) => [
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'y' }, spec },
    ];
    expect(reaches([], from, to, tcp(1))).toBe(true);
    expect(reaches(policy({ podSelector: {} }), from, to, tcp(1))).toBe(false);
    expect(reaches(policy({ podSelector: {}, ingress: [{}] }), from, to, udp(9))).toBe(true);
    expect(reaches(policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }), from, to, tcp(1))).toBe(false);
    expect(reaches(policy({ podSelector: { matchLabels: { app: 'z' } } }), from, to, tcp(1))).toBe(true);
  });
});
