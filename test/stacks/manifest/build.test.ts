import { requireSecret } from '../../../constructs/kube/requirements';
import { FLUX_KINDS } from '../../../infra/flux/crds';
import { plantManifests } from '../../../stacks/manifest/build';
import { objectText } from '../../../stacks/manifest/manifest-set';
import { withChange } from '../../support/estates';
import { examplePlant, exampleSet, plantsOf } from './rendered';

const set = exampleSet();

describe('the objects of a plant', () => {
  test('stand in the order in which they are applied, and then by name', () => {
    const phases = set.entries.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual(['flux', 'platform', 'data', 'machines']);
    expect(phases).toEqual(['flux', 'platform', 'data', 'machines'].flatMap((phase) => phases.filter((other) => other === phase)));
    const machines = set.entries.filter(({ phase }) => phase === 'machines').map(({ component }) => component);
    expect(machines).toEqual([...machines].sort());
  });

  test('are protected from removal where they hold data or all of something', () => {
    const zones = ['agents', 'flux-system', 'jobs', 'logs', 'machines', 'messaging', 'monitoring', 'processing', 'uplink'];
    const texts = set.entries.filter(({ protect }) => protect).map(({ object }) => objectText(object).replace(/[0-9a-f]{8}$/, 'HASH'));
    expect(texts.sort()).toEqual(
      [
        ...zones.map((zone) => `Namespace ${zone}`),
        ...FLUX_KINDS.map(({ plural, group }) => `CustomResourceDefinition ${plural}.${group}`),
        'PersistentVolumeClaim jobs/job-backup',
        'StatefulSet jobs/job-database',
        'StatefulSet messaging/plant-broker',
        ...['station-1', 'station-2', 'station-3'].flatMap((name) => [
          `PersistentVolume ${name}-files-HASH`,
          `PersistentVolumeClaim machines/${name}-files-HASH`,
        ]),
      ].sort(),
    );
  });

  test('are plain data that JSON carries unchanged', () => {
    expect(JSON.parse(JSON.stringify(set))).toEqual(set);
  });

  test('bear names without hashes or numbers of their own, but for the volume of a share, which cannot be changed', () => {
    const names = new Set(set.entries.map(({ object }) => object.metadata.name.replace(/-files-[0-9a-f]{8}$/, '-files-HASH')));
    const machines = examplePlant().machines.map(({ name }) => name);
    const zones = ['agents', 'flux-system', 'jobs', 'logs', 'machines', 'messaging', 'monitoring', 'processing', 'uplink'];
    expect([...names].filter((name) => !machines.includes(name) && !zones.includes(name)).sort()).toEqual(
      [
        ...['alertmanager', 'allow-dns', 'command-receiver', 'data-publisher', 'default-deny', 'erp-link', 'job-agents', 'job-backup'],
        ...['job-backup-dump', 'job-database', 'job-orchestrator', 'job-restore', 'kube-state-metrics', 'log-collector', 'oee-calculator'],
        ...['plant-broker', 'plant-broker-peers', 'plant-data', 'plant-jobs', 'plant-kube-state-metrics', 'plant-machines'],
        ...['plant-monitor', 'plant-operations', 'plant-operator', 'plant-operator-cluster', 'plant-operator-zone', 'plant-viewer'],
        ...['plant-viewer-cluster', 'plant-viewer-zone', 'prometheus', 'zone-quota'],
        ...['station-1', 'station-2', 'station-3'].map((name) => `${name}-files-HASH`),
        ...['flux-system-kustomize-controller', 'kustomize-controller', 'source-controller'],
        ...FLUX_KINDS.map(({ plural, group }) => `${plural}.${group}`),
      ].sort(),
    );
  });
});

describe('the Secrets of a plant', () => {
  test('are told by namespace and name, each once', () => {
    const names = set.secrets.map(({ namespace, name }) => `${namespace}/${name}`);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.filter((name) => !/registry-login$|-tls$/.test(name))).toEqual([
      ...['erp-link-erp', ...['backup', 'erp', 'monitor', 'orchestrator', 'restore'].map((user) => `job-database-${user}`)].map(
        (name) => `jobs/${name}`,
      ),
      'logs/central-login',
      ...['furnace-1-login', 'furnace-2-login', 'station-1-share-login', 'station-2-share-login'].map((name) => `machines/${name}`),
      ...['on-call', 'shift', 'sign-of-life'].map((receiver) => `monitoring/alert-${receiver}`),
      'uplink/central-login',
      'uplink/command-receiver-session',
    ]);
    expect(names.filter((name) => name.endsWith('/registry-login'))).toHaveLength(9);
  });

  test('come from the delivery of the plant', () => {
    expect(new Set(set.secrets.map(({ source }) => source))).toEqual(new Set(['sops']));
    const [plant] = plantsOf(withChange(({ plants }) => Object.assign(plants.leeds, { delivery: 'pulumi' })));
    if (!plant) throw new Error('there is no plant');
    expect(new Set(plantManifests(plant).secrets.map(({ source }) => source))).toEqual(new Set(['pulumi']));
  });

  test('of an owner may be the same as those of another, and not different ones of the same name', () => {
    const [first] = set.secrets;
    if (!first) throw new Error('there is no Secret');
    const { source: _, ...required } = first;
    expect(plantManifests(examplePlant(), (chart) => requireSecret(chart, required)).secrets).toEqual(set.secrets);
    expect(() => plantManifests(examplePlant(), (chart) => requireSecret(chart, { ...required, keys: ['other'] }))).toThrow(
      `two components need different Secrets named ${first.namespace}/${first.name}`,
    );
  });
});
