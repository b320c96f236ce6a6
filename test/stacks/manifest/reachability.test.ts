import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import type { EdgeCluster } from '../../../infra/model/edge-cluster';
import { readByPlantBroker } from '../../../infra/model/machine';
import { receiversOf } from '../../../infra/model/monitoring';
import type { Plant } from '../../../infra/model/plant';
import { planJobDatabase } from '../../../infra/placement/job-database';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { AGENT, JOBS } from '../../infra/rules/agents';
import { edgeEstate } from '../../support/edge-estate';
import { estateArbitrary, withChange } from '../../support/estates';
import { apiServersOf, declaredOfEdge, outsideOfEdge } from './edge-declared';
import { type Door, evaluator, type Party, selects } from './reachability';
import { examplePlant, type Fields, ofKind, plantsOf, watchedPlant, workloadsOf } from './rendered';

const tcp = (port: number): Door => ({ port, protocol: 'TCP' });
const udp = (port: number): Door => ({ port, protocol: 'UDP' });

/** Pods that are not Millwright's: the cluster's DNS, and somebody else's. */
const DNS: Party = { name: 'dns', address: '10.244.9.1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const OTHERS: Party[] = [
  { name: 'other pod of the system', address: '10.244.9.2', namespace: 'kube-system', labels: { 'k8s-app': 'metrics' } },
  { name: 'pod in default', address: '10.244.9.3', namespace: 'default', labels: { 'app.kubernetes.io/component': 'machine-gateway' } },
];

/** An agent has the name of its machine, as the gateway has. */
const nameOf = (namespace: string, name: string) => (namespace === 'agents' ? `agent of ${name}` : name);

/** A plant, or a cluster of soft gateways. */
type Cluster = EdgeCluster & Partial<Pick<Plant, 'monitoring' | 'jobs'>>;

/** Everything that could talk in a cluster: two pods of each workload, and computers outside. */
function parties(cluster: Cluster, set: ManifestSet): { pods: Party[]; outside: Party[] } {
  const pods = workloadsOf(set).flatMap(({ object, namespace, labels }, n) =>
    [1, 2].map((pod): Party => ({ name: nameOf(namespace, object.metadata.name), address: `10.244.${pod}.${n + 1}`, namespace, labels })),
  );
  const receivers = cluster.monitoring ? receiversOf(cluster.monitoring) : [];
  return {
    pods,
    outside: [
      ...outsideOfEdge(cluster),
      ...receivers.map(({ name, addresses }) => ({ name, address: addresses[0] ?? '' })),
      ...outsideOfJobs(cluster),
    ],
  };
}

/** What watches a plant and computes from its data talks to: its sources, its receivers, and the centre. */
function watching(plant: Plant): string[] {
  const withNames = (...names: string[]) => names.flatMap((name) => [`${name} → dns TCP 53`, `${name} → dns UDP 53`]);
  const receivers = receiversOf(plant.monitoring);
  return [
    ...(receivers.length === 0
      ? []
      : [
          ...['plant-broker TCP 8222', 'plant-broker TCP 8883', 'central TCP 8883'].map((to) => `plant-monitor → ${to}`),
          ...['plant-monitor TCP 9273', 'kube-state-metrics TCP 8080', 'alertmanager TCP 9093'].map((to) => `prometheus → ${to}`),
          ...apiServersOf(plant, outsideOfEdge(plant)).map(({ name }) => `kube-state-metrics → ${name} TCP 6443`),
          ...receivers.map(({ name, port }) => `alertmanager → ${name} TCP ${port}`),
          ...withNames('plant-monitor', 'prometheus', 'kube-state-metrics', 'alertmanager'),
        ]),
    ...(plant.machines.some(({ oee }) => oee) ? ['oee-calculator → plant-broker TCP 8883', ...withNames('oee-calculator')] : []),
    ...(plant.logs ? ['log-collector → central TCP 8883', ...withNames('log-collector')] : []),
  ];
}

/** Computers outside that the job database, its backups and the ERP link talk to. */
function outsideOfJobs({ jobs }: Cluster): Party[] {
  if (!jobs) return [];
  const { backups, nodePort } = jobs.database;
  const first = (networks: readonly string[]) => (networks[0] ?? '').replace(/\/.*/, '');
  return [
    ...(!('off' in backups) && backups.store ? [{ name: 'store', address: first(backups.store.addresses) }] : []),
    ...(nodePort ? [{ name: 'computer of the ERP', address: first(nodePort.networks) }] : []),
    ...(jobs.erp && 'synchroniser' in jobs.erp
      ? jobs.erp.synchroniser.reaches.map(({ address }) => ({ name: 'ERP', address: first([address]) }))
      : []),
  ];
}

/** What the job database, its backups and the ERP link talk to. */
function aroundJobDatabase(plant: Plant): string[] {
  const { jobs } = plant;
  if (!jobs) return [];
  const { backups, nodePort } = jobs.database;
  const backing = 'off' in backups ? [] : ['job-backup', 'job-backup-dump', 'job-restore'];
  const copying = !('off' in backups) && backups.store ? ['job-backup-copy', 'job-backup-fetch'] : [];
  const synchroniser = jobs.erp && 'synchroniser' in jobs.erp ? jobs.erp.synchroniser : undefined;
  const linking = synchroniser ? ['erp-link'] : [];
  const ordering = jobs.orchestrator ? ['job-orchestrator'] : [];
  return [
    ...[...backing, ...linking, ...ordering].map((name) => `${name} → job-database TCP 3306`),
    ...(planJobDatabase(plant, jobs).design === 'replica' ? ['job-database → job-database TCP 3306'] : []),
    ...copying.map((name) => `${name} → store TCP ${'off' in backups ? 0 : backups.store?.port}`),
    ...(nodePort ? ['computer of the ERP → job-database TCP 3306'] : []),
    ...(synchroniser?.reaches ?? []).map(({ port, protocol }) => `erp-link → ERP ${protocol} ${port}`),
    ...['job-database', ...backing, ...copying, ...linking].flatMap((name) => [`${name} → dns TCP 53`, `${name} → dns UDP 53`]),
  ];
}

/** What the orchestrator, agents and the command receiver talk to. */
function aroundAgents({ jobs, machines }: Plant): string[] {
  const withNames = (...names: string[]) => names.flatMap((name) => [`${name} → dns TCP 53`, `${name} → dns UDP 53`]);
  const agents = machines.flatMap(({ name, agent }) => (agent ? [{ name, agent }] : []));
  return [
    ...agents.flatMap(({ name, agent }) =>
      agent.commands.map(({ port, protocol }) => `agent of ${name} → controller of ${name} ${protocol} ${port}`),
    ),
    ...agents.flatMap(({ name }) => withNames(`agent of ${name}`)),
    ...(jobs?.orchestrator
      ? [
          ...agents.map(({ name }) => `job-orchestrator → agent of ${name} TCP 8443`),
          ...[
            'job-orchestrator → plant-broker TCP 8883',
            'command-receiver → plant-broker TCP 8883',
            'command-receiver → central TCP 8883',
          ],
          ...withNames('job-orchestrator', 'command-receiver'),
        ]
      : []),
  ];
}

/** What the model says may talk: written from the plant, without a look at the objects. */
function declared(plant: Plant): Set<string> {
  const generalPurpose = plant.nodes.filter(({ taints }) => taints.length === 0);
  const read = plant.machines.filter(readByPlantBroker);
  return new Set([
    ...declaredOfEdge(plant),
    ...aroundJobDatabase(plant),
    ...aroundAgents(plant),
    ...watching(plant),
    ...read.flatMap(({ name, conduits }) => [
      ...conduits.map(({ port, protocol }) => `${name} → controller of ${name} ${protocol} ${port}`),
      `${name} → plant-broker TCP 8883`,
    ]),
    'data-publisher → plant-broker TCP 8883',
    'data-publisher → central TCP 8883',
    ...(generalPurpose.length >= 3 ? ['plant-broker → plant-broker TCP 6222'] : []),
    ...[...read.map(({ name }) => name), 'data-publisher', 'plant-broker'].flatMap((name) => [
      `${name} → dns TCP 53`,
      `${name} → dns UDP 53`,
    ]),
  ]);
}

/** What the policies let through, to or from a pod of Millwright: of all its pods, or of some. */
function computed(
  cluster: Cluster,
  set: ManifestSet,
  policies: readonly KubeObject[] = ofKind(set, 'NetworkPolicy'),
  some = (_pod: Party) => true,
): Set<string> {
  const { pods, outside } = parties(cluster, set);
  const { open } = evaluator(policies);
  const strangers = [...outside, ...OTHERS, DNS];
  const edges = new Set<string>();
  const between = (from: Party, to: Party) => {
    for (const { protocol, port } of open(from, to)) edges.add(`${from.name} → ${to.name} ${protocol} ${port}`);
  };
  for (const pod of pods) {
    for (const other of pods) if (other !== pod && (some(pod) || some(other))) between(pod, other);
    for (const stranger of some(pod) ? strangers : []) {
      between(pod, stranger);
      between(stranger, pod);
    }
  }
  return edges;
}

const example = examplePlant();
const exampleObjects = plantManifests(example);
const exampleEdges = [...computed(example, exampleObjects)].sort();

describe('the network policies', () => {
  test('let through what the example declares, and nothing else', () => {
    expect(exampleEdges).toEqual([...declared(example)].sort());
  });

  test('leave a machine reachable from its own gateway and its own agent alone, and the centre from what publishes, receives or pulls', () => {
    const to = (name: string) => exampleEdges.filter((edge) => edge.includes(`→ ${name} `));
    expect(to('controller of press-1')).toEqual([
      'agent of press-1 → controller of press-1 TCP 102',
      'press-1 → controller of press-1 TCP 102',
    ]);
    expect(to('controller of furnace-1')).toEqual(['furnace-1 → controller of furnace-1 TCP 3306']);
    expect(to('central')).toEqual([
      ...['command-receiver', 'data-publisher', 'log-collector', 'plant-monitor'].map((name) => `${name} → central TCP 8883`),
      'source-controller → central TCP 443',
    ]);
    expect(to('internet')).toEqual([]);
  });

  test('let the orchestrator alone reach agents, and nobody reach the orchestrator', () => {
    const agents = ['lathe-1', 'lathe-2', 'press-1', 'press-2', 'press-3', 'press-4'];
    expect(exampleEdges.filter((edge) => edge.includes('→ agent of '))).toEqual(
      agents.map((name) => `job-orchestrator → agent of ${name} TCP 8443`),
    );
    expect(exampleEdges.filter((edge) => edge.includes('→ job-orchestrator '))).toEqual([]);
  });

  test('let through what jobs declare: an agent’s UDP, a store of backups, a port of the nodes and an ERP link, and nothing else', () => {
    const volume = { gib: 20, diesWithNode: true };
    const store = { host: 's3.example.com', addresses: ['198.51.100.7/32'], bucket: 'leeds' };
    const [plant] = plantsOf(
      withChange(({ machineTypes, plants: { leeds } }) => {
        machineTypes.press.agent = { ...AGENT, commands: [...AGENT.commands, { port: 161, protocol: 'UDP', purpose: 'SNMP' }] };
        leeds.jobs = {
          ...JOBS,
          database: { volume, backups: { volume, store }, nodePort: { reason: 'Reports', networks: ['10.20.9.9/32'] } },
          erp: {
            synchroniser: {
              image: 'registry.example.com/erp/sync:2.1.0',
              health: { port: 8080 },
              reaches: [{ address: '198.51.100.8', port: 443, purpose: 'ERP' }],
            },
          },
        };
      }),
    );
    if (!plant) throw new Error('there is no plant');
    const edges = [...computed(plant, plantManifests(plant))].sort();
    expect(edges).toEqual([...declared(plant)].sort());
    expect(edges).toEqual(
      expect.arrayContaining([
        'agent of press-1 → controller of press-1 UDP 161',
        'computer of the ERP → job-database TCP 3306',
        'erp-link → ERP TCP 443',
        'job-backup-copy → store TCP 443',
      ]),
    );
  });

  test('let through what a watched plant declares; a port scan reaches its targets on its ports, and nothing else', () => {
    const plant = watchedPlant();
    const set = plantManifests(plant);
    const edges = [...computed(plant, set)].sort();
    const scans = edges.filter((edge) => edge.startsWith('port-scan '));
    expect(edges.filter((edge) => !scans.includes(edge))).toEqual([...declared(plant)].sort());
    const targets = [...plant.machines.map(({ name }) => `controller of ${name}`), 'API server', 'API server 2', 'API server 3', 'node'];
    const { doors } = evaluator(ofKind(set, 'NetworkPolicy'));
    const ports = doors.filter(({ protocol, port }) => protocol === 'TCP' && port <= 100).map(({ port }) => port);
    expect(ports).toEqual([1, 53, 100]);
    const reached = targets.flatMap((target) => ports.map((port) => `port-scan → ${target} TCP ${port}`));
    expect(scans).toEqual([...reached, 'port-scan → dns TCP 53', 'port-scan → dns UDP 53'].sort());
  });

  test('let through what a plant under Factory+ and soft gateways declare, and nothing else', () => {
    const { plants, softGateways } = checkEstate(
      edgeEstate(({ plants: { rotherham }, softGateways: { gateways } }) => {
        rotherham.repository = { url: 'https://git.example.com:8443/plants/rotherham.git' };
        rotherham.flux = { gitAddresses: ['198.51.100.9/32'] };
        gateways.factoryPlus = { sealedSecrets: true };
      }),
    );
    const [plant] = plants;
    const [gateways] = softGateways;
    if (!plant || !gateways) throw new Error('the estate is not in order');
    const edges = [...computed(plant, plantManifests(plant))].sort();
    expect(edges).toEqual([...declared(plant)].sort());
    expect(edges).toEqual(
      expect.arrayContaining([
        'edge-agent-meter-1 → controller of meter-1 TCP 502',
        'krb-keys → API server 3 TCP 6443',
        'press-1 → plant-broker TCP 8883',
        'source-controller → Git server TCP 8443',
      ]),
    );
    const soft = [...computed(gateways, softGatewaysManifests(gateways))].sort();
    expect(soft).toEqual([...new Set(declaredOfEdge(gateways))].sort());
    expect(soft).toContain('API server → sealed-secrets TCP 8080');
  });

  test('let Flux alone out where nobody says where its Git server is', () => {
    const [plant] = plantsOf(
      withChange(({ plants: { leeds } }) => {
        leeds.repository = { url: 'https://git.example.com/plants/leeds.git' };
      }),
    );
    if (!plant) throw new Error('there is no plant');
    const out = [...computed(plant, plantManifests(plant))].filter((edge) => edge.includes('→ internet '));
    expect(out).toEqual(['source-controller → internet TCP 443']);
  });

  test('let through what any estate declares, and nothing else', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        for (const plant of plantsOf(estate))
          expect([...computed(plant, plantManifests(plant))].sort()).toEqual([...declared(plant)].sort());
      }),
      // The difference says enough, and a search for a smaller estate takes minutes.
      { numRuns: 5, seed: 4, endOnFailure: true },
    );
  });
});

describe('the evaluator of policies', () => {
  const policies = ofKind(exampleObjects, 'NetworkPolicy');

  test('sees a difference when any one of them is missing', () => {
    const unseen = policies.filter((missing: Fields) => {
      const { namespace } = missing.metadata;
      const rest = policies.filter((policy) => policy !== missing);
      // The other policies close what they select: without the default, a pod that nobody described would be open.
      const foreign = { name: 'foreign', address: '10.244.3.3', namespace, labels: {} };
      if (evaluator(rest).reaches({ name: 'internet', address: '203.0.113.9' }, foreign, tcp(443))) return false;
      const selected = (pod: Party) => pod.namespace === namespace && selects(missing.spec.podSelector, pod.labels);
      const edges = (some: readonly KubeObject[]) => [...computed(example, exampleObjects, some, selected)].sort().join('\n');
      return edges(rest) === edges(policies);
    });
    expect(policies.length).toBeGreaterThan(40);
    expect(unseen.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([]);
  });

  test('opens a pod that no policy selects, and all peers and ports of a rule without any', () => {
    const from = { name: 'a', address: '10.244.0.1', namespace: 'x', labels: { app: 'a' } };
    const to = { name: 'b', address: '10.244.0.2', namespace: 'y', labels: { app: 'b' } };
    const reaches = (spec: object | undefined, door: Door) => {
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'y' }, spec };
      return evaluator(spec ? [policy] : []).reaches(from, to, door);
    };
    expect(reaches(undefined, tcp(1))).toBe(true);
    expect(reaches({ podSelector: {} }, tcp(1))).toBe(false);
    expect(reaches({ podSelector: {}, ingress: [{}] }, udp(9))).toBe(true);
    expect(reaches({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }, tcp(1))).toBe(false);
    expect(reaches({ podSelector: { matchLabels: { app: 'z' } } }, tcp(1))).toBe(true);
  });

  test('tries the ends of a range, the port after it, and two that no policy names', () => {
    const ports = [{ port: 1, endPort: 99 }, { port: 8883 }];
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec: { ingress: [{ ports }] } };
    const tried = evaluator([policy])
      .doors.filter(({ protocol }) => protocol === 'TCP')
      .map(({ port }) => port);
    expect(tried).toEqual([1, 99, 100, 8883, 20_012, 40_023]);
  });
});
