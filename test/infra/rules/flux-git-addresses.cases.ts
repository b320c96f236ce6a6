import { AGE_KEYS } from '../../support/estates';
import { withCluster } from './central-cluster-of';
import { found, minimalWith } from './found';

const message = (host: string) =>
  `is missing, and ${host} is not the Git server of the centre: network policies know addresses and not names, so Flux may reach every address; name the networks of that Git server, such as gitAddresses: [203.0.113.10/32]`;

describe('the rule that the addresses of the Git server are stated', () => {
  const stated = (settings: object) =>
    found(
      'flux-git-addresses',
      minimalWith(({ plants: { york } }) => {
        const secrets = { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] };
        Object.assign(york, { delivery: 'flux', secrets, repository: { url: 'https://git.example.org/york.git' }, ...settings });
      }),
    );

  test('a repository elsewhere whose addresses nobody states is warned of', () => {
    expect(stated({})).toEqual([`warning: plants.york.flux.gitAddresses: ${message('git.example.org')}`]);
    expect(found('flux-git-addresses', withCluster({ repository: { url: 'ssh://git@git.example.org/centre.git' } }))).toContain(
      `warning: centrals.centre.cluster.flux.gitAddresses: ${message('git.example.org')}`,
    );
  });

  test('one whose addresses are stated is not, nor one on the Git server of the centre, nor where somebody else installs Flux', () => {
    expect(stated({ flux: { gitAddresses: ['203.0.113.10/32'] } })).toEqual([]);
    expect(stated({ repository: {} })).toEqual([]);
    expect(stated({ flux: { by: { owner: true, reason: 'The distribution brings it' } } })).toEqual([]);
    expect(stated({ delivery: 'pulumi' })).toEqual([]);
  });

  test('one whose address is misspelt, or whose Flux is, is not asked for it', () => {
    expect(stated({ repository: { url: 'git.example.org' } })).toEqual([]);
    expect(stated({ flux: { gitAdresses: ['203.0.113.10/32'] } })).toEqual([]);
  });
});
