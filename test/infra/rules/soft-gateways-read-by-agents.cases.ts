import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

describe('the rule that soft gateways are read by edge agents', () => {
  test('an agent of a machine type that needs a plant broker is refused, with the reason', () => {
    const estate = edgeEstate(({ softGateways: { gateways } }) => {
      gateways.agents['utilities-1'].type = 'press';
    });
    expect(found('soft-gateways-read-by-agents', estate)).toEqual([
      'error: softGateways.gateways.agents.utilities-1.type: "press" is a machine type of protocol s7, whose gateway publishes to a plant broker, and a cluster of soft gateways has none; name a machine type of protocol factoryplus, or describe the machine at a plant',
    ]);
  });

  test('an agent of the protocol factoryplus is in order', () => {
    expect(found('soft-gateways-read-by-agents', edgeEstate())).toEqual([]);
  });
});
