import { App, Chart } from 'cdk8s';
import { SecretTypesPolicy } from '../../../constructs/kube/secret-types-policy';
import { checkEstate } from '../../../infra/estate/check';
import { centralManifests, plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { exampleCentral } from '../../support/centre';
import { edgeEstate } from '../../support/edge-estate';

// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
type Objects = any;

/** The policy of an account, as it is applied. */
function policyOf(types: ConstructorParameters<typeof SecretTypesPolicy>[2]['types']): Objects[] {
  const chart = new Chart(new App(), 'chart');
  new SecretTypesPolicy(chart, 'policy', {
    account: { namespace: 'zone', name: 'maker' },
    labels: { name: 'maker', component: 'test' },
    types,
  });
  return chart.toJson();
}

describe('a policy about types of Secrets', () => {
  test('is about one account, and refuses where it cannot be evaluated', () => {
    const [policy, binding] = policyOf({ only: ['Opaque'] });
    expect(policy.spec).toMatchObject({
      failurePolicy: 'Fail',
      matchConditions: [{ expression: 'request.userInfo.username == "system:serviceaccount:zone:maker"' }],
      validations: [{ expression: 'has(object.type) && object.type in ["Opaque"]' }],
    });
    expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ['Deny'] });
  });

  test('says the same in whatever order types are named', () => {
    expect(policyOf({ allBut: ['b', 'a'] })).toEqual(policyOf({ allBut: ['a', 'b'] }));
    expect(policyOf({ allBut: ['b', 'a'] })[0].spec.validations[0].expression).toBe('has(object.type) && !(object.type in ["a", "b"])');
  });
});

const { plants, softGateways } = checkEstate(
  edgeEstate((estate) => {
    estate.plants.rotherham.factoryPlus = { sealedSecrets: true };
    estate.softGateways.gateways.factoryPlus = { sealedSecrets: true };
  }),
);
const SETS: Record<string, ManifestSet> = {
  'a plant': plantManifests(plants[0] as NonNullable<(typeof plants)[0]>),
  'soft gateways': softGatewaysManifests(softGateways[0] as NonNullable<(typeof softGateways)[0]>),
  'a centre': centralManifests(exampleCentral()),
};

/** Accounts with a right to make Secrets, as `NAMESPACE:NAME`. */
function makersOf(set: ManifestSet): string[] {
  const objects: Objects[] = set.entries.map(({ object }) => object);
  const makes = ({ resources, verbs }: Objects) => resources.includes('secrets') && verbs.includes('create');
  const roles = objects.filter(({ kind, rules }) => /Role$/.test(kind) && rules.some(makes));
  const bindings = objects.filter(
    ({ kind, metadata, roleRef }) =>
      /RoleBinding$/.test(kind) &&
      roles.some(
        (role) => role.metadata.name === roleRef.name && role.kind === roleRef.kind && role.metadata.namespace === metadata.namespace,
      ),
  );
  const subjects: Objects[] = bindings.flatMap((binding) => binding.subjects);
  return [...new Set(subjects.map(({ namespace, name }) => `${namespace}:${name}`))].sort();
}

describe.each(Object.entries(SETS))('in %s', (is, set) => {
  const policies: Objects[] = set.entries.flatMap(({ object }) => (object.kind === 'ValidatingAdmissionPolicy' ? [object] : []));

  test('each account that may make Secrets is held to types of them, and no other', () => {
    const held = policies.map(
      ({ spec }) => /^request\.userInfo\.username == "system:serviceaccount:(.+)"$/.exec(spec.matchConditions[0].expression)?.[1],
    );
    expect(held.sort()).toEqual(makersOf(set));
    expect(makersOf(set).length).toBe(is === 'a centre' ? 3 : 2);
  });

  test('the policies stand before what they hold, and stay when they leave the tree', () => {
    const entries = set.entries.filter(({ object }) => /^ValidatingAdmissionPolicy/.test(object.kind));
    expect(entries.map(({ phase, protect }) => [phase, protect])).toEqual(policies.flatMap(() => Array(2).fill(['platform', true])));
  });
});
