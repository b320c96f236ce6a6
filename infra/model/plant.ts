import { z } from 'zod';
import type { Contract } from './contract';
import { type EdgeSecrets, edgeSecretsSchema, type Repository, repositorySchema } from './delivery';
import { durationSchema } from './duration';
import { type EdgeFactoryPlus, edgeFactoryPlusSchema } from './edge-factory-plus';
import { type FluxSettings, fluxSchema } from './flux';
import { type ExternalHost, hostSchema } from './host';
import { type Jobs, jobsSchema } from './jobs';
import { type KubernetesSettings, kubernetesSchema } from './kubernetes';
import { type Logs, logsSchema } from './logs';
import { type Machine, machineSchema } from './machine';
import { type Monitoring, monitoringSchema } from './monitoring';
import { nameSchema } from './name';
import { cidrSchema } from './network';
import { type Node, nodeSchema } from './node';
import { type Calendar, calendarSchema } from './oee';
import { type PortScan, portScanSchema } from './port-scan';
import { lineOfText } from './text';
import { type TimeService, timeSchema } from './time-service';

/** Address plan of a plant. */
export const networksSchema = z.strictObject({
  nodes: cidrSchema.describe('Network of the nodes'),
  machines: z
    .array(cidrSchema)
    .min(1)
    .max(16)
    .optional()
    .describe("Networks of the machines' controllers. Default: the network of the nodes"),
  pods: cidrSchema.default('10.244.0.0/16').describe('Addresses of pods'),
  services: cidrSchema.default('10.96.0.0/12').describe('Addresses of Services'),
});

/** How long the plant keeps production data while the centre cannot be reached, and what happens after that. */
export const uplinkSchema = z.strictObject({
  bridges: durationSchema('1h', '30d').default('72h').describe('How long the link to the centre may be down without loss, 1h–30d'),
  whenFull: z
    .literal('block')
    .default('block')
    .describe('What happens when the store is full: the broker stops acknowledging, and gateways wait'),
});

/** Name of a StorageClass. */
export const storageClassSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'must be the name of a StorageClass');

/** Where volumes live. */
export const storageSchema = z.strictObject({
  class: storageClassSchema.default('local-path').describe('StorageClass of the volumes; one that binds on the first consumer'),
  brokerGiB: z
    .number()
    .int()
    .min(1, 'must be a whole number of GiB from 1 to 16384')
    .max(16_384, 'must be a whole number of GiB from 1 to 16384')
    .default(16)
    .describe(
      'Size of the volume of each server of the plant broker, in GiB, 1–16384. Stated and not computed, because it cannot be changed in place',
    ),
});

/** Where images come from. */
export const imagesSchema = z.strictObject({
  registry: z
    .string()
    .max(200)
    .regex(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{1,4})?(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/,
      'must be a registry host with an optional port and path, such as registry.example.com/mirror',
    )
    .optional()
    .describe('Registry that holds copies of all images; without it each image comes from its public registry'),
  login: z.boolean().default(false).describe('Whether the registry asks for credentials: then each namespace has an image pull secret'),
});

const groupSchema = lineOfText(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._@/-]*$/, 'must be a group name of letters, digits and : . _ @ / -')
  .refine((group) => !group.startsWith('system:'), "must not be one of Kubernetes' own groups: everybody could be in it");

/** Groups of people, as the API server's authentication names them. */
export const accessSchema = z.strictObject({
  operators: z.array(groupSchema).max(32).default([]).describe('May look, read logs and restart pods; no Secrets'),
  viewers: z.array(groupSchema).max(32).default([]).describe('May look and read logs; no Secrets'),
});

/** A plant as the estate states it. Its name is its key. */
export const plantSchema = z.strictObject({
  description: lineOfText().optional().describe('For people'),
  central: nameSchema.describe('Name of the central cluster that it publishes to'),
  delivery: z.enum(['flux', 'pulumi']).default('flux').describe('Who applies the objects: Flux from a Git tree, or pulumi up'),
  site: lineOfText(60).optional().describe('Site that owns the plant, for people; several plants may name one site'),
  kubernetes: kubernetesSchema.describe('Kubernetes of the plant: its version, control plane and pod network'),
  networks: networksSchema.describe('Address plan of the plant'),
  racks: z.record(nameSchema, z.record(nameSchema, nodeSchema)).describe('Racks by name, and in each its nodes by name'),
  machines: z.record(nameSchema, machineSchema).describe('Machines by name'),
  gateways: z
    .enum(['machine', 'node', 'rack'])
    .default('machine')
    .describe(
      'What has one gateway: each machine; each node, for the machines that state runsOn; or each rack, for those that state a rack. The rest have one each',
    ),
  hosts: z.record(nameSchema, hostSchema).default({}).describe('Computers of the plant that are not nodes'),
  jobs: jobsSchema.optional().describe('The job manager. Default: the plant has none'),
  calendar: calendarSchema.prefault({}).describe('Days and shifts, for the figures of machines'),
  uplink: uplinkSchema.prefault({}).describe('How long the plant keeps production data without the centre'),
  storage: storageSchema.prefault({}).describe('Where volumes live'),
  logs: logsSchema.optional().describe('Log collection to the centre. Default: there is none'),
  monitoring: monitoringSchema.optional().describe('Alerts, and who is paged. Default: nobody is'),
  portScan: portScanSchema.optional().describe('A port scan of parts of the network, once. Default: there is none'),
  time: timeSchema.optional().describe('How the clocks of the nodes are kept'),
  images: imagesSchema.prefault({}).describe('Where images come from'),
  access: accessSchema.prefault({}).describe('Groups of people and what they may do'),
  factoryPlus: edgeFactoryPlusSchema
    .optional()
    .describe('What the cluster runs of Factory+. Default: nothing; its logins at the centre are given, and no machine has an edge agent'),
  flux: fluxSchema.prefault({}).describe('Who installs Flux'),
  repository: repositorySchema.prefault({}).describe('Git repository of the rendered tree'),
  secrets: edgeSecretsSchema.optional().describe('Who may read the secrets in the Git tree; needed when Flux delivers'),
});
/** A plant as the schema returned it, defaults applied. */
export type PlantInput = z.output<typeof plantSchema>;

/** A plant with every reference followed and every default applied: plain data from which its cluster is rendered. */
export interface Plant {
  readonly name: string;
  readonly description?: string;
  readonly site?: string;
  readonly delivery: 'flux' | 'pulumi';
  readonly contract: Contract;
  readonly kubernetes: KubernetesSettings;
  readonly networks: { readonly nodes: string; readonly machines: readonly string[]; readonly pods: string; readonly services: string };
  /** Ordered by name. */
  readonly nodes: readonly Node[];
  /** Ordered by name. */
  readonly machines: readonly Machine[];
  /** Ordered by name. */
  readonly hosts: readonly ExternalHost[];
  /** The job manager, if the plant has one. */
  readonly jobs?: Jobs;
  /** Days and shifts. */
  readonly calendar: Calendar;
  readonly uplink: z.output<typeof uplinkSchema>;
  readonly storage: z.output<typeof storageSchema>;
  /** What has one gateway. */
  readonly gateways: 'machine' | 'node' | 'rack';
  readonly logs?: Logs;
  readonly monitoring?: Monitoring;
  readonly portScan?: PortScan;
  readonly time?: TimeService;
  readonly images: z.output<typeof imagesSchema>;
  readonly access: z.output<typeof accessSchema>;
  /** What the cluster runs of Factory+; absent when it runs nothing of it. */
  readonly factoryPlus?: EdgeFactoryPlus;
  readonly flux: FluxSettings;
  readonly repository: Repository & { readonly url: string };
  readonly secrets?: EdgeSecrets;
}
