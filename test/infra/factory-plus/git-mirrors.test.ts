import { gitMirrors, mirrorsWithLogin } from '../../../infra/factory-plus/git-mirrors';
import { gitSchema } from '../../../infra/model/git-mirror';
import { exampleCentral } from '../../support/centre';

const addresses = ['198.51.100.0/28'];
const charts = { url: 'https://git.example.org/charts.git', addresses };

test('a mirror is an entry of the ConfigDB in the words of acs-git 6.8.1, with a login only where there is one', () => {
  const central = exampleCentral({
    git: {
      mirrors: {
        schemas: { ...charts, every: '30min', login: true, branches: { v2: { from: 'release/2' }, main: { forwards: 'live' } } },
        charts,
      },
    },
  });
  expect(gitMirrors(central).map(({ entry }) => entry)).toEqual([
    { path: 'mirrors/charts', pull: { main: { url: charts.url, ref: 'main', interval: '1h', auth: {} } } },
    {
      path: 'mirrors/schemas',
      pull: {
        main: { url: charts.url, ref: 'main', interval: '30min', merge: 'live', auth: { secretRef: 'schemas' } },
        v2: { url: charts.url, ref: 'release/2', interval: '30min', auth: { secretRef: 'schemas' } },
      },
    },
  ]);
  expect(mirrorsWithLogin(central)).toEqual(['schemas']);
});

test('its id is that of its name, whatever else there is', () => {
  const of = (mirrors: NonNullable<Parameters<typeof exampleCentral>[0]>['git']) => gitMirrors(exampleCentral({ git: mirrors }));
  const [alone] = of({ mirrors: { charts } });
  expect(of({ mirrors: { zebra: charts, charts, apple: charts } })).toContainEqual(alone);
});

test.each([
  [{ url: 'http://git.example.org/charts.git' }, /https address/],
  [{ url: 'https://user:word@git.example.org/charts.git' }, /without a password/],
  [{ url: 'https://git.example.org:70000/charts.git' }, /at most 65535/],
  [{ addresses: [] }, /at least one network/],
  [{ branches: {} }, /no patterns/],
  [{ branches: { 'a/b': {} } }, /without a slash/],
  [{ branches: { main: { from: '--upload-pack=x' } } }, /name of a Git branch/],
  [{ every: '1s' }, /from 5min/],
])('a mirror that states %j is refused', (change, why) => {
  const { success, error } = gitSchema.safeParse({ mirrors: { charts: { ...charts, ...change } } });
  expect(success).toBe(false);
  expect(JSON.stringify(error?.issues)).toMatch(why);
});
