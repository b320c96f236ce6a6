import { minimalEstate } from '../../support/estates';
import { found } from './found';

const withTaints = (taints: unknown[], more: (york: ReturnType<typeof minimalEstate>) => void = () => {}) => {
  const estate = minimalEstate();
  estate.plants.york.racks.a.a2 = { type: 'box', taints };
  estate.plants.york.machines['press-1'].runsOn = 'a2';
  more(estate.plants.york);
  return estate;
};

describe('pins-tolerated', () => {
  test.each(['NoSchedule', 'NoExecute'])('refuses a gateway on a node whose taint %s it does not tolerate', (effect) => {
    expect(found('pins-tolerated', withTaints([{ key: 'node-role.kubernetes.io/control-plane', effect }]))).toEqual([
      `error: plants.york.machines.press-1.runsOn: "a2" has the taint node-role.kubernetes.io/control-plane:${effect}, which the gateway does not tolerate: it would never start; name another node, or take the taint from a2; for a node that is kept for machines, state specialised instead`,
    ]);
  });

  test('refuses a port scan there too, and names all taints', () => {
    const taints = [
      { key: 'b', effect: 'NoSchedule' },
      { key: 'a', value: 'x', effect: 'NoExecute' },
    ];
    const estate = withTaints(taints, (york) => {
      delete york.machines['press-1'].runsOn;
      york.portScan = { reason: 'Inventory', targets: ['10.20.1.0/24'], runsOn: 'a2' };
    });
    expect(found('pins-tolerated', estate)).toEqual([
      expect.stringContaining(
        'plants.york.portScan.runsOn: "a2" has the taint a:NoExecute and b:NoSchedule, which the scan does not tolerate',
      ),
    ]);
  });

  test('says nothing of a taint that only discourages, and of a specialised node', () => {
    expect(found('pins-tolerated', withTaints([{ key: 'a', effect: 'PreferNoSchedule' }]))).toEqual([]);
    const specialised = withTaints([], (york) => {
      york.racks.a.a2 = { type: 'box', specialised: 'oven' };
    });
    expect(found('pins-tolerated', specialised)).toEqual([]);
  });
});
