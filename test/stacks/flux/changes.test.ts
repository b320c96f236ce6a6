import * as fc from 'fast-check';
import { exampleEstate, withChange } from '../../support/estates';
import { filesOf, touched } from './trees';

// What is written is a function of what is rendered, which test/stacks/flux/yaml.test.ts holds: here it is enough to compare that.
jest.mock('../../../stacks/flux/yaml', () => ({ renderedFile: JSON.stringify }));

const before = filesOf(exampleEstate());

const own = (machine: string) => `leeds/components/machine-${machine}/`;
const file = (kind: string, machine: string) => `${own(machine)}machines/${kind}.${machine}.yaml`;
const agent = (machine: string) => `leeds/components/agent-${machine}/`;
const agentFile = (kind: string, machine: string) => `${agent(machine)}agents/${kind}.${machine}.yaml`;
const isOwn = (machine: string) => (path: string) => path.startsWith(own(machine)) || path.startsWith(agent(machine));

/** A program's configuration, and the workload that restarts when it changes. */
const component = (name: string, zone: string, workload: string) =>
  ['configmap', workload].map((kind) => `leeds/components/${name}/${zone}/${kind}.${name}.yaml`);
const quota = (zone: string) => `leeds/components/platform/${zone}/resourcequota.zone-quota.yaml`;

/** The list of the wiring, and what waits for every component with the machines. */
const WIRING = ['kustomization.machines.yaml', 'kustomization.yaml'].map((file) => `leeds/flux/${file}`);

/** What applies a component with the machines. */
const wired = (name: string) => `leeds/flux/kustomization.${name}.yaml`;

/** How long each machine may be silent. */
const MONITOR = ['configmap', 'deployment'].map((kind) => `leeds/components/monitoring/monitoring/${kind}.plant-monitor.yaml`);

/**
 * What a machine that comes or goes changes besides its own files: its account on the broker, its zone's quota, how long it may be
 * silent in the plant monitor, the lists of the wiring.
 */
const COMING_AND_GOING = [...component('plant-broker', 'messaging', 'statefulset'), ...MONITOR, quota('machines'), ...WIRING];

/** And besides, one with a job agent: the orchestrator's list and the quota of agents. */
const WITH_AGENT = ['leeds/components/job-orchestrator/jobs/configmap.job-agents.yaml', quota('agents')];

/** And one whose effectiveness is computed: the calculator's configuration. */
const WITH_OEE = component('oee-calculator', 'processing', 'deployment');

/** The files of a machine that speaks S7 and has an agent, of one with a database, and of one with a share. */
const S7_FILES = (machine: string) => [
  wired(`machine-${machine}`),
  `${own(machine)}kustomization.yaml`,
  ...['configmap', 'deployment', 'networkpolicy', 'serviceaccount'].map((kind) => file(kind, machine)),
  wired(`agent-${machine}`),
  `${agent(machine)}kustomization.yaml`,
  ...['deployment', 'networkpolicy', 'service', 'serviceaccount'].map((kind) => agentFile(kind, machine)),
];
const SQL_FILES = (machine: string) => S7_FILES(machine).slice(0, 6);

const machines = Object.keys(exampleEstate().plants.leeds.machines);
const presses = machines.filter((name) => /^(press|lathe)-/.test(name));

describe('a change to one machine touches', () => {
  const machineOf = (estate: ReturnType<typeof exampleEstate>, name: string) => estate.plants.leeds.machines[name];
  const change = (name: string, settings: object) => withChange((estate) => Object.assign(machineOf(estate, name), settings));
  const changedBy = (estate: unknown) => touched(before, filesOf(estate));

  test('nothing when only its description changed', () => {
    expect(changedBy(change('press-1', { description: 'The large one' }))).toEqual([]);
  });

  test('its configuration, workload and policy, and those of its agent, when its address changed', () => {
    expect(changedBy(change('press-1', { address: '10.20.1.99' }))).toEqual([
      ...['deployment', 'networkpolicy'].map((kind) => agentFile(kind, 'press-1')),
      ...['configmap', 'deployment', 'networkpolicy'].map((kind) => file(kind, 'press-1')),
    ]);
  });

  test('its workload and that of its agent alone when it is told to run on a node', () => {
    expect(changedBy(change('press-1', { runsOn: 'a2' }))).toEqual([agentFile('deployment', 'press-1'), file('deployment', 'press-1')]);
  });

  test('its configuration and workload when a point is left out', () => {
    expect(changedBy(change('press-1', { differs: { points: { 'guard-closed': null } } }))).toEqual([
      file('configmap', 'press-1'),
      file('deployment', 'press-1'),
    ]);
  });

  test('its own files and no other, whatever changes but how often its state is read', () => {
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
              fc.constantFrom('oil-temperature', 'extra-1', 'extra-2'),
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
      fc.property(fc.constantFrom(...presses), settings, (name, what) => {
        const changed = change(name, structuredClone(what));
        const paths = changedBy(changed);
        expect(paths.filter((path) => !isOwn(name)(path))).toEqual([]);
        expect(paths.filter((path) => path.includes('serviceaccount') || path.includes('kustomization'))).toEqual([]);
      }),
      { numRuns: 5, seed: 4 },
    );
  });
});

describe('a change to one machine touches besides its own files', () => {
  const besides = (name: string, differs: object) =>
    touched(before, filesOf(withChange(({ plants }) => Object.assign(plants.leeds.machines[name], { differs })))).filter(
      (path) => !isOwn(name)(path),
    );

  test('the calculator when its state is read more seldom, and the plant monitor when everything is, so that it may be silent for longer', () => {
    const scans = (others: string, state: string) => ({ scans: { fast: others, normal: state, slow: others } });
    expect(besides('press-2', scans('100s', '1s'))).toEqual([]);
    expect(besides('press-2', scans('100s', '100s'))).toEqual(WITH_OEE);
    expect(besides('press-2', scans('101s', '101s'))).toEqual([...MONITOR, ...WITH_OEE]);
  });

  test('the calculator when its effectiveness is computed in another way', () => {
    expect(besides('press-1', { oee: { ...exampleEstate().machineTypes.press.oee, idealCycle: '7s' } })).toEqual(WITH_OEE);
  });

  test('the orchestrator’s list, the quota of agents and the list of components when its agent is taken away', () => {
    expect(besides('press-1', { agent: null })).toEqual([...WITH_AGENT, wired('agent-press-1'), ...WIRING].sort());
  });

  test('nothing when a database is found elsewhere or a share is another one', () => {
    expect(besides('furnace-1', { port: 3307 })).toEqual([]);
    expect(besides('station-3', { share: { kind: 'nfs', server: '10.20.1.61', path: '/export/other' } })).toEqual([]);
  });
});

describe('a machine that comes or goes touches', () => {
  test.each([
    ['press-1', [...WITH_AGENT, ...WITH_OEE], S7_FILES],
    ['lathe-2', [...WITH_AGENT, ...WITH_OEE], S7_FILES],
    ['furnace-1', [], SQL_FILES],
  ])('its own files and the closed list when %s goes', (name, more, files) => {
    const without = withChange((estate) => delete estate.plants.leeds.machines[name]);
    expect(touched(before, filesOf(without))).toEqual([...COMING_AND_GOING, ...more, ...files(name)].sort());
  });

  test('its own files, its volume and the closed list when station-3 goes', () => {
    const without = withChange((estate) => delete estate.plants.leeds.machines['station-3']);
    const paths = touched(before, filesOf(without));
    const volume = paths.filter((path) => /\/persistentvolume(claim)?\.station-3-files-[0-9a-f]{8}\.yaml$/.test(path));
    expect(volume.map((path) => path.split('/').slice(0, -1).join('/'))).toEqual([
      `${own('station-3')}_cluster`,
      `${own('station-3')}machines`,
    ]);
    expect(paths.filter((path) => !volume.includes(path))).toEqual([...COMING_AND_GOING, ...SQL_FILES('station-3')].sort());
  });

  test('its own files and the closed list when press-5 comes', () => {
    const more = withChange((estate) => {
      estate.plants.leeds.machines['press-5'] = { type: 'press', address: '10.20.1.15' };
    });
    expect(touched(before, filesOf(more))).toEqual([...COMING_AND_GOING, ...WITH_AGENT, ...WITH_OEE, ...S7_FILES('press-5')].sort());
  });
});

describe('a change to one plant', () => {
  const twoPlants = () =>
    withChange((estate) => {
      const { leeds } = estate.plants;
      for (const name of machines) if (!['press-1', 'furnace-1', 'station-3'].includes(name)) delete leeds.machines[name];
      estate.plants.york = structuredClone(leeds);
    });
  const unchanged = filesOf(twoPlants());

  test.each([
    ['a machine goes', (plant: ReturnType<typeof exampleEstate>) => delete plant.machines['press-1']],
    [
      'its broker bridges longer',
      (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant, { uplink: { bridges: '10d' }, storage: { brokerGiB: 24 } }),
    ],
    ['its images come from elsewhere', (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant, { images: {} })],
    ['a node is added', (plant: ReturnType<typeof exampleEstate>) => Object.assign(plant.racks.a, { a9: { type: 'ipc127e' } })],
  ])('touches no file of another when %s', (_, change) => {
    const estate = twoPlants();
    change(estate.plants.york);
    const paths = touched(unchanged, filesOf(estate));
    expect(paths.filter((path) => !path.startsWith('york/'))).toEqual([]);
  });

  test("touches no file of another when the plant itself goes, and none of the centre's: the permissions of plants are not in its tree", () => {
    const estate = twoPlants();
    delete estate.plants.york;
    expect(touched(unchanged, filesOf(estate)).filter((path) => !path.startsWith('york/'))).toEqual([]);
    expect([...unchanged.keys()].some((path) => path.startsWith('sheffield/components/'))).toBe(true);
  });
});
