import type { CentralCluster } from '../infra/model/central-cluster';
import { isGeneralPurpose } from '../infra/model/node';
import type { Plant } from '../infra/model/plant';
import type { SoftGateways } from '../infra/model/soft-gateways';
import { planBroker } from '../infra/placement/broker';
import { planCentralBroker } from '../infra/placement/central-broker';
import { planJobDatabase, promiseLines } from '../infra/placement/job-database';
import { type NodeConduit, nodeConduits } from '../infra/placement/node-conduits';

/** What a plant is, in figures: for the summary of a run, and for `--json`. */
export interface PlantSummary {
  readonly plant: string;
  readonly delivery: 'flux' | 'pulumi';
  /** Machines by protocol. */
  readonly machines: Readonly<Record<string, number>>;
  readonly dataPoints: number;
  readonly racks: number;
  readonly nodes: number;
  readonly specialisedNodes: number;
  /** What the nodes themselves connect to, which no network policy sees. */
  readonly nodeConduits: readonly NodeConduit[];
  readonly broker: {
    readonly replicas: number;
    readonly volumeGiB: number;
    readonly neededGiB: number;
    readonly bytesPerSecond: number;
    readonly bridges: string;
  };
  /** What its job database is, and what it promises when something breaks: a line each. @default - it has none */
  readonly jobDatabase?: readonly string[];
}

/** Sums up a plant. */
export function summarise(plant: Plant): PlantSummary {
  const { replicas, volumeGiB, neededGiB, bytesPerSecond } = planBroker(plant);
  const machines: Record<string, number> = {};
  for (const { protocol } of plant.machines) machines[protocol] = (machines[protocol] ?? 0) + 1;
  return {
    plant: plant.name,
    delivery: plant.delivery,
    machines,
    dataPoints: plant.machines.reduce((sum, machine) => sum + machine.points.length, 0),
    racks: new Set(plant.nodes.map((node) => node.rack)).size,
    nodes: plant.nodes.length,
    specialisedNodes: plant.nodes.filter((node) => !isGeneralPurpose(node)).length,
    nodeConduits: nodeConduits(plant),
    broker: { replicas, volumeGiB, neededGiB, bytesPerSecond: Math.ceil(bytesPerSecond), bridges: plant.uplink.bridges },
    ...(plant.jobs ? { jobDatabase: promiseLines(planJobDatabase(plant, plant.jobs)) } : {}),
  };
}

/** What a central cluster is, in figures. */
export interface CentralSummary {
  readonly central: string;
  readonly delivery: 'flux' | 'pulumi';
  /** Plants of the estate that it serves. */
  readonly plants: number;
  readonly broker: {
    readonly volumeGiB: number;
    readonly neededGiB: number;
    readonly bytesPerSecond: number;
    readonly messagesPerSecond: number;
    /** How long the historian may be away. */
    readonly bridges: string;
  };
  readonly historian: { readonly volumeGiB: number; readonly keepsData: string };
}

/** What a cluster of soft gateways is, in figures. */
export interface SoftGatewaysSummary {
  readonly softGateways: string;
  readonly delivery: 'flux' | 'pulumi';
  readonly agents: number;
  readonly dataPoints: number;
  readonly nodes: number;
  /** What the nodes themselves connect to, which no network policy sees. */
  readonly nodeConduits: readonly NodeConduit[];
}

/** What a cluster is, in figures. */
export type ClusterSummary = PlantSummary | CentralSummary | SoftGatewaysSummary;

/** Sums up a cluster of soft gateways. */
export function summariseSoftGateways(cluster: SoftGateways): SoftGatewaysSummary {
  return {
    softGateways: cluster.name,
    delivery: cluster.delivery,
    agents: cluster.machines.length,
    dataPoints: cluster.machines.reduce((sum, machine) => sum + machine.points.length, 0),
    nodes: cluster.nodes.length,
    nodeConduits: nodeConduits(cluster),
  };
}

/** Sums up a central cluster. */
export function summariseCentral(central: CentralCluster): CentralSummary {
  const { volumeGiB, neededGiB, bytesPerSecond, messagesPerSecond } = planCentralBroker(central);
  return {
    central: central.name,
    delivery: central.delivery,
    plants: central.plants.length,
    broker: {
      volumeGiB,
      neededGiB,
      bytesPerSecond: Math.ceil(bytesPerSecond),
      messagesPerSecond: Math.ceil(messagesPerSecond),
      bridges: central.ingest.bridges,
    },
    historian: { volumeGiB: central.storage.historianGiB, keepsData: central.historian.keepsData },
  };
}

/** Name of the cluster that a summary is of. */
export function clusterName(summary: ClusterSummary): string {
  if ('plant' in summary) return summary.plant;
  return 'central' in summary ? summary.central : summary.softGateways;
}

/** A summary as lines for a person. */
export function summaryText(summary: ClusterSummary): string {
  if ('plant' in summary) return plantText(summary);
  return 'central' in summary ? centralText(summary) : softGatewaysText(summary);
}

function centralText({ central, plants, broker, historian }: CentralSummary): string {
  return [
    central,
    `  plants    ${plants}, which send at most ${broker.messagesPerSecond} messages/s, ${(broker.bytesPerSecond / 1024).toFixed(1)} KiB/s`,
    `  broker    ${broker.volumeGiB} GiB; ${broker.bridges} without the historian needs ${broker.neededGiB} GiB`,
    `  historian ${historian.volumeGiB} GiB; production data is kept for ${historian.keepsData}`,
  ].join('\n');
}

const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

function softGatewaysText({ softGateways, agents, dataPoints, nodes, nodeConduits: reached }: SoftGatewaysSummary): string {
  return [softGateways, `  agents    ${agents}, ${count(dataPoints, 'data point')}`, `  nodes     ${nodes}`, ...conduitLines(reached)].join(
    '\n',
  );
}

/** What each node reaches, a line each. */
function conduitLines(conduits: readonly NodeConduit[]): string[] {
  return conduits.map(
    ({ address, port, protocol, purpose }, index) =>
      `${index === 0 ? '  conduits  ' : '            '}of each node: ${address} ${protocol} ${port}, ${purpose}`,
  );
}

function plantText(summary: PlantSummary): string {
  const { broker } = summary;
  const protocols = Object.entries(summary.machines).map(([protocol, n]) => `${n} ${protocol}`);
  return [
    `${summary.plant}`,
    `  machines  ${Object.values(summary.machines).reduce((a, b) => a + b, 0)} (${protocols.join(', ') || 'none'}), ${count(summary.dataPoints, 'data point')}`,
    `  nodes     ${summary.nodes} in ${count(summary.racks, 'rack')}${summary.specialisedNodes > 0 ? `, ${summary.specialisedNodes} specialised` : ''}`,
    ...conduitLines(summary.nodeConduits),
    `  broker    ${count(broker.replicas, 'server')} with ${broker.volumeGiB} GiB${broker.replicas > 1 ? ' each' : ''}; ${broker.bridges} at ${(broker.bytesPerSecond / 1024).toFixed(1)} KiB/s needs ${broker.neededGiB} GiB`,
    ...(summary.jobDatabase ?? []).map((line, index) => (index === 0 ? `  jobs      ${line}` : `            ${line}`)),
  ].join('\n');
}
