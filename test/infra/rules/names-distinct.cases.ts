import { found, minimalWith } from './found';

describe('the rule that no name stands for two things', () => {
  test('a plant with the name of a central cluster is refused', () => {
    const estate = minimalWith(({ centrals }) => {
      centrals.york = centrals.centre;
    });
    expect(found('names-distinct', estate)).toEqual([
      'error: plants.york: "york" is already the name of a central cluster; choose another name',
    ]);
  });

  test('two nodes of one name in two racks are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.b = { a1: { type: 'box' } };
    });
    expect(found('names-distinct', estate)).toEqual([
      'error: plants.york.racks.b.a1: "a1" is already the name of a node in rack a; choose another name',
    ]);
  });

  test('a host with the name of a node is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.hosts = { a1: { address: '10.20.1.7', purpose: 'Andon screen' } };
    });
    expect(found('names-distinct', estate)).toEqual([
      'error: plants.york.hosts.a1: "a1" is already the name of a node in rack a; choose another name',
    ]);
  });

  test('a former name that another machine has now is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-2'] = { type: 'press', address: '10.20.1.12', formerNames: ['press-1'] };
    });
    expect(found('names-distinct', estate)).toEqual([
      'error: plants.york.machines.press-2.formerNames[0]: "press-1" is already the name of a machine; choose another name',
    ]);
  });

  test('a former name that stands twice is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].formerNames = ['old', 'older', 'old'];
    });
    expect(found('names-distinct', estate)).toEqual([
      'error: plants.york.machines.press-1.formerNames[2]: "old" is already a former name of machine press-1; choose another name',
    ]);
  });

  test('a machine may have the name of a node, a rack, a host or a machine type', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.hosts = { pc: { address: '10.20.1.7', purpose: 'Andon screen' } };
      york.machines = {
        a1: york.machines['press-1'],
        a: { type: 'press', address: '10.20.1.12' },
        pc: { type: 'press', address: '10.20.1.13' },
        press: { type: 'press', address: '10.20.1.14' },
      };
    });
    expect(found('names-distinct', estate)).toEqual([]);
  });

  test('a machine may have had other names', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].formerNames = ['old', 'older'];
    });
    expect(found('names-distinct', estate)).toEqual([]);
  });
});
