import { found, minimalWith } from './found';

describe('the rule that networks that must be told apart do not overlap', () => {
  test('pods in the network of the nodes are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.pods = '10.20.0.0/16';
    });
    expect(found('networks-disjoint', estate)).toEqual([
      'error: plants.york.networks.pods: "10.20.0.0/16" overlaps the network of the nodes, 10.20.1.0/24; choose a network that nothing else uses',
    ]);
  });

  test('pods and Services in one network are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.services = '10.244.128.0/17';
    });
    expect(found('networks-disjoint', estate)).toEqual([
      'error: plants.york.networks.pods: "10.244.0.0/16" overlaps the network of the Services, 10.244.128.0/17; choose a network that nothing else uses',
    ]);
  });

  test('a network of machines among the Services is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.machines = ['10.20.1.0/24', '10.100.0.0/24'];
    });
    expect(found('networks-disjoint', estate)).toEqual([
      'error: plants.york.networks.services: "10.96.0.0/12" overlaps a network of machines, 10.100.0.0/24; choose a network that nothing else uses',
    ]);
  });

  test('a host among the Services is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.hosts = { pc: { address: '10.97.0.1', purpose: 'Andon screen' } };
    });
    expect(found('networks-disjoint', estate)).toEqual([
      'error: plants.york.networks.services: "10.96.0.0/12" overlaps host pc, 10.97.0.1; choose a network that nothing else uses',
    ]);
  });

  test('a central cluster among the pods or the nodes is refused', () => {
    const estate = minimalWith(({ centrals }) => {
      centrals.centre.addresses = ['10.244.1.0/24', '10.20.1.128/25'];
    });
    expect(found('networks-disjoint', estate)).toEqual([
      'error: plants.york.networks.nodes: "10.20.1.0/24" overlaps the central cluster centre, 10.20.1.128/25; choose a network that nothing else uses',
      'error: plants.york.networks.pods: "10.244.0.0/16" overlaps the central cluster centre, 10.244.1.0/24; choose a network that nothing else uses',
    ]);
  });

  test('neighbouring networks are in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.pods = '10.20.0.0/24';
      york.networks.services = '10.20.2.0/24';
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
  });

  test('the machines may share the network of the nodes', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.machines = ['10.20.1.0/24'];
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
  });

  test('networks of two families never overlap', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.pods = 'fd00::/48';
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
  });

  test('while the network of the Services is refused, its default is not held against others', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.services = '10.9.0.1/16';
      york.networks.pods = '10.96.0.0/16';
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
  });

  test('while the addresses of the central cluster are refused, nothing overlaps them', () => {
    const estate = minimalWith(({ centrals }) => {
      centrals.centre.addresses = ['10.20.1.128/24'];
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
  });
});
