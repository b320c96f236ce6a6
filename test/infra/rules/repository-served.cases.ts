import { AGE_KEYS } from '../../support/estates';
import { withCluster } from './central-cluster-of';
import { found, minimalWith } from './found';

describe('the rule that a repository on the Git server of the centre is one that it serves', () => {
  const stated = (url: string, settings: object = {}) =>
    found(
      'repository-served',
      minimalWith(({ plants: { york } }) => {
        const secrets = { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] };
        Object.assign(york, { delivery: 'flux', secrets, repository: { url }, ...settings });
      }),
    );
  const server = 'https://git.factory.example.com';
  const message = (name: string) =>
    `is at the Git server of the centre, which serves ${server}/git/GROUP/NAME and ${server}/uuid/UUID and nothing else (ACS 6.8.1); name one of these, such as ${server}/git/plants/${name}, or a repository on another server`;

  test.each([
    `${server}/plants/york`,
    `${server}/git/york`,
    `${server}/git/plants/york/deeper`,
    `${server}:443/plants/york`,
    `${server}/uuid/york`,
  ])('%s is refused', (url) => {
    expect(stated(url)).toEqual([`error: plants.york.repository.url: ${JSON.stringify(url)} ${message('york')}`]);
  });

  test("so is a centre's own", () => {
    expect(found('repository-served', withCluster({ repository: { url: `${server}/centre` } }))).toEqual([
      `error: centrals.centre.cluster.repository.url: "${server}/centre" ${message('centre')}`,
    ]);
  });

  test.each([
    `${server}/git/plants/york`,
    `${server}:443/git/plants/york/`,
    `${server}/uuid/5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11`,
    // Other servers, one of them on the same host.
    'https://git.example.org/york',
    `${server}:8443/york`,
    'ssh://git@git.factory.example.com/york',
  ])('%s is not', (url) => {
    expect(stated(url)).toEqual([]);
  });

  test('what Flux does not deliver is not asked, nor an address that is misspelt', () => {
    expect(stated(`${server}/york`, { delivery: 'pulumi' })).toEqual([]);
    expect(stated('git.factory.example.com/york')).toEqual([]);
  });
});
