import { expectTypeOf } from 'expect-type';
import { checkEstate } from '../../../infra/estate/check';
import { defineCentral, defineEstate, definePlant, defineSoftGateways, machineType, nodeType } from '../../../infra/estate/define';
import { AGE_KEYS } from '../../support/estates';
import { INSTALLED } from '../../support/installed-ids';

const centre = defineCentral('centre', { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'] });
const box = nodeType('box', { cpuCores: 4, memoryMiB: 4096, storageGiB: 110 });
const press = machineType('press', { protocol: 's7', controller: 'S7-1500', points: { state: { address: 'DB10.DBW0', type: 'INT' } } });

const plant = (name: string, change: Partial<{ central: typeof centre; node: typeof box; machine: typeof press }> = {}) =>
  definePlant(name, {
    central: change.central ?? centre,
    delivery: 'flux',
    kubernetes: { controlPlane: ['a1'] },
    networks: { nodes: '10.20.1.0/24' },
    racks: { a: { a1: change.node ?? box, a2: (change.node ?? box).for('oven panel', { address: '10.20.1.2' }) } },
    machines: {
      'press-1': (change.machine ?? press).at('10.20.1.11', { runsOn: 'a2', differs: { port: 103 }, formerNames: ['old'] }),
      'press-2': (change.machine ?? press).at('10.20.1.12'),
    },
    secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
  });

describe('an estate in TypeScript', () => {
  test('becomes plain data in which things are named', () => {
    expect(defineEstate({ plants: [plant('york')] })).toEqual({
      centrals: { centre: { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'] } },
      nodeTypes: { box: { cpuCores: 4, memoryMiB: 4096, storageGiB: 110 } },
      machineTypes: { press: { protocol: 's7', controller: 'S7-1500', points: { state: { address: 'DB10.DBW0', type: 'INT' } } } },
      plants: {
        york: {
          central: 'centre',
          delivery: 'flux',
          kubernetes: { controlPlane: ['a1'] },
          networks: { nodes: '10.20.1.0/24' },
          racks: { a: { a1: { type: 'box' }, a2: { type: 'box', address: '10.20.1.2', specialised: 'oven panel' } } },
          machines: {
            'press-1': { type: 'press', address: '10.20.1.11', runsOn: 'a2', differs: { port: 103 }, formerNames: ['old'] },
            'press-2': { type: 'press', address: '10.20.1.12' },
          },
          secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
        },
      },
    });
  });

  test('passes the door', () => {
    const { problems, plants } = checkEstate(defineEstate({ plants: [plant('york')] }));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plants.map(({ name }) => name)).toEqual(['york']);
  });

  test('may use one thing in several plants', () => {
    const estate = defineEstate({ plants: [plant('york'), plant('hull')], centrals: [centre] });
    expect(Object.keys(estate.plants)).toEqual(['york', 'hull']);
    expect(Object.keys(estate.centrals)).toEqual(['centre']);
  });

  test('may have a central cluster without plants', () => {
    expect(Object.keys(defineEstate({ plants: [], centrals: [centre] }).centrals)).toEqual(['centre']);
  });

  test.each([
    ['plants', () => [plant('york'), plant('york')], 'two plants are named "york"; give one of them another name'],
    [
      'central clusters',
      () => [plant('york'), plant('hull', { central: defineCentral('centre', centre.spec) })],
      'two central clusters are named "centre"; give one of them another name',
    ],
    [
      'node types',
      () => [plant('york'), plant('hull', { node: nodeType('box', box.spec) })],
      'two node types are named "box"; give one of them another name',
    ],
    [
      'machine types',
      () => [plant('york'), plant('hull', { machine: machineType('press', press.settings) as typeof press })],
      'two machine types are named "press"; give one of them another name',
    ],
  ])('refuses two %s of one name', (_, plants, message) => {
    expect(() => defineEstate({ plants: plants() })).toThrow(new TypeError(message));
  });

  test('knows the names of its nodes', () => {
    const { at } = machineType('saw', { protocol: 's7', controller: 'S7-300', points: {} });
    expectTypeOf(at('10.20.1.20', { runsOn: 'a2' }).runsOn).toEqualTypeOf<'a2' | undefined>();
    expectTypeOf(at('10.20.1.20').runsOn).toEqualTypeOf<undefined>();
  });
});

describe('soft gateways in TypeScript', () => {
  const installed = defineCentral('centre', {
    organisation: 'Example',
    domain: 'factory.example.com',
    addresses: ['192.0.2.0/28'],
    installed: INSTALLED,
  });
  const weather = machineType('weather', {
    protocol: 'factoryplus',
    device: { protocol: 'modbus', points: { level: { address: 'holding 20', type: 'INT16' } } },
  });
  const office = (name: string) =>
    defineSoftGateways(name, {
      central: installed,
      kubernetes: { controlPlane: ['g1'] },
      networks: { nodes: '10.50.1.0/24' },
      racks: { g: { g1: box.at('10.50.1.1'), g2: box.for('laboratory') } },
      agents: { 'weather-1': weather.at('10.50.1.21', { runsOn: 'g2', differs: { device: { unitId: 7 } } }) },
      time: { servers: ['10.50.1.9'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
    });

  test('become plain data in which things are named, beside the plants', () => {
    const estate = defineEstate({ plants: [plant('york', { central: installed })], softGateways: [office('office')] });
    expect(estate.softGateways).toEqual({
      office: {
        central: 'centre',
        kubernetes: { controlPlane: ['g1'] },
        networks: { nodes: '10.50.1.0/24' },
        racks: { g: { g1: { type: 'box', address: '10.50.1.1' }, g2: { type: 'box', specialised: 'laboratory' } } },
        agents: { 'weather-1': { type: 'weather', address: '10.50.1.21', runsOn: 'g2', differs: { device: { unitId: 7 } } } },
        time: { servers: ['10.50.1.9'] },
        secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      },
    });
    expect(Object.keys(estate.machineTypes ?? {})).toEqual(['press', 'weather']);
    const { problems, softGateways } = checkEstate(estate);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(softGateways.map(({ name, machines }) => [name, machines.map((machine) => machine.runsOn)])).toEqual([['office', ['g2']]]);
  });

  test('need no plant, and an estate without them does not mention them', () => {
    expect(Object.keys(defineEstate({ plants: [], softGateways: [office('office')] }).centrals)).toEqual(['centre']);
    expect(defineEstate({ plants: [plant('york')] })).not.toHaveProperty('softGateways');
  });

  test('of one name are refused', () => {
    expect(() => defineEstate({ plants: [], softGateways: [office('office'), office('office')] })).toThrow(
      'two clusters of soft gateways are named "office"; give one of them another name',
    );
  });
});
