import type { Protocol } from './protocol';
import { s7 } from './s7/index';

/** Every machine protocol. A new one is a slice of its own and one entry here. */
export const protocols = [s7] as const;

/** How a machine type names its protocol. */
export type ProtocolId = (typeof protocols)[number]['id'];

/** The protocol that a machine type names; undefined when there is none of that name. */
export function protocolById(id: ProtocolId): Protocol;
export function protocolById(id: string): Protocol | undefined;
export function protocolById(id: string): Protocol | undefined {
  return protocols.find((protocol) => protocol.id === id);
}
