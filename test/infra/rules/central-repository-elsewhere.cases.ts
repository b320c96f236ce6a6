import { withCluster } from './central-cluster-of';
import { found } from './found';

describe('the rule that the tree of a centre lies elsewhere', () => {
  const stated = (repository: object, settings: object = {}) =>
    found('central-repository-elsewhere', withCluster({ repository, ...settings }));

  test('its own Git server, which is the default, is warned of', () => {
    const message =
      'is on git.factory.example.com, which is made from it: Flux has nothing to begin with, and nothing to restore the centre from; name a repository on another Git server';
    expect(stated({})).toEqual([
      `warning: centrals.centre.cluster.repository.url: "https://git.factory.example.com/git/centrals/centre" ${message}`,
    ]);
    const own = 'ssh://git@git.factory.example.com/somewhere';
    expect(stated({ url: own })).toEqual([`warning: centrals.centre.cluster.repository.url: "${own}" ${message}`]);
  });

  test('another one is not, nor a centre that Flux does not deliver', () => {
    expect(stated({ url: 'https://git.example.org/centre.git' })).toEqual([]);
    expect(stated({}, { delivery: 'pulumi' })).toEqual([]);
  });
});
