import { COMMAND_RECEIVER_RESOURCES } from '../../constructs/edge/command-receiver';
import { PUBLISHER_RESOURCES } from '../../constructs/edge/data-publisher';
import { LOG_COLLECTOR_RESOURCES } from '../../constructs/edge/log-collector';
import { gatewayResources } from '../../constructs/edge/machine-gateway';
import { OEE_CALCULATOR_RESOURCES } from '../../constructs/edge/oee-calculator';
import { BROKER_RESOURCES } from '../../constructs/edge/plant-broker';
import { MONITORING_RESOURCES } from '../../constructs/edge/plant-monitoring';
import { PORT_SCAN_RESOURCES } from '../../constructs/edge/port-scan';
import { SEALED_SECRETS_RESOURCES } from '../../constructs/edge/sealed-secrets';
import type { Resources } from '../../constructs/kube/pod';
import { edgeAgentResources } from '../../infra/model/edge-agent';
import type { EdgeCluster } from '../../infra/model/edge-cluster';
import { EDGE_ZONE } from '../../infra/model/edge-services';
import { readByPlantBroker } from '../../infra/model/machine';
import { receiversOf } from '../../infra/model/monitoring';
import type { Plant } from '../../infra/model/plant';
import { runsSealedSecrets } from '../../infra/model/sealed-secrets';
import type { Zone } from '../../infra/model/zone';
import { planBroker } from '../../infra/placement/broker';
import { planGateways } from '../../infra/placement/gateways';
import { factoryPlusOperatorWorkloads } from './factory-plus-charts';
import { jobDatabaseWorkloads } from './job-charts';

/** What runs in a zone: so many pods that use so much. */
export interface ZoneWorkload {
  readonly zone: Zone;
  readonly resources: Resources;
  readonly pods: number;
}

/** What runs in an edge cluster, whatever its kind: operators and edge agents of Factory+, and what opens sealed Secrets. */
export function factoryPlusWorkloads(cluster: EdgeCluster): ZoneWorkload[] {
  return [
    ...factoryPlusOperatorWorkloads(cluster),
    ...cluster.machines.flatMap(({ edgeAgent }): ZoneWorkload[] =>
      edgeAgent ? [{ zone: EDGE_ZONE, resources: edgeAgentResources(edgeAgent), pods: 1 }] : [],
    ),
    ...(runsSealedSecrets(cluster) ? [{ zone: 'sealed-secrets' as const, resources: SEALED_SECRETS_RESOURCES, pods: 1 }] : []),
  ];
}

/** Everything that runs in a plant's zones: what their quotas are summed from. */
export function plantWorkloads(plant: Plant): ZoneWorkload[] {
  return [
    ...factoryPlusWorkloads(plant),
    ...planGateways(plant)
      .filter(({ machines }) => machines.every(readByPlantBroker))
      .map((gateway): ZoneWorkload => ({ zone: 'machines', resources: gatewayResources(gateway), pods: 1 })),
    { zone: 'messaging', resources: BROKER_RESOURCES, pods: planBroker(plant).replicas },
    { zone: 'uplink', resources: PUBLISHER_RESOURCES, pods: 1 },
    ...(plant.jobs?.orchestrator
      ? [
          { zone: 'jobs' as const, resources: plant.jobs.orchestrator.resources, pods: 1 },
          { zone: 'uplink' as const, resources: COMMAND_RECEIVER_RESOURCES, pods: 1 },
        ]
      : []),
    ...plant.machines.flatMap(({ agent }): ZoneWorkload[] => (agent ? [{ zone: 'agents', resources: agent.resources, pods: 1 }] : [])),
    ...(plant.machines.some(({ oee }) => oee) ? [{ zone: 'processing' as const, resources: OEE_CALCULATOR_RESOURCES, pods: 1 }] : []),
    ...jobDatabaseWorkloads(plant),
    ...(receiversOf(plant.monitoring).length > 0
      ? Object.values(MONITORING_RESOURCES).map((resources): ZoneWorkload => ({ zone: 'monitoring', resources, pods: 1 }))
      : []),
    ...(plant.logs ? [{ zone: 'logs' as const, resources: LOG_COLLECTOR_RESOURCES, pods: plant.nodes.length }] : []),
    ...(plant.portScan ? [{ zone: 'debug' as const, resources: PORT_SCAN_RESOURCES, pods: 1 }] : []),
  ];
}
