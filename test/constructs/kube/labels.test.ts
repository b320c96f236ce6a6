import { objectLabels, selectorLabels } from '../../../constructs/kube/labels';

test('a selector holds the two labels that never change, and an object has them too', () => {
  const labels = { name: 'press-1', component: 'machine-gateway' };
  expect(Object.keys(selectorLabels(labels)).sort()).toEqual(['app.kubernetes.io/component', 'app.kubernetes.io/name']);
  expect(objectLabels(labels)).toMatchObject(selectorLabels(labels));
  expect(Object.keys(objectLabels(labels))).toHaveLength(4);
});
