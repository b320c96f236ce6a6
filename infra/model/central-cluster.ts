import { z } from 'zod';
import type { Contract } from './contract';
import { repositorySchema, type SecretRecipients, secretsSchema } from './delivery';
import { durationSchema } from './duration';
import { SUPPORTED_KUBERNETES } from './kubernetes';
import { imagesSchema, type Plant, storageClassSchema } from './plant';

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

/**
 * The cluster of the centre, as far as Millwright renders it: the MQTT broker with its state on a volume, the historian, and the ingester
 * that makes rows of what plants send.
 */
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
}
