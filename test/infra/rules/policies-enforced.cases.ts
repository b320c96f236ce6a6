import { found, minimalWith } from './found';

describe('the rule that a program enforces the network policies', () => {
  test('Flannel by itself is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.podNetwork = 'flannel';
    });
    expect(found('policies-enforced', estate)).toEqual([
      'error: plants.york.kubernetes.policyEnforcer: is missing: flannel alone does not enforce network policies, so every gateway could reach everything; set podNetwork: canal, or policyEnforcer: kube-router, or state { none: true, reason: … }',
    ]);
  });

  test('a plant that states why nothing enforces them is warned', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.policyEnforcer = { none: true, reason: 'Trial bench' };
    });
    expect(found('policies-enforced', estate)).toEqual([
      'warning: plants.york.kubernetes.policyEnforcer: {"none":true,"reason":"Trial bench"} network policies are rendered but nothing enforces them; close the network by other means, or choose an enforcer',
    ]);
  });

  test('Flannel with kube-router is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.podNetwork = 'flannel';
      york.kubernetes.policyEnforcer = 'kube-router';
    });
    expect(found('policies-enforced', estate)).toEqual([]);
  });

  test('Cilium enforces them itself', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.podNetwork = 'cilium';
    });
    expect(found('policies-enforced', estate)).toEqual([]);
  });

  test('an enforcer that is misspelt is not told to be missing', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.podNetwork = 'flannel';
      york.kubernetes.policyEnforcer = 'kuberouter';
    });
    expect(found('policies-enforced', estate)).toEqual([]);
  });
});
