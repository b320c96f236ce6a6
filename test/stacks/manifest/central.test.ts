import { loadAll } from 'js-yaml';
import { checkEstate } from '../../../infra/estate/check';
import { componentsOf } from '../../../infra/model/central-cluster';
import { CENTRAL_COMPONENTS, type CentralComponentName, componentFacts } from '../../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../../infra/model/central-services';
import type { Plant } from '../../../infra/model/plant';
import { centralManifests } from '../../../stacks/manifest/build';
import { type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';
import { exampleEstate } from '../../support/estates';
import { broken, EXCUSED, RULES, said } from './hardening';
import { evaluator, type Party } from './reachability';
import { exampleSet, ofKind, workloadsOf } from './rendered';

const [central] = checkEstate(exampleEstate()).centralClusters;
if (!central) throw new Error('the example has no central cluster');
const set = centralManifests(central);
const all = workloadsOf(set);
// What the table of components is of.
const workloads = all.filter(({ namespace }) => namespace === CENTRAL_NAMESPACE);
// What the rules look at in a plant.
const asPlant = { images: central.images, nodes: [] } as unknown as Plant;

describe('the central cluster of the example', () => {
  test('has every component of the table, each as one workload, and beside them only what restores', () => {
    const found = workloads.map(({ object }) => object.metadata.name.replace(/^(historian-setup|service-setup)-[0-9a-f]+$/, '$1'));
    expect(found.filter((name) => !name.endsWith('-restore')).sort()).toEqual([...componentsOf(central)].sort());
  });

  test.each(Object.entries(RULES))('every workload %s', (_, rule) => {
    expect(all.flatMap((workload) => broken(rule, { plant: asPlant, set, workload }))).toEqual([]);
  });

  test('needs every excuse', () => {
    const told = Object.values(RULES).flatMap((rule) => all.flatMap((workload) => said(rule, { plant: asPlant, set, workload })));
    const excuses = Object.entries(EXCUSED).filter(([text]) => / (factory-plus|flux-system)\//.test(text));
    expect([...new Set(told)].sort()).toEqual(
      excuses.flatMap(([text, problems]) => problems.map((problem) => `${text} ${problem}`)).sort(),
    );
  });

  test('is part of Factory+, with its pods, and a plant is part of none', () => {
    // Claims of StatefulSets cannot be changed, and keep what 0.3.0 gave them.
    const shown = (key: string, value: unknown) => (key === 'volumeClaimTemplates' ? undefined : value);
    const parts = (objects: ManifestSet) => [...new Set(JSON.stringify(objects, shown).match(/"app.kubernetes.io\/part-of":"[^"]*"/g))];
    expect(parts(set)).toEqual(['"app.kubernetes.io/part-of":"factory-plus"']);
    expect(parts(exampleSet())).toEqual(['"app.kubernetes.io/part-of":"plant"']);
  });

  test('keeps what holds data when its file leaves the tree', () => {
    const kept = set.entries.filter(({ protect }) => protect).map(({ object }) => objectText(object));
    const holding = ['files', 'git', 'grafana', 'historian', 'kdc', 'mqtt', 'postgres'].map((name) => `StatefulSet factory-plus/${name}`);
    expect(kept).toEqual(expect.arrayContaining(['Namespace factory-plus', ...holding]));
  });

  test('has the permissions at the broker that the centre itself needs in a ConfigMap, and nothing of plants, which a person may change', () => {
    const maps = ofKind(set, 'ConfigMap').filter(({ metadata }) => metadata.name.startsWith('mqtt-permissions'));
    expect(maps.map(({ metadata }) => metadata.name)).toEqual(['mqtt-permissions-centre']);
    // biome-ignore lint/suspicious/noExplicitAny: a dump of Factory+
    const [configDb, auth] = Object.values(maps[0]?.data as Record<string, string>).flatMap((text) => loadAll(text)) as any[];
    expect(Object.values(configDb.configs['1266ddf1-156c-4266-9808-d6949418b185'])).toEqual([
      { 'data/v1/+/+': 'r', 'logs/v1/+/+': 'r', 'oee/v1/+/+': 'r' },
      { 'broker/v1/start': 'w' },
    ]);
    expect(Object.keys(auth.grants)).toHaveLength(2);
  });

  test('gives what keeps data volumes of the stated sizes, which outlive their StatefulSets', () => {
    const volumes = ofKind(set, 'StatefulSet').map(({ metadata, spec }) => {
      // biome-ignore lint/suspicious/noExplicitAny: the published types are another test's affair
      const { volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: policy } = spec as any;
      return [metadata.name, claims[0].spec.resources.requests.storage, policy];
    });
    const retained = { whenDeleted: 'Retain', whenScaled: 'Retain' };
    expect(volumes.sort()).toEqual([
      ['files', '20Gi', retained],
      ['git', '8Gi', retained],
      ['grafana', '2Gi', retained],
      ['historian', '256Gi', retained],
      ['kdc', '2Gi', retained],
      ['mqtt', '32Gi', retained],
      ['postgres', '10Gi', retained],
    ]);
  });

  test('opens what the table of components says, and nothing else', () => {
    const { open } = evaluator(ofKind(set, 'NetworkPolicy'));
    const pods = workloads
      .filter(({ object }) => !object.metadata.name.endsWith('-restore'))
      .map(
        ({ labels, namespace }, n): Party => ({
          name: labels['app.kubernetes.io/name'] ?? '',
          address: `10.244.0.${n + 1}`,
          namespace,
          labels,
        }),
      );
    const outside: Party[] = [
      { name: 'stranger', address: '10.244.1.1', namespace: 'factory-plus', labels: { 'app.kubernetes.io/name': 'stranger' } },
      { name: 'centre', address: '192.0.2.1' },
      { name: 'api-server', address: '10.0.0.1' },
      { name: 'internet', address: '203.0.113.9' },
    ];
    const seen = [...pods, ...outside].flatMap((from) =>
      [...pods, ...outside]
        .filter((to) => to !== from && (pods.includes(from) || pods.includes(to)))
        .flatMap((to) => open(from, to).map(({ protocol, port }) => `${from.name} → ${to.name} ${protocol} ${port}`)),
    );
    const ingress = Object.entries(CENTRAL_COMPONENTS.ingress.ports).flatMap(([name, { pod }]) => (name === 'mqtt' ? [] : [pod]));
    const told = componentsOf(central).flatMap((from) =>
      componentFacts(from).reaches.flatMap((target) => {
        if (target === 'api-server') return [`${from} → api-server TCP 6443`];
        if (target === 'backup-store') return [];
        if (target === 'public-https') return [`${from} → centre TCP 443`, `${from} → ingress TCP 8443`];
        if (target === 'public-mqtt') return [`${from} → centre TCP 8883`, `${from} → ingress TCP 8883`];
        const [to, port] = target.split('.') as [CentralComponentName, string];
        return componentsOf(central).includes(to) ? [`${from} → ${to} TCP ${componentFacts(to).ports?.[port]?.pod}`] : [];
      }),
    );
    const clients = ['centre', 'api-server', 'internet'].flatMap((name) => ingress.map((port) => `${name} → ingress TCP ${port}`));
    expect([...new Set(seen)].sort()).toEqual([...new Set([...told, ...clients])].sort());
  });
});
