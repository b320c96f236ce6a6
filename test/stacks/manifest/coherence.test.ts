import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { estateArbitrary } from '../../support/estates';
import { fullEstate } from '../../support/full-estate';
import { EXCUSED, findings, incoherent } from './coherence';
import { selects } from './reachability';
import { examplePlant, type Fields, ofKind, plantsOf, watchedPlant, workloadsOf } from './rendered';

/** Every edge cluster of an estate that must be in order. */
function edgesOf(estate: unknown): ManifestSet[] {
  const plants = plantsOf(estate).map((plant) => plantManifests(plant));
  return [...plants, ...checkEstate(estate).softGateways.map(softGatewaysManifests)];
}

const exampleObjects = plantManifests(examplePlant());
const watched = watchedPlant();
const watchedObjects = plantManifests(watched);
const small = edgesOf(edgeEstate());
const full = edgesOf(fullEstate());

describe('the objects of an edge cluster', () => {
  test('fit together in the example', () => {
    expect(incoherent(exampleObjects)).toEqual([]);
  });

  test('fit together in the example with monitoring, log collection and a port scan', () => {
    expect(incoherent(watchedObjects)).toEqual([]);
  });

  test('fit together in a plant under Factory+ and in soft gateways', () => {
    expect(small.map(({ cluster }) => cluster)).toEqual(['rotherham', 'gateways']);
    expect(small.flatMap(incoherent)).toEqual([]);
  });

  test('fit together in an estate that states every setting', () => {
    expect(full.map(({ cluster }) => cluster)).toEqual(['hull', 'york', 'other', 'soft']);
    expect(full.flatMap(incoherent)).toEqual([]);
  });

  test('need every excuse', () => {
    const found = [exampleObjects, ...small, ...full].flatMap(findings);
    expect(EXCUSED.filter((excuse) => !found.includes(excuse))).toEqual([]);
  });

  test('fit together in any estate', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        expect(edgesOf(estate).flatMap(incoherent)).toEqual([]);
      }),
      // A smaller estate tells no more here, and a search for one takes minutes.
      { numRuns: 5, seed: 4, endOnFailure: true },
    );
  });

  const swap = (text: string, other: string) => (json: string) => {
    if (!json.includes(text)) throw new Error(`nothing has ${text}`);
    return json.replaceAll(text, other);
  };
  test.each([
    [
      'a second account that may do everything',
      swap('{"kind":"ServiceAccount","name":"kustomize-controller"', '{"kind":"ServiceAccount","name":"source-controller"'),
      'makes ServiceAccount flux-system/source-controller ClusterRole cluster-admin',
    ],
    [
      'a role with other Secrets',
      swap('"resourceNames":["git-credentials"]', '"resourceNames":["sops-age"]'),
      'get secrets named sops-age',
    ],
    ['a role for all Secrets', swap('"resourceNames":["git-credentials"],', ''), 'Role flux-system/source-controller may get secrets'],
    ['a selector that takes in both', swap('"app":"source-controller"', '"app":"kustomize-controller"'), 'the pods of 2 workloads'],
    [
      'a namespace that lets all in',
      swap('"podSelector":{},"policyTypes":["Ingress","Egress"]', '"podSelector":{}'),
      'flux-system is open',
    ],
    ['pods that ask for what is not there', swap('"name":"cluster-config"}', '"name":"other"}'), 'factory-plus/other is not there'],
  ])('do not fit together with %s, so that this test can fail', (_, change, told) => {
    const [plant] = small;
    expect(incoherent(JSON.parse(change(JSON.stringify(plant)))).join('\n')).toContain(told);
  });

  test('hold no Secret, and no null or empty text anywhere', () => {
    const { entries } = exampleObjects;
    expect(entries.filter(({ object }) => object.kind === 'Secret')).toEqual([]);
    // A claim without a storage class says so by an empty text: without a word it would get the cluster's default.
    expect(JSON.stringify(entries)).not.toMatch(/(?<!"storageClassName"):(null|"")/);
  });

  test('give every Service ports that its pods have', () => {
    const set = exampleObjects;
    for (const service of ofKind(set, 'Service') as Fields[]) {
      const [pod] = workloadsOf(set).filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
      const names = pod?.pod.containers[0].ports.map(({ name }: Fields) => name);
      for (const port of service.spec.ports) expect(names).toContain(port.targetPort);
    }
    expect(ofKind(set, 'StatefulSet').map(({ spec }: Fields) => spec.serviceName)).toEqual(['job-database', 'plant-broker-peers']);
  });

  test('leave twice what runs free in the quota of each zone', () => {
    const set = watchedObjects;
    for (const quota of ofKind(set, 'ResourceQuota') as Fields[]) {
      const asked = workloadsOf(set)
        .filter(({ namespace }) => namespace === quota.metadata.namespace)
        .reduce((sum, { pods, pod }: Fields) => sum + pods(watched) * Number.parseInt(pod.containers[0].resources.limits.memory, 10), 0);
      expect(quota.spec.hard['limits.memory']).toBe(`${2 * asked}Mi`);
    }
  });
});
