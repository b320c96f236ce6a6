import { z } from 'zod';
import { backupStoreSchema } from './backup';
import { CENTRAL_COMPONENTS, type CentralComponentName, OPTIONAL_COMPONENTS } from './central-components';
import type { Contract } from './contract';
import { repositorySchema, type SecretRecipients, secretsSchema } from './delivery';
import { durationSchema } from './duration';
import { fluxSchema } from './flux';
import { gitSchema } from './git-mirror';
import { SUPPORTED_KUBERNETES } from './kubernetes';
import { nameSchema } from './name';
import { cidrSchema, portSchema } from './network';
import { imagesSchema, type Plant, storageClassSchema } from './plant';
import { scheduleSchema } from './schedule';
import type { SoftGateways } from './soft-gateways';
import { lineOfText } from './text';
import { webApplicationSchema } from './web-application';

const gibibytes = (what: string, preset: number) =>
  z
    .number()
    .int()
    .min(1, 'must be a whole number of GiB from 1 to 65536')
    .max(65_536, 'must be a whole number of GiB from 1 to 65536')
    .default(preset)
    .describe(`${what}, in GiB, 1–65536. Stated and not computed, because it cannot be changed in place`);

const kept = (what: string, preset: '5d' | '30d' | '3650d') =>
  durationSchema('1d', '36500d').default(preset).describe(`How long the historian keeps ${what}, 1d–36500d`);

/** The cluster of the centre: Factory+ (ACS 6.8.1), and the ingester that makes rows of what plants send. */
export const centralClusterSchema = z.strictObject({
  delivery: z.enum(['flux', 'pulumi']).default('flux').describe('Who applies the objects: Flux from a Git tree, or pulumi up'),
  kubernetes: z
    .strictObject({ version: z.enum(SUPPORTED_KUBERNETES).default('1.34').describe('Minor version of Kubernetes') })
    .prefault({})
    .describe('Kubernetes of the centre'),
  images: imagesSchema.prefault({}).describe('Where images come from'),
  storage: z
    .strictObject({
      class: storageClassSchema.default('standard').describe('StorageClass of the volumes'),
      brokerGiB: gibibytes("Size of the central broker's volume, which holds what waits for the ingester", 32),
      historianGiB: gibibytes("Size of the historian's volume", 256),
      identityGiB: gibibytes('Size of the volume of the Kerberos database', 2),
      databaseGiB: gibibytes("Size of PostgreSQL's volume: Directory, Auth, ConfigDB, identity provider", 10),
      gitGiB: gibibytes("Size of the Git server's volume", 8),
      filesGiB: gibibytes('Size of the volume of the service Files', 20),
      dashboardsGiB: gibibytes("Size of Grafana's volume", 2),
    })
    .prefault({})
    .describe('Where volumes live, and how large they are'),
  ingest: z
    .strictObject({
      bridges: durationSchema('1h', '30d')
        .default('72h')
        .describe(
          'How long the historian or its ingester may be away without loss, 1h–30d: the central broker keeps what plants send meanwhile',
        ),
    })
    .prefault({})
    .describe('How what plants send becomes rows'),
  historian: z
    .strictObject({
      keepsData: kept('production data', '3650d'),
      keepsFigures: kept('figures (OEE)', '3650d'),
      keepsLogs: kept('logs', '30d'),
    })
    .prefault({})
    .describe('The historian, InfluxDB'),
  apiServer: z
    .strictObject({
      addresses: z
        .array(cidrSchema)
        .min(1, 'must name at least one network: network policies know addresses, not names')
        .max(16)
        .describe('Networks of the nodes that run the API server of the central cluster'),
      port: portSchema.default(6443).describe('Port of the API server on those nodes, 1–65535'),
    })
    .describe('The API server of the central cluster: the Kerberos keys operator and the setup ask it'),
  clients: z
    .array(cidrSchema)
    .min(1)
    .max(64)
    .default(['0.0.0.0/0', '::/0'])
    .describe('Networks from which the routes of the centre are used: plants, and people with browsers. Default: all'),
  loadBalancer: z
    .strictObject({
      class: z
        .string()
        .regex(
          /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
          'must be a class such as metallb.io/metallb',
        )
        .optional()
        .describe('Which load balancer gives the routes their address: its `loadBalancerClass`. Default: that of the cluster'),
      annotations: z
        .record(
          z
            .string()
            .max(317)
            .regex(
              /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
              'must be the key of an annotation, such as metallb.io/loadBalancerIPs',
            ),
          lineOfText(1024),
        )
        .default({})
        .describe('What it is told, such as the address to give: annotations of the Service. Default: nothing'),
    })
    .prefault({})
    .describe('What gives the routes of the centre an address in `addresses`'),
  certificate: z
    .discriminatedUnion('by', [
      z
        .strictObject({ by: z.literal('millwright').describe('Who makes it') })
        .describe('An authority of its own, which `millwright secrets` makes'),
      z.strictObject({ by: z.literal('given').describe('Who makes it') }).describe('The Secret `factoryplus-tls` is made by its owner'),
      z
        .strictObject({
          by: z.literal('cert-manager').describe('Who makes it'),
          issuer: nameSchema.describe('Name of the issuer'),
          kind: z.enum(['ClusterIssuer', 'Issuer']).default('ClusterIssuer').describe('Its kind'),
        })
        .describe('cert-manager, which is in the cluster already'),
    ])
    .default({ by: 'millwright' })
    .describe('Who makes the certificate of the routes. Default: millwright'),
  administrators: z
    .array(
      z
        .string()
        .regex(/^[a-z][a-z0-9]{0,30}$/, 'must be at most 31 lower-case letters and digits, beginning with a letter')
        .refine(
          (name) => !/^(?:k|kadmin|kiprop|krbtgt|(?:op|sv|nd|br|opcua)1.*)$/.test(name),
          'must not be the first part of a principal of Kerberos itself, or of a program of Factory+',
        ),
    )
    .max(64)
    .refine((names) => new Set(names).size === names.length, 'must name each person once')
    .default([])
    .describe('People who administer principals of Kerberos, each as the principal NAME/admin, beside admin. Default: none'),
  git: gitSchema.prefault({}).describe('The Git server'),
  leavesOut: z
    .array(z.enum(OPTIONAL_COMPONENTS))
    .max(OPTIONAL_COMPONENTS.length)
    .default([])
    .describe('Components that it does without. Default: none'),
  backups: z
    .union(
      [
        z.strictObject({
          schedule: scheduleSchema.default('15 1 * * *').describe('When backups are made, as a cron line in UTC'),
          keepDays: z.number().int().min(1).max(3650).default(14).describe('Days that they are kept, 1–3650'),
          class: storageClassSchema.optional().describe('StorageClass of their volumes. Default: that of the other volumes'),
          gib: gibibytes('Size of the volume of backups of each of the KDC, PostgreSQL and the Git server', 16),
          historianGiB: gibibytes("Size of the volume of the historian's backups", 256),
          store: backupStoreSchema.optional().describe('S3-compatible store that gets an encrypted copy. Default: none does'),
        }),
        z.strictObject({
          off: z.literal(true).describe('Nothing is backed up'),
          reason: lineOfText().describe('Why nothing need be'),
        }),
      ],
      { error: 'must be backups, or { off: true, reason: … }' },
    )
    .prefault({})
    .describe('Backups of the KDC, PostgreSQL (ConfigDB, Auth, Directory), the Git server and the historian'),
  webApplication: webApplicationSchema.optional().describe('The web application of the owner. Default: there is none'),
  flux: fluxSchema.prefault({}).describe('Who installs Flux'),
  repository: repositorySchema.prefault({}).describe('Git repository of the rendered tree'),
  secrets: secretsSchema.optional().describe('Who may read the secrets in the Git tree; needed when Flux delivers'),
});
/** The cluster of the centre as the schema returned it. */
export type CentralClusterInput = z.output<typeof centralClusterSchema>;

/** A central cluster that Millwright renders, with every reference followed and every default applied. */
export interface CentralCluster extends Omit<CentralClusterInput, 'repository' | 'secrets'> {
  readonly name: string;
  /** What it promises to its plants. */
  readonly contract: Contract;
  readonly repository: CentralClusterInput['repository'] & { readonly url: string };
  readonly secrets?: SecretRecipients;
  /** The plants of the estate that name it, ordered by name. */
  readonly plants: readonly Plant[];
  /** The clusters of soft gateways of the estate that name it, ordered by name. */
  readonly softGateways: readonly SoftGateways[];
}

/** The components that a centre has, in the order of {@link CENTRAL_COMPONENTS}. */
export function componentsOf(central: Pick<CentralCluster, 'leavesOut' | 'backups' | 'webApplication'>): CentralComponentName[] {
  const optional: ReadonlySet<string> = new Set(central.leavesOut);
  return (Object.keys(CENTRAL_COMPONENTS) as CentralComponentName[]).filter(
    (name) =>
      !optional.has(name) &&
      !(name.endsWith('-backup') && 'off' in central.backups) &&
      !(name === 'backup-copy' && !('store' in central.backups && central.backups.store)) &&
      !(name.startsWith('web-application') && central.webApplication === undefined),
  );
}
