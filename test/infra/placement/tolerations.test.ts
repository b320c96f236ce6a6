import * as fc from 'fast-check';
import { SPECIALISED_TAINT, taintsOf } from '../../../infra/model/node';
import { NODE_FAILURE_SECONDS, tolerationsFor } from '../../../infra/placement/tolerations';
import { examplePlant, plantArbitrary } from '../../support/plants';

const node = (name: string) => {
  const found = examplePlant().nodes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no node ${name}`);
  return found;
};

const FAILURE = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: NODE_FAILURE_SECONDS },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: NODE_FAILURE_SECONDS },
];

describe('what a pod tolerates', () => {
  test.each([
    ['that names no node', undefined],
    ['that names a general-purpose node', 'a1'],
  ])('is a dead node for a while and nothing else, when it is one %s', (_, name) => {
    expect(tolerationsFor(name === undefined ? undefined : node(name))).toEqual(FAILURE);
  });

  test('is the taint of a specialised node as well, when it names that node', () => {
    expect(tolerationsFor(node('b2'))).toEqual([...FAILURE, { key: SPECIALISED_TAINT, operator: 'Exists' }]);
  });

  test('is every taint of the node that it names, and of no other node', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        for (const named of plant.nodes) {
          const keys = tolerationsFor(named).map(({ key }) => key);
          expect(named.taints.every(({ key }) => keys.includes(key))).toBe(true);
          expect(keys.includes(SPECIALISED_TAINT)).toBe(named.taints.length > 0);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test.each([
  [undefined, []],
  ['oven panel', [{ key: SPECIALISED_TAINT, value: 'oven-panel', effect: 'NoExecute' }]],
])('a node kept for %p registers with the taints %j', (specialised, taints) => {
  expect(taintsOf({ type: 'box', taints: [], ...(specialised === undefined ? {} : { specialised }) })).toEqual(taints);
});
