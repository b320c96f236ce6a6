import { requireSecret } from '../../../constructs/kube/requirements';
import { plantManifests } from '../../../stacks/manifest/build';
import { objectText } from '../../../stacks/manifest/manifest-set';
import { withChange } from '../../support/estates';
import { examplePlant, exampleSet, plantsOf } from './rendered';

const set = exampleSet();

describe('the objects of a plant', () => {
  test('stand in the order in which they are applied, and then by name', () => {
    const phases = set.entries.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual(['platform', 'data', 'machines']);
    expect(phases).toEqual(['platform', 'data', 'machines'].flatMap((phase) => phases.filter((other) => other === phase)));
    const machines = set.entries.filter(({ phase }) => phase === 'machines').map(({ component }) => component);
    expect(machines).toEqual([...machines].sort());
  });

  test('are protected from removal where they hold data or all of something', () => {
    expect(set.entries.filter(({ protect }) => protect).map(({ object }) => objectText(object))).toEqual([
      'Namespace machines',
      'Namespace messaging',
      'Namespace uplink',
      'StatefulSet messaging/plant-broker',
    ]);
  });

  test('are plain data that JSON carries unchanged', () => {
    expect(JSON.parse(JSON.stringify(set))).toEqual(set);
  });

  test('bear names without hashes or numbers of their own', () => {
    const names = new Set(set.entries.map(({ object }) => object.metadata.name));
    const machines = examplePlant().machines.map(({ name }) => name);
    expect([...names].filter((name) => !machines.includes(name)).sort()).toEqual([
      ...['allow-dns', 'data-publisher', 'default-deny', 'machines', 'messaging', 'plant-broker', 'plant-broker-peers'],
      ...['plant-data', 'plant-machines', 'plant-operator', 'plant-operator-cluster', 'plant-operator-zone'],
      ...['plant-viewer', 'plant-viewer-cluster', 'plant-viewer-zone', 'uplink', 'zone-quota'],
    ]);
  });
});

describe('the Secrets of a plant', () => {
  test('are told by namespace and name, each once', () => {
    const names = set.secrets.map(({ namespace, name }) => `${namespace}/${name}`);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toHaveLength(12);
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
