import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessRoles } from '../../../constructs/edge/access-roles';
import { PRIORITY_TIERS } from '../../../constructs/edge/priority-tiers';
import { examplePlant, type Fields } from '../../stacks/manifest/rendered';
import { rendered } from '../rendered';

const plant = examplePlant();
const roles = (access: { operators: string[]; viewers: string[] }) =>
  rendered((chart) => new AccessRoles(chart, 'access', { cluster: { ...plant, access } }));

describe('the roles of people', () => {
  test('are bound to nobody when nobody is named', () => {
    expect(roles({ operators: [], viewers: [] }).map(({ kind }) => kind)).toEqual(Array(4).fill('ClusterRole'));
  });

  test('are bound to every group in every zone', () => {
    const bindings = roles({ operators: ['a', 'b'], viewers: [] }).filter(({ kind }) => kind === 'RoleBinding');
    const zones = ['agents', 'jobs', 'logs', 'machines', 'messaging', 'monitoring', 'processing', 'uplink'];
    expect(bindings.map(({ metadata }) => metadata.namespace).sort()).toEqual(zones);
    for (const { subjects } of bindings) expect(subjects.map(({ name }: Fields) => name)).toEqual(['a', 'b']);
  });

  test('let an operator do what a viewer may, and besides that only end pods', () => {
    const rules = (name: string) => roles({ operators: [], viewers: [] }).find(({ metadata }) => metadata.name === name).rules;
    const more = rules('plant-operator-zone').slice(rules('plant-viewer-zone').length);
    expect(more.map(({ resources, verbs }: Fields) => [resources, verbs])).toEqual([
      [['pods'], ['delete']],
      [['pods/eviction'], ['create']],
    ]);
  });
});

test('the documentation tells just what the roles allow', () => {
  const all = roles({ operators: [], viewers: [] });
  const rulesOf = (role: string) =>
    ['zone', 'cluster'].flatMap((scope) =>
      all
        .find(({ metadata }) => metadata.name === `plant-${role}-${scope}`)
        .rules.map(({ resources, verbs }: Fields) => [
          `${resources.join(', ')}${scope === 'cluster' ? ' (cluster)' : ''}`,
          verbs.join() === 'get,list,watch' ? 'look' : verbs.join(', '),
        ]),
    );
  const [viewer, operator] = [new Map(rulesOf('viewer')), new Map(rulesOf('operator'))];
  const lines = [...operator.keys()].map((what) => `| ${what} | ${viewer.get(what) ?? '–'} | ${operator.get(what)} |`);
  const page = readFileSync(join(__dirname, '../../../docs/access.md'), 'utf8');
  expect(
    page
      .split('\n')
      .filter((line) => /^\| [a-z]/.test(line))
      .sort(),
  ).toEqual(lines.sort());
});

test('what keeps data goes before what reads it, and both below the classes of Kubernetes itself', () => {
  const { 'plant-data': data, 'plant-machines': machines } = PRIORITY_TIERS;
  expect(data.value).toBeGreaterThan(machines.value);
  expect(machines.value).toBeGreaterThan(0);
  expect(data.value).toBeLessThan(1_000_000_000);
});
