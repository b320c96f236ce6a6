import { z } from 'zod';

/** A UUID as Factory+ writes it. */
const uuidSchema = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    'must be a UUID in lower case, such as millwright import-ids prints',
  );

/**
 * Ids that Factory+ made when it was installed, other ones in every installation: `millwright import-ids` reads them. As acs-service-setup
 * 6.8.1 keeps them (lib/local-uuids.js).
 */
export const installedIdsSchema = z.strictObject({
  charts: z
    .strictObject({
      cluster: uuidSchema.describe('Helm chart of an edge cluster'),
      edgeAgent: uuidSchema.describe('Helm chart of an Edge Agent'),
      modbusRest: uuidSchema.describe('Helm chart of modbus-rest'),
      mqtt: uuidSchema.describe('Helm chart of an MQTT broker'),
      opcuaServer: uuidSchema.describe('Helm chart of an OPC UA server'),
      unsBridge: uuidSchema.describe('Helm chart of a bridge of the unified namespace'),
    })
    .describe('Objects of the Helm charts for edge clusters'),
  repositories: z
    .strictObject({ helmCharts: uuidSchema.describe('Git repository of those charts, shared/helm') })
    .describe('Git repositories'),
  repositoryGroups: z
    .strictObject({
      cluster: uuidSchema.describe('Repositories of edge clusters, cluster/NAME'),
      shared: uuidSchema.describe('Repositories that all edge clusters may read, shared/NAME'),
    })
    .describe('Groups of Git repositories'),
  roles: z
    .strictObject({
      edgeAgent: uuidSchema.describe('Edge Agents (nd1/CLUSTER/NAME)'),
      edgeFlux: uuidSchema.describe('Flux of edge clusters (op1flux/CLUSTER)'),
      edgeKrbkeys: uuidSchema.describe('Kerberos keys operators of edge clusters (op1krbkeys/CLUSTER)'),
      edgeMonitor: uuidSchema.describe('Monitors of edge clusters (op1monitor/CLUSTER)'),
      edgeSync: uuidSchema.describe('edge-sync of edge clusters (op1sync/CLUSTER)'),
      opcuaServer: uuidSchema.describe('OPC UA servers'),
      unsBridge: uuidSchema.describe('Bridges of the unified namespace'),
    })
    .describe('Roles that accounts become members of'),
  accounts: z.strictObject({ metaDb: uuidSchema.describe('Account of the MetaDB') }).describe('Accounts'),
});
/** Ids that Factory+ made when it was installed. */
export type InstalledIds = z.output<typeof installedIdsSchema>;
