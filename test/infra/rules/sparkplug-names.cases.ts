import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

describe('the rule that no edge agent is the node of the edge monitor', () => {
  test('a machine of that name is told, at a plant and at soft gateways', () => {
    const estate = edgeEstate(({ plants: { rotherham }, softGateways: { gateways } }) => {
      rotherham.machines.monitor = { type: 'cell', address: '10.40.2.41' };
      gateways.agents.monitor = { type: 'utilities', address: '10.50.2.12' };
    });
    expect(found('sparkplug-names', estate)).toEqual([
      'error: plants.rotherham.machines.monitor: "monitor" is the Sparkplug node of the edge monitor of this cluster; choose another name',
      'error: softGateways.gateways.agents.monitor: "monitor" is the Sparkplug node of the edge monitor of this cluster; choose another name',
    ]);
  });

  test('a machine that is no Sparkplug node may have it', () => {
    const estate = edgeEstate(({ plants: { rotherham } }) => {
      rotherham.machines.monitor = { type: 'press', address: '10.40.2.41' };
    });
    expect(found('sparkplug-names', estate)).toEqual([]);
  });
});
