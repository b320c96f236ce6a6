import Ajv from 'ajv';
import * as fc from 'fast-check';
import { agentConfiguration } from '../../../../infra/factory-plus/content-edge-agent';
import { edgeAgent } from '../../../../infra/protocols/factoryplus/agent';
import { factoryplus } from '../../../../infra/protocols/factoryplus/index';
import { AGENT_CONFIGURATION_SCHEMA } from '../../../support/agent-configuration-schema';
import { machineTypeArbitrary } from '../../../support/machine-types';
import { decoded, deviceMemory, meant } from './agent-reads';
import { agentOf, type Connection, estateWith, MODBUS_DEVICE, OPCUA_DEVICE } from './machine';

type Configuration = Parameters<typeof agentConfiguration>[0]['configuration'];

const name = fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,9}$/);
const unit = fc.constantFrom(undefined, 'bar', '°C', '"', '$U', 'a=b\\c', '__FP');
const stated = <T extends object>(point: T) => Object.fromEntries(Object.entries(point).filter(([, value]) => value !== undefined));
const pointsOf = (point: fc.Arbitrary<object>) =>
  fc.dictionary(name, point.map(stated), { minKeys: 1, maxKeys: 12, noNullPrototype: true });

const s7Device = machineTypeArbitrary.map(({ controller, points }) => ({
  protocol: 's7',
  controller,
  points: Object.fromEntries(Object.entries(points).map(([point, { scan: _, ...rest }]) => [point, rest])),
}));

const bits = fc.record({
  address: fc.oneof(
    fc.tuple(fc.constantFrom('coil', 'discrete'), fc.nat({ max: 40 })).map(([kind, number]) => `${kind} ${number}`),
    fc
      .tuple(fc.constantFrom('input', 'holding'), fc.nat({ max: 40 }), fc.nat({ max: 15 }))
      .map(([kind, at, bit]) => `${kind} ${at}.${bit}`),
  ),
  type: fc.constant('BOOL'),
  byteOrder: fc.constantFrom(undefined, 'ABCD', 'DCBA'),
  unit,
});
const numbers = fc.record({
  address: fc.tuple(fc.constantFrom('input', 'holding'), fc.nat({ max: 40 })).map(([kind, number]) => `${kind} ${number}`),
  type: fc.constantFrom('INT16', 'UINT16', 'INT32', 'UINT32', 'INT64', 'UINT64', 'FLOAT32', 'FLOAT64'),
  byteOrder: fc.constantFrom(undefined, 'ABCD', 'DCBA'),
  unit,
});
const modbusDevice = fc
  .tuple(pointsOf(fc.oneof(bits, numbers)), fc.record({ requests: fc.constantFrom('grouped', 'single'), readThrough: fc.nat({ max: 20 }) }))
  .map(([points, rest]) => MODBUS_DEVICE(points, rest));

const opcuaDevice = pointsOf(
  fc.record({
    node: fc.oneof(
      fc.nat({ max: 4_000_000 }).map((id) => `ns=2;i=${id}`),
      fc
        .stringMatching(/^[A-Za-z".;= °]{1,20}$/)
        .filter((id) => id.trim() === id)
        .map((id) => `ns=3;s=${id}`),
      fc.uuid().map((id) => `ns=4;g=${id}`),
    ),
    type: fc.constantFrom('Boolean', 'SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Float', 'Double', 'String'),
    unit,
  }),
).map((points) => OPCUA_DEVICE(points));

const device = fc.oneof(s7Device, modbusDevice, opcuaDevice);
const validate = new Ajv().compile(AGENT_CONFIGURATION_SCHEMA);

/** A machine with a device, as the protocol sees it. */
const machineWith = (its: object) => ({
  name: 'cell-1',
  address: '10.40.2.21',
  settings: factoryplus.settings.parse({ protocol: 'factoryplus', device: its }),
});

/** Whether there is no error in a machine. */
const isGood = (machine: ReturnType<typeof machineWith>) =>
  factoryplus.check(machine, (...path) => path).every(({ severity }) => severity !== 'error');

/** The configuration of a machine's edge agent. */
const configurationOf = (machine: ReturnType<typeof machineWith>) => edgeAgent(machine).configuration as Configuration;

const connectionOf = (machine: ReturnType<typeof machineWith>) =>
  (configurationOf(machine) as unknown as { deviceConnections: [Connection] }).deviceConnections[0];

test('Every point of a machine without an error is one metric, at a place that no other has, and the agent takes the configuration', () => {
  let good = 0;
  fc.assert(
    fc.property(device, (its) => {
      const machine = machineWith(its);
      if (!isGood(machine)) return;
      good += 1;
      const [{ tags }] = connectionOf(machine).devices;
      expect(tags.map(({ Name }) => Name)).toEqual(factoryplus.points(machine).map((point) => point.name));
      expect(tags.map(({ Name }) => Name)).toEqual(Object.keys(its.points).sort());
      expect(new Set(tags.map(({ address, path = '' }) => JSON.stringify([address, path]))).size).toBe(tags.length);
      const configuration = configurationOf(machine);
      for (const taken of [configuration, agentConfiguration({ realm: 'R', cluster: 'york', name: 'cell-1', configuration })]) {
        expect(validate(taken) ? [] : validate.errors).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
  expect(good).toBeGreaterThan(10);
});

test('The configuration does not depend on the order in which points are stated', () => {
  fc.assert(
    fc.property(device, (its) => {
      const turned = { ...its, points: Object.fromEntries(Object.entries(its.points).reverse()) };
      expect(edgeAgent(machineWith(turned))).toEqual(edgeAgent(machineWith(its)));
    }),
    { numRuns: 30 },
  );
});

test('What the agent takes from the answers of a Modbus device is what the registers and bits of each point say', () => {
  let compared = 0;
  fc.assert(
    fc.property(modbusDevice, fc.uint8Array({ minLength: 512, maxLength: 512 }), (its, bytes) => {
      const machine = machineWith(its);
      if (!isGood(machine)) return;
      const memory = deviceMemory(bytes);
      for (const tag of connectionOf(machine).devices[0].tags) {
        compared += 1;
        expect([tag.Name, decoded(tag, memory)]).toEqual([
          tag.Name,
          meant((its.points as Readonly<Record<string, unknown>>)[tag.Name], memory),
        ]);
      }
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(30);
});

test('An address of a SIMATIC controller is one that nodes7 reads', () => {
  // src/addressParser/nodes7.js, 1.1.2: the form, and the types behind a data block and behind another area.
  const form =
    /^(?:DB[1-9][0-9]*,(?:(?:BYTE|CHAR|INT|DINT|WORD|DWORD|REAL)[0-9]+|X[0-9]+\.[0-7]|STRING[0-9]+\.[0-9]+)|[IQM](?:(?:B|C|I|DI|W|D|R)[0-9]+|[0-9]+\.[0-7]))$/;
  fc.assert(
    fc.property(s7Device, (its) => {
      const machine = machineWith(its);
      if (!isGood(machine)) return;
      for (const { address } of connectionOf(machine).devices[0].tags) expect(address).toMatch(form);
    }),
    { numRuns: 60 },
  );
});

test('The configuration of an edge agent', () => {
  const { agent } = agentOf(
    estateWith(
      MODBUS_DEVICE({
        energy: { address: 'holding 100', type: 'UINT32', unit: 'kWh' },
        running: { address: 'coil 7', type: 'BOOL' },
      }),
    ),
  );
  const configuration = agent.configuration as Configuration;
  expect(agentConfiguration({ realm: 'FACTORY.EXAMPLE.COM', cluster: 'rotherham', name: 'cell-1', configuration })).toMatchSnapshot();
});
