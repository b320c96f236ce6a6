/**
 * The constructs of a plant and of the centre, for charts of one's own: `import { MachineGateway } from 'millwright/constructs'`.
 *
 * @packageDocumentation
 */
export { CentralNamespace } from '../constructs/central/central-namespace';
export { Historian, type HistorianProps } from '../constructs/central/historian';
export { MqttBroker } from '../constructs/central/mqtt-broker';
export { PlantDataIngester, type PlantDataIngesterProps } from '../constructs/central/plant-data-ingester';
export { AccessRoles } from '../constructs/edge/access-roles';
export { CommandReceiver, type CommandReceiverProps } from '../constructs/edge/command-receiver';
export { DataPublisher, type DataPublisherProps } from '../constructs/edge/data-publisher';
export { JobAgent, type JobAgentProps } from '../constructs/edge/job-agent';
export { JobOrchestrator, type JobOrchestratorProps } from '../constructs/edge/job-orchestrator';
export { MachineGateway, type MachineGatewayProps } from '../constructs/edge/machine-gateway';
export { PlantBroker, type PlantBrokerProps } from '../constructs/edge/plant-broker';
export { PRIORITY_TIERS, type PriorityTier, PriorityTiers } from '../constructs/edge/priority-tiers';
export { Zone, type ZoneProps } from '../constructs/edge/zone';
export { type Conduit, type Peer, WorkloadPolicy, type WorkloadPolicyProps } from '../constructs/kube/network-policy';
export { type HardenedPodProps, hardenedPod, type Mount, type Resources } from '../constructs/kube/pod';
export { type RequiredSecret, requiredSecrets, requireSecret } from '../constructs/kube/requirements';
