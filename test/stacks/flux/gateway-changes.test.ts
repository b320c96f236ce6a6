import { withChange, withoutJobs } from '../../support/estates';
import { filesOf, touched } from './trees';

// What is written is a function of what is rendered, which test/stacks/flux/yaml.test.ts holds: here it is enough to compare that.
jest.mock('../../../stacks/flux/yaml', () => ({ renderedFile: JSON.stringify }));

/**
 * The example with gateways by node: two presses on a1, two lathes on b2, the rest alone. What agents, the calculator and the monitor
 * have of a machine does not depend on its gateway: test/stacks/flux/changes.test.ts tells of it.
 */
const shared = (change: (machines: Record<string, object>) => void = () => {}) =>
  withChange((estate) => {
    const { leeds } = estate.plants;
    leeds.gateways = 'node';
    leeds.monitoring = { off: true, reason: 'Trial bench' };
    withoutJobs(estate);
    for (const type of ['press', 'lathe']) {
      delete estate.machineTypes[type].agent;
      delete estate.machineTypes[type].oee;
    }
    for (const [name, runsOn] of Object.entries({ 'press-1': 'a1', 'press-2': 'a1', 'lathe-1': 'b2', 'lathe-2': 'b2' })) {
      leeds.machines[name].runsOn = runsOn;
    }
    change(leeds.machines);
  });

const before = filesOf(shared());
const changedBy = (change: Parameters<typeof shared>[0]) => touched(before, filesOf(shared(change)));
const own = (gateway: string) => `leeds/components/${gateway}/`;
const files = (gateway: string, ...kinds: string[]) => kinds.map((kind) => `${own(gateway)}machines/${kind}.${gateway}.yaml`);

/** The broker's accounts, which name each machine's topic, and the workload that restarts with them. */
const BROKER = ['configmap', 'statefulset'].map((kind) => `leeds/components/plant-broker/messaging/${kind}.plant-broker.yaml`);

describe('where machines of a node share a gateway', () => {
  test('the gateway has one folder, and its machines have none', () => {
    expect([...before.keys()].filter((path) => path.startsWith(own('a1-gateways'))).sort()).toEqual(
      [
        `${own('a1-gateways')}kustomization.yaml`,
        ...files('a1-gateways', 'configmap', 'deployment', 'networkpolicy', 'serviceaccount'),
      ].sort(),
    );
    expect([...before.keys()].filter((path) => path.includes('machine-press-1'))).toEqual([]);
  });

  test.each([
    ['its address', { address: '10.20.1.99' }, ['configmap', 'deployment', 'networkpolicy']],
    ['a point', { differs: { points: { 'guard-closed': null } } }, ['configmap', 'deployment']],
    ['its description', { description: 'The large one' }, []],
  ])('a change to %s of one machine touches the files of its gateway alone', (_, settings, kinds) => {
    expect(changedBy((machines) => Object.assign(machines['press-1'] ?? {}, settings))).toEqual(files('a1-gateways', ...kinds));
  });

  test('a machine that leaves a shared gateway touches that gateway, the broker and the quota', () => {
    expect(changedBy((machines) => delete machines['press-1'])).toEqual(
      [
        ...files('a1-gateways', 'configmap', 'deployment', 'networkpolicy'),
        ...BROKER,
        'leeds/components/platform/machines/resourcequota.zone-quota.yaml',
      ].sort(),
    );
  });

  test('a machine that moves to another node touches the two gateways and the broker', () => {
    const paths = changedBy((machines) => Object.assign(machines['press-1'] ?? {}, { runsOn: 'b2' }));
    expect(paths.filter((path) => ![own('a1-gateways'), own('b2-gateways')].some((folder) => path.startsWith(folder)))).toEqual(BROKER);
  });
});
