import type { ConfigTable } from './config';

/** A driver of an edge agent: a program that speaks a protocol which the agent itself does not, in a container beside it. */
export interface EdgeDriver {
  /** Name of its connection in the agent's configuration, and its user at the agent's own broker. */
  readonly name: string;
  /** Image with its version; a key of `IMAGES`' values, or the owner's own. */
  readonly image: string;
  /** Millicores: request, limit. */
  readonly cpuMillis: readonly [number, number];
  /** MiB: request, limit. */
  readonly memoryMiB: readonly [number, number];
}

/**
 * A Factory+ edge agent (ACS 6.8.1) as the gateway of a machine: a Sparkplug node that reads the machine and publishes to the central
 * broker by itself. It does not use the plant broker; docs/sparkplug.md says what that costs.
 */
export interface EdgeAgent {
  /** Ordered by name. */
  readonly drivers: readonly EdgeDriver[];
  /** What the ConfigDB has for it (application Edge Agent configuration): plain data, without anything secret. */
  readonly configuration: ConfigTable;
}
