import * as fc from 'fast-check';
import { exampleEstate, withChange } from '../../support/estates';
import { filesOf, touched } from './trees';

const before = filesOf(exampleEstate());

const own = (machine: string) => `leeds/components/machine-${machine}/`;
const file = (kind: string, machine: string) => `${own(machine)}machines/${kind}.${machine}.yaml`;

/** The broker's configuration, and the workload that restarts when it changes. */
const BROKER = ['configmap', 'statefulset'].map((kind) => `leeds/components/plant-broker/messaging/${kind}.plant-broker.yaml`);

/** What a machine that comes or goes changes besides its own files: its account on the broker, its zone's quota, the list of machines. */
const COMING_AND_GOING = [
  ...BROKER,
  'leeds/components/platform/machines/resourcequota.zone-quota.yaml',
  'leeds/flux/phases/machines/kustomization.yaml',
].sort();

const machines = Object.keys(exampleEstate().plants.leeds.machines);

describe('a change to one machine touches', () => {
  const machineOf = (estate: ReturnType<typeof exampleEstate>, name: string) => estate.plants.leeds.machines[name];
  const change = (name: string, settings: object) => withChange((estate) => Object.assign(machineOf(estate, name), settings));
  const changedBy = (estate: unknown) => touched(before, filesOf(estate));

  test('nothing when only its description changed', () => {
    expect(changedBy(change('press-1', { description: 'The large one' }))).toEqual([]);
  });

  test('its configuration, workload and policy when its address changed', () => {
    expect(changedBy(change('press-1', { address: '10.20.1.99' }))).toEqual(
      ['configmap', 'deployment', 'networkpolicy'].map((kind) => file(kind, 'press-1')),
    );
  });

  test('its workload alone when it is told to run on a node', () => {
    expect(changedBy(change('press-1', { runsOn: 'a2' }))).toEqual([file('deployment', 'press-1')]);
  });

  test('its configuration and workload when a point is left out', () => {
    expect(changedBy(change('press-1', { differs: { points: { 'guard-closed': null } } }))).toEqual([
      file('configmap', 'press-1'),
      file('deployment', 'press-1'),
    ]);
  });

  test('its own files and no other, whatever changes', () => {
    const settings = fc.record(
      {
        address: fc.integer({ min: 30, max: 99 }).map((last) => `10.20.1.${last}`),
        description: fc.constantFrom('a', 'b'),
        runsOn: fc.constantFrom('a1', 'b2'),
        differs: fc.record(
          {
            port: fc.integer({ min: 1, max: 65_535 }),
            timeout: fc.constantFrom('1s', '9s'),
            rack: fc.nat({ max: 7 }),
            points: fc.dictionary(
              fc.constantFrom('state', 'extra-1', 'extra-2'),
              fc.record(
                {
                  address: fc.constantFrom('DB1.DBW20', 'MW4'),
                  type: fc.constant('INT'),
                  unit: fc.constantFrom('bar', '\\"$'),
                  scan: fc.constantFrom('fast', 'slow'),
                },
                { requiredKeys: ['address', 'type'] },
              ),
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...machines), settings, (name, what) => {
        const changed = change(name, structuredClone(what));
        const paths = changedBy(changed);
        expect(paths.filter((path) => !path.startsWith(own(name)))).toEqual([]);
        expect(paths.filter((path) => path.includes('serviceaccount') || path.includes('kustomization'))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a machine that comes or goes touches', () => {
  test.each(machines)('its own files and the closed list when %s goes', (name) => {
    const without = withChange((estate) => delete estate.plants.leeds.machines[name]);
    const paths = touched(before, filesOf(without));
    expect(paths.filter((path) => !path.startsWith(own(name)))).toEqual(COMING_AND_GOING);
    expect(paths.filter((path) => path.startsWith(own(name)))).toHaveLength(5);
  });

  test('its own files and the closed list when press-5 comes', () => {
    const more = withChange((estate) => {
      estate.plants.leeds.machines['press-5'] = { type: 'press', address: '10.20.1.15' };
    });
    const paths = touched(before, filesOf(more));
    expect(paths).toEqual(
      [
        ...COMING_AND_GOING,
        `${own('press-5')}kustomization.yaml`,
        ...['configmap', 'deployment', 'networkpolicy', 'serviceaccount'].map((kind) => file(kind, 'press-5')),
      ].sort(),
    );
  });
});

describe('a change to one plant', () => {
  const twoPlants = () =>
    withChange((estate) => {
      const york = structuredClone(estate.plants.leeds);
      estate.plants.york = york;
    });

  test.each([
    ['a machine goes', (plant: ReturnType<typeof exampleEstate>) => delete plant.machines['press-1']],
    ['its broker bridges longer', (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant.uplink, { bridges: '10d' })],
    ['its images come from elsewhere', (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant, { images: {} })],
    ['a node is added', (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant.racks.a, { a9: { type: 'ipc127e' } })],
  ])('touches no file of another when %s', (_, change) => {
    const estate = twoPlants();
    const unchanged = filesOf(estate);
    change(estate.plants.york);
    const paths = touched(unchanged, filesOf(estate));
    expect(paths.filter((path) => !path.startsWith('york/'))).toEqual([]);
  });

  test('touches no file of another when the plant itself goes', () => {
    const estate = twoPlants();
    const unchanged = filesOf(estate);
    delete estate.plants.york;
    expect(touched(unchanged, filesOf(estate)).filter((path) => !path.startsWith('york/'))).toEqual([]);
  });
});
