import { checkEstate } from '../../../../infra/estate/check';
import type { ConfigTable } from '../../../../infra/model/config';
import { edgeEstate } from '../../../support/edge-estate';
import { told } from '../../rules/found';

/** The edge estate in which the machine type of `cell-1` has this device, and these settings beside it. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function estateWith(device: object, rest: object = {}, change: (estate: any) => void = () => {}): any {
  return edgeEstate((estate) => {
    estate.machineTypes.cell = { protocol: 'factoryplus', ...rest, device };
    change(estate);
  });
}

/** A metric as an edge agent's configuration says it. */
export interface Tag extends ConfigTable {
  readonly Name: string;
  readonly type: string;
  readonly address: string;
  readonly path: string;
}

/** The one connection of an edge agent. */
export interface Connection extends ConfigTable {
  readonly name: string;
  readonly connType: string;
  readonly pollInt: number;
  readonly payloadFormat: string;
  readonly devices: readonly [{ readonly deviceId: string; readonly templates: readonly []; readonly tags: readonly Tag[] }];
}

/** The machine `cell-1` of an estate without an error, and the one connection of its edge agent. */
export function agentOf(estate: unknown) {
  const { plants, problems } = checkEstate(estate);
  const machine = plants[0]?.machines.find(({ name }) => name === 'cell-1');
  if (!machine?.edgeAgent) throw new Error(problems.map(told).join('\n'));
  const { deviceConnections } = machine.edgeAgent.configuration as unknown as { deviceConnections: readonly [Connection] };
  expect(deviceConnections).toHaveLength(1);
  const [connection] = deviceConnections;
  return { machine, agent: machine.edgeAgent, connection, tags: connection.devices[0].tags };
}

let usual: readonly string[] | undefined;

/** The errors that a run tells of an estate, and its warnings but for those of the edge estate. */
export function toldOf(estate: unknown): string[] {
  usual ??= checkEstate(edgeEstate()).problems.map(told);
  const known = usual;
  return checkEstate(estate)
    .problems.map(told)
    .filter((line) => !known.includes(line));
}

/** Addresses and types of S7, as they are written. */
export const S7_DEVICE = (points: object, rest: object = {}) => ({ protocol: 's7', controller: 'S7-1500', ...rest, points });

/** A Modbus device with these points. */
export const MODBUS_DEVICE = (points: object, rest: object = {}) => ({ protocol: 'modbus', ...rest, points });

/** An OPC UA server without protection, with these points. */
export const OPCUA_DEVICE = (points: object, rest: object = {}) => ({
  protocol: 'opcua',
  security: { mode: 'None', reason: 'Test' },
  login: { as: 'anonymous', reason: 'Test' },
  ...rest,
  points,
});

/** A device behind a driver, with these points. */
export const DRIVER_DEVICE = (points: object, rest: object = {}) => ({
  protocol: 'driver',
  name: 'bacnet',
  image: 'ghcr.io/amrc-factoryplus/edge-bacnet:v6.8.1',
  ports: [{ port: 47808, protocol: 'UDP', purpose: 'BACnet/IP' }],
  payloadFormat: 'JSON',
  ...rest,
  points,
});
