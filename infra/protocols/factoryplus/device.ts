import type { DataPoint } from '../../model/data-point';
import type { PathStep, Problem } from '../../model/problem';
import type { AgentConnection } from '../agent-connection';
import { modbus } from '../modbus/index';
import { opcua } from '../opcua/index';
import type { AnyProtocol, MachineConduit, PathOf, ProtocolMachine } from '../protocol';
import { s7 } from '../s7/index';
import { type DriverMachine, driverCheck, driverConduits, driverConnection, driverPoints } from './driver';
import type { FactoryPlusMachine } from './settings';

/** The protocols that edge agents read without a driver of the owner's. */
const SLICES: Readonly<Record<'s7' | 'modbus' | 'opcua', AnyProtocol>> = { s7, modbus, opcua };

/** What an edge agent reads, whatever its protocol. */
export interface AgentDevice {
  readonly check: (pathOf: PathOf) => Problem[];
  readonly conduits: () => MachineConduit[];
  readonly points: () => DataPoint[];
  readonly connection: () => AgentConnection;
  /** What a user name and a password open. @default - it needs none */
  readonly login?: string;
  readonly slice?: { readonly protocol: AnyProtocol; readonly machine: ProtocolMachine<unknown> };
}

/** The device of a machine: its protocol's own slice, or its driver. Scan classes are those of the machine type. */
export function deviceOf({ name, address, settings: { device, scans } }: FactoryPlusMachine): AgentDevice {
  if (device.protocol === 'driver') {
    const machine: DriverMachine = { name, address, settings: { ...device, scans } };
    return {
      check: (pathOf) => driverCheck(machine, inDevice(pathOf)),
      conduits: () => driverConduits(machine),
      points: () => driverPoints(machine),
      connection: () => driverConnection(machine),
      ...(device.login === undefined ? {} : { login: device.login }),
    };
  }
  const protocol = SLICES[device.protocol];
  // A server's time to answer cannot be told to an agent; its slice wants one.
  const machine = { name, address, settings: { timeout: '5s', ...device, scans } };
  return {
    check: (pathOf) => {
      const path = inDevice(pathOf);
      // What stands twice is refused below, whatever its protocol says of it.
      const found = protocol.check(machine, path).filter(({ rule }) => !rule.endsWith('/duplicate'));
      const isBad = found.some(({ severity }) => severity === 'error');
      return isBad ? found : [...found, ...(protocol.agentCheck?.(machine, path) ?? [])];
    },
    conduits: () => protocol.conduits(machine),
    points: () => protocol.points(machine),
    connection: () => {
      if (!protocol.agentConnection) throw new RangeError(`no edge agent reads ${protocol.title}`);
      return protocol.agentConnection(machine);
    },
    ...(device.protocol === 'opcua' && device.login.as === 'user' ? { login: `OPC UA server of ${name}` } : {}),
    slice: { protocol, machine },
  };
}

/** Paths of a device's settings in the machine type; scan classes stand beside the device. */
function inDevice(pathOf: PathOf): PathOf {
  return (...steps: PathStep[]) => (steps[0] === 'scans' || steps[0] === 'connections' ? pathOf(...steps) : pathOf('device', ...steps));
}
