import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { centralManifests } from '../../../stacks/manifest/build';
import { objectText } from '../../../stacks/manifest/manifest-set';
import { exampleEstate } from '../../support/estates';
import { broken, RULES } from './hardening';
import { evaluator, type Party } from './reachability';
import { ofKind, workloadsOf } from './rendered';

const [central] = checkEstate(exampleEstate()).centralClusters;
if (!central) throw new Error('the example has no central cluster');
const set = centralManifests(central);
const workloads = workloadsOf(set);
// What the rules look at in a plant.
const asPlant = { images: central.images, nodes: [] } as unknown as Plant;

describe('the central cluster of the example', () => {
  test('has a broker, a historian with what sets it up, and an ingester', () => {
    expect(workloads.map(({ text }) => text).sort()).toEqual([
      'Deployment factory-plus/plant-data-ingester',
      expect.stringMatching(/^Job factory-plus\/historian-setup/),
      'StatefulSet factory-plus/historian',
      'StatefulSet factory-plus/mqtt',
    ]);
  });

  test.each(Object.entries(RULES))('every workload %s', (_, rule) => {
    expect(workloads.flatMap((workload) => broken(rule, { plant: asPlant, set, workload }))).toEqual([]);
  });

  test('keeps what holds data when its file leaves the tree', () => {
    const kept = set.entries.filter(({ protect }) => protect).map(({ object }) => objectText(object));
    expect(kept).toEqual(
      expect.arrayContaining(['Namespace factory-plus', 'StatefulSet factory-plus/historian', 'StatefulSet factory-plus/mqtt']),
    );
  });

  test("has each plant's permissions at the broker in a ConfigMap of their own, and the centre's own in another", () => {
    const names = ofKind(set, 'ConfigMap').map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.startsWith('mqtt-permissions'))).toEqual([
      'mqtt-permissions-centre',
      'mqtt-permissions-plant-leeds',
    ]);
    const dumps = ofKind(set, 'ConfigMap').find(({ metadata: { name } }) => name === 'mqtt-permissions-plant-leeds')?.data;
    const [configDb] = Object.values(dumps as Record<string, string>).map((text) => JSON.parse(text));
    const templates = Object.values(configDb.configs['1266ddf1-156c-4266-9808-d6949418b185']);
    expect(templates).toContainEqual({
      'answer/v1/leeds/jobs': 'w',
      'command/v1/leeds/jobs': 'r',
      'data/v1/leeds/+': 'w',
      'logs/v1/leeds/+': 'w',
      'oee/v1/leeds/+': 'w',
    });
  });

  test('gives the broker and the historian volumes of the stated sizes, which outlive their StatefulSets', () => {
    const volumes = ofKind(set, 'StatefulSet').map(({ metadata, spec }) => {
      // biome-ignore lint/suspicious/noExplicitAny: the published types are another test's affair
      const { volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: policy } = spec as any;
      return [metadata.name, claims[0].spec.resources.requests.storage, policy];
    });
    const retained = { whenDeleted: 'Retain', whenScaled: 'Retain' };
    expect(volumes).toEqual([
      ['historian', '256Gi', retained],
      ['mqtt', '32Gi', retained],
    ]);
  });

  test('lets only the ingester write to the historian, and only what comes through the ingress controller reach the broker', () => {
    // As if the components that this version does not render had conduits of their own, each for its end.
    const { open } = evaluator(
      ofKind(set, 'NetworkPolicy').filter(({ metadata: { name } }) => !['default-deny', 'allow-dns'].includes(name)),
    );
    const pods = workloads.map(
      ({ object, namespace, labels }, n): Party => ({ name: object.metadata.name, address: `10.244.0.${n + 1}`, namespace, labels }),
    );
    const inside = (name: string, labels: Record<string, string>, n: number): Party => ({
      name,
      address: `10.244.1.${n}`,
      namespace: 'factory-plus',
      labels,
    });
    const others = [
      inside('traefik', { 'app.kubernetes.io/name': 'traefik' }, 1),
      inside('kdc', { component: 'kdc' }, 2),
      inside('directory', { component: 'directory-webapi' }, 3),
      inside('stranger', { component: 'stranger' }, 4),
      { name: 'central', address: '192.0.2.1' },
      { name: 'internet', address: '203.0.113.9' },
    ];
    const edges = [...pods, ...others].flatMap((from) =>
      [...pods, ...others]
        .filter((to) => to !== from && (pods.includes(from) || pods.includes(to)))
        .flatMap((to) => open(from, to).map(({ protocol, port }) => `${from.name} → ${to.name} ${protocol} ${port}`)),
    );
    const setup = pods.find(({ name }) => name.startsWith('historian-setup'))?.name;
    expect(edges.sort()).toEqual(
      [
        `${setup} → historian TCP 8086`,
        'mqtt → directory TCP 8080',
        'mqtt → kdc TCP 8888',
        'plant-data-ingester → central TCP 8883',
        'plant-data-ingester → historian TCP 8086',
        'traefik → mqtt TCP 1883',
        'traefik → mqtt TCP 9001',
      ].sort(),
    );
  });
});
