import { custom } from './custom/index';
import { factoryplus } from './factoryplus/index';
import { files } from './files/index';
import { modbus } from './modbus/index';
import { opcua } from './opcua/index';
import type { Protocol } from './protocol';
import { s7 } from './s7/index';
import { sql } from './sql/index';

/** Every machine protocol. A new one is a slice of its own and one entry here. */
export const protocols = [s7, modbus, custom, sql, files, opcua, factoryplus] as const;

/** How a machine type names its protocol. */
export type ProtocolId = (typeof protocols)[number]['id'];

/** The protocol that a machine type names; undefined when there is none of that name. */
export function protocolById(id: ProtocolId): Protocol;
export function protocolById(id: string): Protocol | undefined;
export function protocolById(id: string): Protocol | undefined {
  return protocols.find((protocol) => protocol.id === id);
}
