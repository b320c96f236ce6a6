import { EDGE_ACCOUNT_CLASS, EDGE_AGENT_CLASS, EDGE_CLUSTER_CLASS, EDGE_CONNECTION_CLASS } from '../../infra/factory-plus/edge-ids';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS } from '../../infra/factory-plus/git-mirrors';
import { APPLICATION, CLASS, PERMISSION } from '../../infra/factory-plus/ids';
import { FACTORY_PLUS } from '../../infra/factory-plus/mqtt-permissions';
import { INSTALLED } from './installed-ids';

/** What the ConfigDB has when `service-setup` of ACS 6.8.1 has run to its end, as far as tests need it: object, class, rank. */
export const FACTORY_PLUS_OBJECTS: readonly (readonly [uuid: string, class_: string, rank: number])[] = [
  [CLASS.ofIndividuals, CLASS.ofIndividuals, 2],
  [CLASS.application, '705888ce-53fa-434d-afee-274b331d4642', 2],
  [CLASS.configEntry, CLASS.ofIndividuals, 1],
  [CLASS.device, CLASS.ofIndividuals, 1],
  [FACTORY_PLUS.clientRole, '705888ce-53fa-434d-afee-274b331d4642', 2],
  [FACTORY_PLUS.principal, CLASS.ofIndividuals, 1],
  [FACTORY_PLUS.mqttPermission, CLASS.ofIndividuals, 1],
  [GIT_REPOSITORY_CLASS, CLASS.ofIndividuals, 1],
  ...[EDGE_ACCOUNT_CLASS, EDGE_AGENT_CLASS, EDGE_CLUSTER_CLASS, EDGE_CONNECTION_CLASS].map((uuid): [string, string, number] => [
    uuid,
    CLASS.ofIndividuals,
    1,
  ]),
  ...Object.values(INSTALLED.roles).map((uuid): [string, string, number] => [uuid, '3ba1d68e-ccf5-11ef-82d9-ef32470538b1', 1]),
  ...Object.values(PERMISSION).map((uuid): [string, string, number] => [uuid, CLASS.ofIndividuals, 0]),
  [FACTORY_PLUS.wildcard, 'ddb132e4-5cdd-49c8-b9b1-2f35879eab6d', 0],
  ...[
    APPLICATION.registration,
    APPLICATION.info,
    APPLICATION.schema,
    APPLICATION.serviceConfig,
    APPLICATION.sparkplugAddress,
    APPLICATION.clusterStatus,
    APPLICATION.agentConfiguration,
    APPLICATION.connectionConfiguration,
    FACTORY_PLUS.mqttPermissionTemplate,
    GIT_REPOSITORY_APPLICATION,
  ].map((uuid): [string, string, number] => [uuid, CLASS.application, 1]),
];
