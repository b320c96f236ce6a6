import { checkEstate } from '../../../infra/estate/check';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import { objectText } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { fullEstate } from '../../support/full-estate';
import { broken, RULES } from '../manifest/hardening';
import { type Fields, objectNamed, ofKind, workloadsOf } from '../manifest/rendered';

/** The soft gateways and the plant of the small estate under Factory+, with a change. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
function renderedWith(change: (gateways: any) => void = () => {}) {
  const { softGateways, plants } = checkEstate(edgeEstate((estate) => change(estate.softGateways.gateways)));
  const [cluster] = softGateways;
  const [plant] = plants;
  if (!cluster || !plant) throw new Error('the estate is not in order');
  return { cluster, gateways: softGatewaysManifests(cluster), plant: plantManifests(plant) };
}

const { cluster: office, gateways, plant } = renderedWith();

describe('a cluster of soft gateways', () => {
  test('has Flux, its operators and its agents, and nothing of a plant’s', () => {
    expect(
      workloadsOf(gateways)
        .map(({ text }) => text)
        .sort(),
    ).toEqual([
      'Deployment factory-plus/edge-agent-utilities-1',
      'Deployment factory-plus/edge-monitor',
      'Deployment factory-plus/edge-sync',
      'Deployment factory-plus/krb-keys',
      'Deployment flux-system/kustomize-controller',
      'Deployment flux-system/source-controller',
    ]);
    expect(ofKind(gateways, 'Namespace').map(({ metadata }) => metadata.name)).toEqual(['flux-system', 'factory-plus']);
  });

  test('has the zone, roles and priorities that a plant has, from the same hand', () => {
    const shared = (set: typeof gateways) =>
      set.entries
        .filter(({ component, object }) => component === 'platform' && (object.metadata.namespace ?? 'factory-plus') === 'factory-plus')
        .map(({ object }) => object)
        .filter(({ kind, metadata }) => kind !== 'ResourceQuota' && (kind !== 'Namespace' || metadata.name === 'factory-plus'));
    const unlabelled = (set: typeof gateways) => JSON.stringify(shared(set)).replaceAll('/part-of":"plant"', '/part-of":"factory-plus"');
    expect(shared(gateways).length).toBeGreaterThan(8);
    expect(unlabelled(gateways)).toBe(unlabelled(plant));
  });

  test('is part of Factory+ in every label, as nothing of it is a plant’s', () => {
    const parts = gateways.entries.flatMap(({ object }) => {
      const { labels = {} } = object.metadata;
      return labels['app.kubernetes.io/part-of'] === undefined ? [] : [labels['app.kubernetes.io/part-of']];
    });
    expect(parts.length).toBeGreaterThan(20);
    expect([...new Set(parts)]).toEqual(['factory-plus']);
  });

  test('asks for no certificate: no authority is needed there', () => {
    expect(gateways.secrets.filter(({ content }) => content.kind === 'certificate')).toEqual([]);
    expect(gateways.secrets.length).toBeGreaterThan(0);
    expect(gateways.secrets.filter(({ source }) => source === 'sops' || source === 'given')).toEqual([]);
  });

  test('asks for the login of its registry in each namespace that pulls from it', () => {
    const { gateways: mirrored } = renderedWith((data) => {
      data.images = { registry: 'registry.example.com/mirror', login: true };
    });
    const logins = mirrored.secrets.filter(({ content }) => content.kind === 'registryLogin');
    expect(logins.map(({ namespace, source }) => [namespace, source])).toEqual([
      ['factory-plus', 'sops'],
      ['flux-system', 'sops'],
    ]);
  });

  test('lets twice of what runs in its zone run there', () => {
    const requested = workloadsOf(gateways)
      .filter(({ namespace }) => namespace === 'factory-plus')
      .flatMap(({ pod }) => pod.containers as Fields[])
      .reduce((sum, { resources }) => sum + Number(/^(\d+)m$/.exec(resources.requests.cpu)?.[1] ?? 0), 0);
    const { spec } = objectNamed(gateways, 'ResourceQuota factory-plus/zone-quota');
    expect(Number(/^(\d+)m$/.exec(spec.hard['requests.cpu'])?.[1])).toBeGreaterThanOrEqual(2 * requested);
  });

  test('tolerates specialised nodes with the agents alone that name one', () => {
    const { gateways: pinned } = renderedWith((data) => {
      data.racks.g.g2 = { type: 'box', address: '10.50.1.12', specialised: 'laboratory' };
      data.agents['office-1'] = { type: 'cell', address: '10.50.2.21', runsOn: 'g2' };
    });
    const tolerant = workloadsOf(pinned).filter(({ pod }) =>
      (pod.tolerations ?? []).some(({ key }: Fields) => key === 'factoryplus.app.amrc.co.uk/specialised' || key === undefined),
    );
    expect(tolerant.map(({ text, pod }) => [text, pod.nodeSelector])).toEqual([
      ['Deployment factory-plus/edge-agent-office-1', { 'kubernetes.io/hostname': 'g2' }],
    ]);
  });

  test.each(Object.entries(RULES))('runs nothing that breaks the rule: it %s', (_, rule) => {
    const subjects = workloadsOf(gateways).map((workload) => ({ plant: office, set: gateways, workload }));
    expect(subjects.flatMap((subject) => broken(rule, subject))).toEqual([]);
  });

  test('is rendered with every setting that there is, as Flux or the owner has it', () => {
    const { softGateways } = checkEstate(fullEstate());
    expect(softGateways.map(({ name }) => name)).toEqual(['other', 'soft']);
    for (const cluster of softGateways) {
      const texts = softGatewaysManifests(cluster).entries.map(({ object }) => objectText(object));
      expect(texts.includes('Deployment flux-system/kustomize-controller')).toBe(cluster.name === 'soft');
      expect(texts.filter((text) => text.startsWith('Deployment factory-plus/edge-agent-'))).toHaveLength(cluster.machines.length);
    }
  });
});
