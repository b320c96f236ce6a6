import type { ConfigTable } from './config';

/** The protocol of machine types that an edge agent reads; each else has a gateway at the plant broker. */
export const EDGE_AGENT_PROTOCOL = 'factoryplus';

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

/**
 * What the agent itself uses, without drivers. ACS 6.8.1 keeps 100 thousandths of a core and 200 MiB for it, which is also its limit there;
 * here the limit leaves room for what the health check starts beside it.
 */
export const EDGE_AGENT_RESOURCES = { cpuMillis: [100, 500], memoryMiB: [200, 256] } as const;

/** What an edge agent uses together with its drivers. */
export function edgeAgentResources({ drivers }: Pick<EdgeAgent, 'drivers'>) {
  const sum = (kind: 'cpuMillis' | 'memoryMiB', index: 0 | 1) =>
    drivers.reduce((total: number, driver) => total + driver[kind][index], EDGE_AGENT_RESOURCES[kind][index]);
  const both = (kind: 'cpuMillis' | 'memoryMiB'): readonly [number, number] => [sum(kind, 0), sum(kind, 1)];
  return { cpuMillis: both('cpuMillis'), memoryMiB: both('memoryMiB') };
}

/**
 * What stands in an edge agent's configuration in place of a user name and of a password: the agent puts the content of the file of that name
 * there when it has fetched the configuration (acs-edge 6.8.1, lib/translator.ts). Each is one name of one agent's own Secret, so that all
 * agents may have the same two.
 */
export const AGENT_LOGIN = {
  username: '__FPSI__5c1f1c0e-6e4b-4d0a-9a0b-3f0f4a3d5f21',
  password: '__FPSI__d2a7e3b4-90c6-4a53-8a8c-1b6a0c7f9e42',
} as const;

/** Secret with what the machine of an edge agent asks for: its name as in ACS 6.8.1, and where the agent looks for it. */
export function agentSecretName(agentUuid: string): string {
  return `edge-agent-sensitive-information-${agentUuid}`;
}
