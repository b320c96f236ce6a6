import Ajv from 'ajv';
import * as fc from 'fast-check';
import { FACTORY_PLUS_API } from '../../../constructs/imports/factory-plus';
import { checkEstate } from '../../../infra/estate/check';
import { CUSTOM_RESOURCES, type CustomSchema } from '../../../infra/factory-plus/crds';
import { SUPPORTED_KUBERNETES } from '../../../infra/model/kubernetes';
import { centralManifests, plantManifests } from '../../../stacks/manifest/build';
import { type KubeObject, objectText } from '../../../stacks/manifest/manifest-set';
import { estateArbitrary, exampleEstate } from '../../support/estates';
import { exampleSet, type Fields, objectNamed, plantsOf } from './rendered';
import { schemaValidator } from './schemas/validate';

const set = exampleSet();
const [central] = checkEstate(exampleEstate()).centralClusters;
if (!central) throw new Error('the example has no central cluster');
const centre = centralManifests(central);
const validators = SUPPORTED_KUBERNETES.map((version) => ({ version, refused: schemaValidator(version) }));

describe.each(validators)('the published types of Kubernetes $version', ({ refused }) => {
  const changed = (text: string, change: (object: Fields) => void): KubeObject => {
    const object = structuredClone(objectNamed(set, text));
    change(object);
    return object;
  };

  test('describe every object of the example', () => {
    const problems = [...set.entries, ...centre.entries]
      .filter(({ object }) => !isCustom(object))
      .flatMap(({ object }) => refused(object).map((problem) => `${objectText(object)} ${problem}`));
    expect(problems).toEqual([]);
  });

  test('refuse a misspelt field', () => {
    const typo = changed('Deployment machines/press-1', (object) => {
      object.spec.template.spec.containers[0].livenessprobe = {};
    });
    expect(refused(typo)).toEqual(['/spec/template/spec/containers/0 must NOT have additional properties: livenessprobe']);
  });

  test('refuse a wrong type, a missing field and a null', () => {
    const wrong = (change: (object: Fields) => void) => refused(changed('StatefulSet messaging/plant-broker', change));
    expect(wrong(({ spec }) => Object.assign(spec, { replicas: '3' }))).toEqual(['/spec/replicas must be integer']);
    expect(wrong(({ spec }) => delete spec.selector)).toEqual(["/spec must have required property 'selector'"]);
    expect(wrong(({ spec }) => Object.assign(spec, { serviceName: null }))).toEqual(['/spec/serviceName must be string']);
  });

  test('refuse a kind that does not exist', () => {
    const old = { ...objectNamed(set, 'PodDisruptionBudget messaging/plant-broker'), apiVersion: 'policy/v1beta1' };
    expect(refused(old)).toHaveLength(1);
  });
});

test('the definitions of Factory+ describe every custom resource of the example, and refuse a misspelt field', () => {
  const kinds = new Map(
    CUSTOM_RESOURCES.map(({ kind, spec }) => [
      kind,
      new Ajv({ strict: false, formats: { uuid: true, duration: true } }).compile(closed(spec)),
    ]),
  );
  const refused = ({ kind, spec }: KubeObject) => {
    const validate = kinds.get(kind);
    return !validate ? [`nothing describes ${kind}`] : validate(spec) ? [] : validate.errors?.map(({ message }) => message);
  };
  const objects = centre.entries.map(({ object }) => object).filter(({ apiVersion }) => apiVersion === FACTORY_PLUS_API);
  expect(objects.length).toBeGreaterThan(20);
  expect(objects.flatMap((object) => (refused(object) ?? []).map((problem) => `${objectText(object)} ${problem}`))).toEqual([]);
  const [first] = objects;
  expect(refused({ ...(first as KubeObject), spec: { ...(first?.spec as object), principle: 'x' } })).toEqual([
    'must NOT have additional properties',
  ]);
});

/** Whether an object is of a definition, or one: Kubernetes publishes no types of these, and test/cluster shows them to a real API server. */
function isCustom({ apiVersion }: KubeObject): boolean {
  return apiVersion === FACTORY_PLUS_API || apiVersion === 'apiextensions.k8s.io/v1';
}

/** A schema whose objects have no other fields than it says: the API server drops those in silence. */
function closed(schema: CustomSchema): object {
  const { properties, items, ...rest } = schema;
  return {
    ...rest,
    ...(items ? { items: closed(items) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, closed(inner)])),
          additionalProperties: false,
        }
      : {}),
  };
}

test('every version of Kubernetes that a plant may run describes the objects of any estate', () => {
  fc.assert(
    fc.property(estateArbitrary, (estate) => {
      for (const plant of plantsOf(estate)) {
        const entries = plantManifests(plant).entries.filter(({ object }) => !isCustom(object));
        expect(entries.length).toBeGreaterThan(10);
        for (const { refused } of validators) expect(entries.flatMap(({ object }) => refused(object))).toEqual([]);
      }
    }),
    { numRuns: 4, seed: 4 },
  );
});
