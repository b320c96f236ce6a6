import { found, minimalWith } from './found';

describe('the rule that what stands in the plant has an address of the plant', () => {
  test('a node outside the network of the nodes is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.address = '10.20.2.1';
    });
    expect(found('addresses-in-networks', estate)).toEqual([
      'error: plants.york.racks.a.a1.address: "10.20.2.1" is not in the network of the nodes, 10.20.1.0/24; correct it, or widen plants.york.networks.nodes',
    ]);
  });

  test('without networks of machines a machine outside the network of the nodes is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].address = '10.20.2.1';
    });
    expect(found('addresses-in-networks', estate)).toEqual([
      'error: plants.york.machines.press-1.address: "10.20.2.1" is not in a network of machines (10.20.1.0/24); correct it, or add its network to plants.york.networks.machines',
    ]);
  });

  test('a machine outside every network of machines is refused, though it is in that of the nodes', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.machines = ['10.31.0.0/24', '10.30.0.0/24'];
    });
    expect(found('addresses-in-networks', estate)).toEqual([
      'error: plants.york.machines.press-1.address: "10.20.1.11" is not in a network of machines (10.30.0.0/24 and 10.31.0.0/24); correct it, or add its network to plants.york.networks.machines',
    ]);
  });

  test('an address of the other family is in no network', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].address = 'fd00::1';
    });
    expect(found('addresses-in-networks', estate)).toEqual([
      'error: plants.york.machines.press-1.address: "fd00::1" is not in a network of machines (10.20.1.0/24); correct it, or add its network to plants.york.networks.machines',
    ]);
  });

  test('the first and the last address of a network are in it', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.address = '10.20.1.0';
      york.machines['press-1'].address = '10.20.1.255';
    });
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });

  test('a node without an address is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      delete york.racks.a.a1.address;
    });
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });

  test('a machine in one of several networks is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.machines = ['10.30.0.0/24', '10.20.1.0/24'];
    });
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });

  test('while the network of the nodes is refused, nobody is told to be outside of it', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.nodes = '10.20.1.5/24';
      york.racks.a.a1.address = '10.20.2.1';
    });
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });

  test('while one network of machines is refused, no machine is told to be outside of it', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.machines = ['10.30.0.0/24', '10.20.1.0'];
    });
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });
});
