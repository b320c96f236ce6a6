import type { Construct } from 'constructs';
import { EdgeAgent } from '../../constructs/edge/edge-agent';
import { type EdgeCluster, type FactoryPlusCluster, isUnderFactoryPlus } from '../../infra/model/edge-cluster';
import { readByPlantBroker } from '../../infra/model/machine';
import { type Gateway, planGateways } from '../../infra/placement/gateways';
import { ComponentChart } from './component-chart';

/** The edge agent of one machine: a component of the name that its gateway would have. */
export class EdgeAgentChart extends ComponentChart {
  constructor(scope: Construct, cluster: FactoryPlusCluster, gateway: Gateway) {
    super(scope, `machine-${gateway.name}`, 'machines');
    new EdgeAgent(this, 'agent', { cluster, gateway });
  }
}

/** The edge agents of an edge cluster: of a plant those of the machines that it does not read through its broker. */
export function edgeAgentCharts(scope: Construct, cluster: EdgeCluster): ComponentChart[] {
  const gateways = planGateways(cluster).filter(({ machines }) => !machines.every(readByPlantBroker));
  const [first] = gateways;
  if (!first) return [];
  // The rule edge-agents-under-factory-plus says so at the door.
  if (!isUnderFactoryPlus(cluster)) throw new RangeError(`${cluster.name} is not under Factory+, and has the edge agent of ${first.name}`);
  return gateways.map((gateway) => new EdgeAgentChart(scope, cluster, gateway));
}
