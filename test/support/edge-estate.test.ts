import { checkEstate } from '../../infra/estate/check';
import { edgeEstate } from './edge-estate';

test('The estate has no error', () => {
  const { problems, plants, softGateways } = checkEstate(edgeEstate());
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(plants.map(({ name }) => name)).toEqual(['rotherham']);
  expect(softGateways.map(({ name }) => name)).toEqual(['gateways']);
});
