import { addressesInNetworks } from './addresses-in-networks';
import { addressesUnique } from './addresses-unique';
import { agentPorts } from './agent-ports';
import { agentSecrets } from './agent-secrets';
import { agentsHaveOrchestrator } from './agents-have-orchestrator';
import { alertsReachSomebody } from './alerts-reach-somebody';
import { brokerReplicated } from './broker-replicated';
import { centralApiServerNarrow } from './central-api-server-narrow';
import { centralBackupsElsewhere } from './central-backups-elsewhere';
import { centralBrokerPace } from './central-broker-pace';
import { centralCertificateTrusted } from './central-certificate-trusted';
import { centralHostsDistinct } from './central-hosts-distinct';
import { centralInsecure } from './central-insecure';
import { centralRepositoryElsewhere } from './central-repository-elsewhere';
import { centralServes } from './central-serves';
import { centralStoreFits } from './central-store-fits';
import { centralWithoutAgents } from './central-without-agents';
import { ciliumKnowsNodes } from './cilium-knows-nodes';
import { clocksKept } from './clocks-kept';
import { configMapSize } from './config-map-size';
import { connectionsFit } from './connections-fit';
import { controlPlaneQuorum } from './control-plane-quorum';
import { edgeAgentConfigurationFits } from './edge-agent-configuration-fits';
import { edgeAgentsUnderFactoryPlus } from './edge-agents-under-factory-plus';
import { edgeArchitecture } from './edge-architecture';
import { edgeGroupsDistinct } from './edge-groups-distinct';
import { edgeIdsImported } from './edge-ids-imported';
import { erpReachesDatabase } from './erp-reaches-database';
import { fluxGitAddresses } from './flux-git-addresses';
import { gatewaysInRack } from './gateways-in-rack';
import { gatewaysNamed } from './gateways-named';
import { gatewaysShared } from './gateways-shared';
import { generalPurposeNodes } from './general-purpose-nodes';
import { jobBackupsOff } from './job-backups-off';
import { jobDatabaseDesign } from './job-database-design';
import { jobDatabaseFits } from './job-database-fits';
import { jobDatabasePrimary } from './job-database-primary';
import { jobStorageSaid } from './job-storage-said';
import { leaseEndsBeforeReplacement } from './lease-ends-before-replacement';
import { logBudget } from './log-budget';
import { namesDistinct } from './names-distinct';
import { namesReserved } from './names-reserved';
import { networksDisjoint } from './networks-disjoint';
import { nodePortNarrow } from './node-port-narrow';
import { orchestratorHasAgents } from './orchestrator-has-agents';
import { pinsTolerated } from './pins-tolerated';
import { policiesEnforced } from './policies-enforced';
import { portScanBounded } from './port-scan-bounded';
import { programFits } from './program-fits';
import { referencesExist } from './references-exist';
import { repositoryServed } from './repository-served';
import { reservationsFit } from './reservations-fit';
import type { Rule } from './rule';
import { sealingCertificatesFit } from './sealing-certificates';
import { secretRecipients } from './secret-recipients';
import { shiftsDistinct } from './shifts-distinct';
import { softGatewaysReadByAgents } from './soft-gateways-read-by-agents';
import { sparkplugNames } from './sparkplug-names';
import { storeFits } from './store-fits';
import { webApplicationCommands } from './web-application-commands';

/** Every rule, ordered by id. Those of a protocol stand in its slice. */
export const rules: readonly Rule[] = [
  addressesInNetworks,
  addressesUnique,
  agentPorts,
  agentSecrets,
  agentsHaveOrchestrator,
  alertsReachSomebody,
  brokerReplicated,
  centralApiServerNarrow,
  centralBackupsElsewhere,
  centralBrokerPace,
  centralCertificateTrusted,
  centralHostsDistinct,
  centralInsecure,
  centralRepositoryElsewhere,
  centralServes,
  centralStoreFits,
  centralWithoutAgents,
  ciliumKnowsNodes,
  clocksKept,
  configMapSize,
  connectionsFit,
  controlPlaneQuorum,
  edgeAgentConfigurationFits,
  edgeAgentsUnderFactoryPlus,
  edgeArchitecture,
  edgeGroupsDistinct,
  edgeIdsImported,
  erpReachesDatabase,
  fluxGitAddresses,
  gatewaysInRack,
  gatewaysNamed,
  gatewaysShared,
  generalPurposeNodes,
  jobBackupsOff,
  jobDatabaseDesign,
  jobDatabaseFits,
  jobDatabasePrimary,
  jobStorageSaid,
  leaseEndsBeforeReplacement,
  logBudget,
  namesDistinct,
  namesReserved,
  networksDisjoint,
  nodePortNarrow,
  orchestratorHasAgents,
  pinsTolerated,
  policiesEnforced,
  portScanBounded,
  programFits,
  referencesExist,
  repositoryServed,
  reservationsFit,
  sealingCertificatesFit,
  secretRecipients,
  shiftsDistinct,
  softGatewaysReadByAgents,
  sparkplugNames,
  storeFits,
  webApplicationCommands,
];
