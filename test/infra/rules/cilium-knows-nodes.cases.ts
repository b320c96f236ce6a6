import { found, minimalWith } from './found';

describe('the rule that Cilium knows nodes by their addresses', () => {
  const stated = (settings: object) =>
    found(
      'cilium-knows-nodes',
      minimalWith(({ plants: { york } }) => Object.assign(york.kubernetes, settings)),
    );
  const message =
    'enforces policies by Cilium, which lets no pod reach the API server by its address unless it is told to: Flux would never start; install Cilium with policyCIDRMatchMode: nodes';

  test('a cluster whose policies Cilium enforces is warned of, whatever its pod network', () => {
    expect(stated({ podNetwork: 'cilium' })).toEqual([`warning: plants.york.kubernetes.podNetwork: "cilium" ${message}`]);
    expect(stated({ podNetwork: 'flannel', policyEnforcer: 'cilium' })).toEqual([
      `warning: plants.york.kubernetes.podNetwork: "flannel" ${message}`,
    ]);
  });

  test('another is not, nor one whose pod network is misspelt', () => {
    expect(stated({ podNetwork: 'canal' })).toEqual([]);
    expect(stated({ podNetwork: 'silium' })).toEqual([]);
  });
});
