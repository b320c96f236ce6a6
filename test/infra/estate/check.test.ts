import { checkEstate } from '../../../infra/estate/check';
import { withChange } from '../../support/estates';
import { minimalWith, told, toldOf } from '../rules/found';

describe('the door, given an estate with many mistakes', () => {
  const estate = withChange(({ centrals, nodeTypes, machineTypes, plants: { leeds } }) => {
    centrals.sheffield.domain = 'Factory.example.com';
    nodeTypes.ipc127e.cpuCores = '4';
    machineTypes.press.points.state.adress = 'DB10.DBW0';
    machineTypes.lathe.points['spindle-speed'].address = 'DB1.DBW6';
    leeds.kubernetes.controlPlane = ['a1', 'A2', 'b9'];
    leeds.networks = { nodes: '10.20.1.5/24', pods: '10.96.0.0/16' };
    leeds.machines['press-1'] = { type: 'press', address: '10.20.1.011', runsOn: 'b7' };
    leeds.machines['press-3'].differs = { points: { 'gaurd-closed': null } };
    leeds.machines['press-4'].address = '10.20.1.12';
    leeds.machines['lathe-1'].type = 'milling-machine';
    leeds.uplink.bridges = 72;
    leeds.hosts['andon-pc'].services.teleservice.reaches[1].port = 0;
    leeds.secrets.ownerKeys = [leeds.secrets.clusterKey];
  });

  test('tells all of them in one run, each once, ordered by path', () => {
    expect(toldOf(estate)).toEqual([
      'error: centrals.sheffield.domain: "Factory.example.com" must be a lower-case DNS name with at least two labels, such as factory.example.com; write "factory.example.com"',
      'error: machineTypes.lathe.points.spindle-speed.address: "DB1.DBW6" names a word of two bytes, but REAL is a double word of four bytes; write DB1.DBD6, or one of the types that are a word of two bytes: WORD, UINT, INT',
      'error: machineTypes.press.points.state.adress: "DB10.DBW0" is not a setting that exists here; remove it: address is there already',
      'error: nodeTypes.ipc127e.cpuCores: "4" must be a number; write 4 without quotes',
      'error: plants.leeds.hosts.andon-pc.services.teleservice.reaches[1].port: 0 must be a port from 1 to 65535; correct it (TCP port, 1–65535)',
      'error: plants.leeds.kubernetes.controlPlane[1]: "A2" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; write "a2"',
      'error: plants.leeds.kubernetes.controlPlane[2]: "b9" is not a node of this plant; there are a1, a2, b1 and b2; name one that exists, or describe it',
      'error: plants.leeds.machines.lathe-1.type: "milling-machine" is not a machine type; there are furnace, lathe, measuring-station and press; name one that exists, or describe it',
      'error: plants.leeds.machines.press-1.address: "10.20.1.011" must be an IP address such as 10.20.1.11, without leading zeros; write "10.20.1.11"',
      'error: plants.leeds.machines.press-1.runsOn: "b7" is not a node of this plant; there are a1, a2, b1 and b2; name one that exists, or describe it',
      'error: plants.leeds.machines.press-3.differs.points.gaurd-closed: null leaves out a point that machine type press does not have; write guard-closed if you mean that, or remove it',
      'error: plants.leeds.machines.press-4.address: "10.20.1.12" port 102 of this address is already used by press-2; correct the address, or choose another port',
      'error: plants.leeds.networks.nodes: "10.20.1.5/24" must be a network with its length, such as 10.20.1.0/24, whose host bits are zero; write "10.20.1.0/24"',
      'error: plants.leeds.networks.pods: "10.96.0.0/16" overlaps the network of the Services, 10.96.0.0/12; choose a network that nothing else uses',
      'error: plants.leeds.secrets.ownerKeys: "age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa" is the cluster\'s own key: whoever takes a node would hold the owner\'s key; name a key whose private half never enters the cluster',
      'error: plants.leeds.uplink.bridges: 72 must be a whole number with a unit (ms, s, min, h, d), from 1h to 30d; correct it (How long the link to the centre may be down without loss, 1h–30d)',
    ]);
  });

  test('yields no plant, not even one that is in order', () => {
    estate.plants.york = withChange(() => {}).plants.leeds;
    expect(checkEstate(estate).plants).toEqual([]);
  });

  test('leaves the input as it was', () => {
    const before = structuredClone(estate);
    checkEstate(estate);
    expect(estate).toEqual(before);
  });
});

describe('a mistake in one part', () => {
  const missing = (path: string, about = '') => `error: ${path}: is missing; add it${about}`;

  test.each([
    [
      'a central cluster',
      'centrals',
      'centre',
      'centrals.centre: null must be a mapping; write its settings (organisation, domain, addresses) under it, or remove it',
    ],
    [
      'a node type',
      'nodeTypes',
      'box',
      'nodeTypes.box: null must be a mapping; write its settings (cpuCores, memoryMiB, storageGiB) under it, or remove it',
    ],
    [
      'a machine type',
      'machineTypes',
      'press',
      'machineTypes.press: null must be a mapping; write its settings (protocol and what belongs to it) under it, or remove it',
    ],
  ])('%s that is empty brings no other problem about', (_, kind, name, problem) => {
    const estate = minimalWith((whole) => {
      whole[kind][name] = null;
    });
    expect(toldOf(estate)).toEqual([`error: ${problem}`]);
  });

  test.each([
    ['central', missing('plants.york.central', ' (Name of the central cluster that it publishes to)')],
    ['kubernetes', missing('plants.york.kubernetes', ' (Kubernetes of the plant: its version, control plane and pod network)')],
    ['networks', missing('plants.york.networks', ' (Address plan of the plant)')],
    ['racks', missing('plants.york.racks', ' (Racks by name, and in each its nodes by name)')],
    ['machines', missing('plants.york.machines', ' (Machines by name)')],
  ])('a plant without %s is still checked in everything else', (setting, problem) => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.networks.pods = '10.96.0.0/16';
      york.delivery = 'flux';
      delete york[setting];
    });
    const others = [
      'error: plants.york.networks.pods: "10.96.0.0/16" overlaps the network of the Services, 10.96.0.0/12; choose a network that nothing else uses',
      expect.stringMatching(/^error: plants\.york\.secrets: is missing: /),
    ];
    expect(toldOf(estate)).toEqual(expect.arrayContaining([problem, ...(setting === 'networks' ? others.slice(1) : others)]));
    expect(toldOf(estate)).toHaveLength(setting === 'networks' ? 2 : 3);
  });

  test('scan classes that are refused do not make their points name classes that do not exist', () => {
    const estate = minimalWith(({ machineTypes: { press } }) => {
      press.scans = { hourly: '61min', daily: '1s' };
      press.points.state.scan = 'hourly';
      press.points.order = { address: 'DB10.DBB24', type: 'STRING[20]', scan: 'daily' };
    });
    expect(toldOf(estate)).toEqual([
      'error: machineTypes.press.scans.hourly: "61min" must be a whole number with a unit (ms, s, min, h, d), from 100ms to 1h; correct it',
    ]);
    estate.machineTypes.press.scans = 'hourly';
    expect(toldOf(estate)).toEqual([
      'error: machineTypes.press.scans: "hourly" must be a mapping; correct it (Scan classes: name and time between two readings, 100ms to 1h)',
    ]);
  });

  test('two missing settings of one point leave the other points as they are', () => {
    const estate = minimalWith(({ machineTypes: { press } }) => {
      press.points.empty = {};
      press.points.wrong = { address: 'DB10.DBX4', type: 'BOOL' };
    });
    expect(toldOf(estate)).toEqual([
      expect.stringMatching(/^error: machineTypes\.press\.points\.empty\.address: is missing; add it/),
      expect.stringMatching(/^error: machineTypes\.press\.points\.empty\.type: is missing; add it/),
      'error: machineTypes.press.points.wrong.address: "DB10.DBX4" names a bit without its number; write DB10.DBX4.0 with the bit you mean, 0 to 7',
    ]);
  });

  test('one object that an alias repeats is refused in each place, and cut out of none by the other', () => {
    const shared = { type: 'press', adress: '10.20.1.11', address: '10.20.1.11' };
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines = { 'press-1': shared, 'press-2': shared };
    });
    expect(toldOf(estate)).toEqual([
      'error: plants.york.machines.press-1.adress: "10.20.1.11" is not a setting that exists here; remove it: address is there already',
      'error: plants.york.machines.press-2.address: "10.20.1.11" port 102 of this address is already used by press-1; correct the address, or choose another port',
      'error: plants.york.machines.press-2.adress: "10.20.1.11" is not a setting that exists here; remove it: address is there already',
    ]);
  });
});

describe('a machine type', () => {
  test('is checked though no machine is of it', () => {
    const estate = minimalWith(({ machineTypes }) => {
      machineTypes.saw = { protocol: 's7', controller: 'S7-1500', points: { state: { address: 'DB10.DBW0', type: 'BOOL' } } };
    });
    expect(toldOf(estate)).toEqual([expect.stringMatching(/^error: machineTypes\.saw\.points\.state\.address: "DB10\.DBW0" names a word/)]);
  });

  test('tells a mistake once, however many machines are of it', () => {
    const estate = minimalWith(({ machineTypes, plants: { york } }) => {
      machineTypes.press.points.state.scan = 'fats';
      york.machines['press-2'] = { type: 'press', address: '10.20.1.12', differs: { timeout: '10s' } };
    });
    expect(toldOf(estate)).toEqual([
      'error: machineTypes.press.points.state.scan: "fats" is not a scan class of this machine type; it has fast, normal, slow; write one of them, or add the scan class under scans',
    ]);
  });

  test('is not blamed for what differs at one machine', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].differs = { scans: { fast: '1s' } };
    });
    expect(toldOf(estate)).toEqual([
      'error: plants.york.machines.press-1.differs.points.state.scan: "normal" is not a scan class of this machine type; it has fast; write one of them, or add the scan class under scans',
    ]);
  });
});

test('what stands under a misspelt key is checked as if the key were right', () => {
  const estate = withChange(({ machineTypes: { press }, plants: { leeds } }) => {
    press.controler = press.controller;
    delete press.controller;
    press.points.state.address = 'DB10.DBD0';
    leeds.machines['press-1'].adress = '10.99.0.1';
    delete leeds.machines['press-1'].address;
  });
  expect(toldOf(estate).filter((line) => line.startsWith('error'))).toEqual([
    'error: machineTypes.press.controler: "S7-1500" is not a setting that exists here; write controller if you mean that, or remove it',
    expect.stringContaining(
      'error: machineTypes.press.points.state.address: "DB10.DBD0" names a double word of four bytes, but INT is a word',
    ),
    expect.stringContaining('error: plants.leeds.machines.press-1.address: "10.99.0.1" is not in a network of machines'),
    'error: plants.leeds.machines.press-1.adress: "10.99.0.1" is not a setting that exists here; write address if you mean that, or remove it',
  ]);
});

test('problems of a run have a severity, and only errors keep the plants back', () => {
  const { problems, plants } = checkEstate(minimalWith(() => {}));
  expect(problems.map(told).every((line) => line.startsWith('warning: '))).toBe(true);
  expect(plants.map((plant) => plant.name)).toEqual(['york']);
});
