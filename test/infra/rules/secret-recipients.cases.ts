import { AGE_KEYS } from '../../support/estates';
import { found, minimalWith } from './found';

describe('the rule that secrets in Git are encrypted to somebody', () => {
  test('a plant that Flux delivers without keys is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.delivery = 'flux';
    });
    expect(found('secret-recipients', estate)).toEqual([
      'error: plants.york.secrets: is missing: Flux reads secrets from Git, where they must be encrypted; make a key with age-keygen for the cluster and name it and your own: { clusterKey, ownerKeys }',
    ]);
  });

  test("a cluster's own key among those of the owners is refused", () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.delivery = 'flux';
      york.secrets = { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1], AGE_KEYS[0]] };
    });
    expect(found('secret-recipients', estate)).toEqual([
      `error: plants.york.secrets.ownerKeys: "age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa" is the cluster's own key: whoever takes a node would hold the owner's key; name a key whose private half never enters the cluster`,
    ]);
  });

  test('a plant that Pulumi delivers needs no keys', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.delivery = 'pulumi';
    });
    expect(found('secret-recipients', estate)).toEqual([]);
  });

  test('a plant with a key of its own and one of its owner is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.delivery = 'flux';
      york.secrets = { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] };
    });
    expect(found('secret-recipients', estate)).toEqual([]);
  });

  test('a plant whose delivery is misspelt is not asked for keys', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.delivery = 'pullumi';
    });
    expect(found('secret-recipients', estate)).toEqual([]);
  });

  test('a central cluster that Flux delivers without keys is refused too', () => {
    const estate = minimalWith(({ centrals: { centre } }) => {
      centre.cluster = { apiServer: { addresses: ['10.0.0.0/28'] } };
    });
    expect(found('secret-recipients', estate)).toContain(
      'error: centrals.centre.cluster.secrets: is missing: Flux reads secrets from Git, where they must be encrypted; make a key with age-keygen for the cluster and name it and your own: { clusterKey, ownerKeys }',
    );
  });
});
