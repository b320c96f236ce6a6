import { z } from 'zod';
import { edgeSecretsSchema, repositorySchema } from './delivery';
import type { EdgeCluster } from './edge-cluster';
import { type EdgeFactoryPlus, edgeFactoryPlusSchema } from './edge-factory-plus';
import { fluxSchema } from './flux';
import { kubernetesSchema } from './kubernetes';
import { machineSchema } from './machine';
import { nameSchema } from './name';
import { nodeSchema } from './node';
import { accessSchema, imagesSchema, networksSchema } from './plant';
import { lineOfText } from './text';
import { timeSchema } from './time-service';

/**
 * A cluster of soft gateways: edge agents on central infrastructure, which read other systems and no machine of a shop floor. A cluster of
 * its own beside the central one, because no edge agent may run there (ACS documentation, seed 002). Its name is its key.
 */
export const softGatewaysSchema = z.strictObject({
  description: lineOfText().optional().describe('For people'),
  central: nameSchema.describe('Name of the central cluster that its agents publish to'),
  delivery: z.enum(['flux', 'pulumi']).default('flux').describe('Who applies the objects: Flux from a Git tree, or pulumi up'),
  kubernetes: kubernetesSchema.describe('Kubernetes of the cluster: its version, control plane and pod network'),
  networks: networksSchema.describe('Address plan of the cluster'),
  racks: z
    .record(nameSchema, z.record(nameSchema, nodeSchema))
    .describe('Racks, or other failure domains, by name, and in each its nodes by name'),
  agents: z
    .record(nameSchema, machineSchema)
    .describe('Edge agents by name: machine types of protocol factoryplus, at the systems that they read'),
  factoryPlus: edgeFactoryPlusSchema.prefault({}).describe('What it has of Factory+'),
  flux: fluxSchema.prefault({}).describe('Who installs Flux'),
  time: timeSchema.optional().describe('How the clocks of the nodes are kept'),
  images: imagesSchema.prefault({}).describe('Where images come from'),
  access: accessSchema.prefault({}).describe('Groups of people and what they may do'),
  repository: repositorySchema.prefault({}).describe('Git repository of the rendered tree'),
  secrets: edgeSecretsSchema.optional().describe('Who may read the secrets in the Git tree; needed when Flux delivers'),
});
/** A cluster of soft gateways as the schema returned it. */
export type SoftGatewaysInput = z.output<typeof softGatewaysSchema>;

/** A cluster of soft gateways with every reference followed: an edge cluster whose machines are all read by edge agents. */
export interface SoftGateways extends EdgeCluster {
  readonly factoryPlus: EdgeFactoryPlus;
}

/** Why no edge agent runs on a central cluster (ACS documentation on edge clusters, seed 002), as the end of a message. */
export const CENTRE_WITHOUT_AGENTS =
  'no edge agent runs on the central cluster: whoever holds a machine of a cluster holds all of it, and agents belong on clusters of their own';

/** Where an edge agent goes instead. */
export const AGENTS_ELSEWHERE =
  'describe a cluster of softGateways, or a machine without runsOn at a plant that states factoryPlus: its agent floats between the nodes';
