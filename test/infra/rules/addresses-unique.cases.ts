import { found, minimalWith } from './found';

describe('the rule that no two things answer at one address', () => {
  test('two nodes with one address are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.address = '10.20.1.1';
      york.racks.a.a2 = { type: 'box', address: '10.20.1.1' };
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.racks.a.a2.address: "10.20.1.1" is already the address of node a1; give one of them another address',
    ]);
  });

  test('a host with the address of a node is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.address = '10.20.1.1';
      york.hosts = { pc: { address: '10.20.1.1', purpose: 'Andon screen' } };
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.hosts.pc.address: "10.20.1.1" is already the address of node a1; give one of them another address',
    ]);
  });

  test('a machine with the address of a host is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.hosts = { pc: { address: '10.20.1.11', purpose: 'Andon screen' } };
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.machines.press-1.address: "10.20.1.11" is already the address of host pc; give one of them another address',
    ]);
  });

  test('a machine with the address of a node is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.address = '10.20.1.11';
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.machines.press-1.address: "10.20.1.11" is already the address of node a1; give one of them another address',
    ]);
  });

  test('two machines at one address and port are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-2'] = { type: 'press', address: '10.20.1.11' };
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.machines.press-2.address: "10.20.1.11" port 102 of this address is already used by press-1; correct the address, or choose another port',
    ]);
  });

  test('a machine whose points are refused still holds its address', () => {
    const estate = minimalWith(({ machineTypes, plants: { york } }) => {
      machineTypes.press.points.state.address = 'nowhere';
      york.machines['press-2'] = { type: 'press', address: '10.20.1.11' };
    });
    expect(found('addresses-unique', estate)).toEqual([
      'error: plants.york.machines.press-2.address: "10.20.1.11" port 102 of this address is already used by press-1; correct the address, or choose another port',
    ]);
  });

  test('two machines at one address and two ports are in order: a gateway of another maker between them', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-2'] = { type: 'press', address: '10.20.1.11', differs: { port: 103 } };
    });
    expect(found('addresses-unique', estate)).toEqual([]);
  });

  test('two machines whose addresses are refused are not told to share one', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].address = 'here';
      york.machines['press-2'] = { type: 'press', address: 'there' };
    });
    expect(found('addresses-unique', estate)).toEqual([]);
  });
});
