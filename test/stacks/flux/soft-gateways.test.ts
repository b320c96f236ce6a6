import { edgeEstate } from '../../support/edge-estate';
import { filesOf, softFilesOf, touched } from './trees';

// What is written is a function of what is rendered, which test/stacks/flux/yaml.test.ts holds: here it is enough to compare that.
jest.mock('../../../stacks/flux/yaml', () => ({ renderedFile: JSON.stringify }));

/** The small estate under Factory+ with a second edge agent on its soft gateways, and a change. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
const withTwo = (change: (gateways: any) => void = () => {}) =>
  edgeEstate(({ softGateways: { gateways } }) => {
    gateways.agents['office-1'] = { type: 'cell', address: '10.50.2.21' };
    change(gateways);
  });
const before = softFilesOf(withTwo());
const own = (name: string) => `gateways/components/machine-${name}/`;

/** What a coming or going agent changes beside its own files: the list of components, and the quota of its zone. */
const COMING_AND_GOING = [
  'gateways/components/platform/factory-plus/resourcequota.zone-quota.yaml',
  'gateways/flux/kustomization.machines.yaml',
  'gateways/flux/kustomization.yaml',
];

describe('a change to an agent of a cluster of soft gateways', () => {
  test.each<[string, (agent: Record<string, unknown>) => void]>([
    ['its address', (agent) => Object.assign(agent, { address: '10.50.2.22' })],
    ['the node that it must run on', (agent) => Object.assign(agent, { runsOn: 'g1' })],
    ['the port of what it reads', (agent) => Object.assign(agent, { differs: { device: { port: 4841 } } })],
  ])('touches its own files alone when it is %s', (_, change) => {
    const after = softFilesOf(withTwo(({ agents }) => change(agents['office-1'])));
    const paths = touched(before, after);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !path.startsWith(own('office-1')))).toEqual([]);
  });

  test('touches its own files, the quota of its zone and the list of components when it goes', () => {
    const paths = touched(before, softFilesOf(withTwo(({ agents }) => delete agents['office-1'])));
    const its = [...before.keys()].filter((path) => path.startsWith(own('office-1')));
    expect(paths).toEqual([...COMING_AND_GOING, ...its, 'gateways/flux/kustomization.machine-office-1.yaml'].sort());
  });

  test('touches nothing of a plant: its tree is the same without soft gateways', () => {
    const files = filesOf(edgeEstate());
    const without = filesOf(
      edgeEstate((estate) => {
        delete estate.softGateways;
      }),
    );
    expect(touched(files, without)).toEqual([...files.keys()].filter((path) => path.startsWith('gateways/')));
    expect(without.size).toBeGreaterThan(50);
  });
});

test('an agent is applied after the platform of its cluster, which has no phase of data to wait for', () => {
  const text = before.get('gateways/flux/kustomization.machine-office-1.yaml') ?? '{}';
  expect(JSON.parse(text)).toMatchObject({ spec: { dependsOn: [{ name: 'platform' }] } });
});
