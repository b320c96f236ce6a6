import { z } from 'zod';
import { certificatesSchema } from './certificates';

/** An age recipient (public key): `age1` and 58 characters of Bech32. */
const recipientSchema = z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/, 'must be an age public key such as age1… with 62 characters');

/** Where Flux finds the rendered tree of a cluster. */
export const repositorySchema = z.strictObject({
  url: z
    .string()
    .max(512)
    .regex(
      /^(?:https:\/\/|ssh:\/\/(?:[A-Za-z0-9._-]+@)?)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?(?:\/[A-Za-z0-9._~-]+)+\/?$/,
      'must be an https or ssh address of a Git repository, without a password',
    )
    .optional()
    .describe('Address of the Git repository. Default: plants/NAME on the Git server of the central cluster'),
  branch: z
    .string()
    .regex(/^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?<![./])$/, 'must be the name of a Git branch')
    .default('main')
    .describe('Branch'),
  folder: z
    .string()
    .regex(/^\.(?:\/(?!\.)[A-Za-z0-9._-]+)*$/, 'must be a relative folder such as ./leeds')
    .default('.')
    .describe(
      "Folder of the repository that holds the cluster's tree; the repository's root by default, because a repository of its own keeps a stolen edge from reading other plants",
    ),
});
/** A Git repository as the schema returned it. */
export type Repository = z.output<typeof repositorySchema>;

const ownerKeysSchema = z.array(recipientSchema).min(1, 'must name at least one key, or a lost cluster key loses every secret').max(16);

/** Who may read the secrets in the cluster's Git tree. */
export const secretsSchema = z.strictObject({
  clusterKey: recipientSchema.describe('age public key of the cluster: its private half is the only key that Flux in this cluster has'),
  ownerKeys: ownerKeysSchema.describe('age public keys of the people who look after the secrets'),
});
/** Who may read the secrets, as the schema returned it. */
export type SecretRecipients = z.output<typeof secretsSchema>;

/** With which key the secrets in an edge cluster's Git tree are sealed: only the controller of Sealed Secrets there opens them. */
export const sealedSecretsSchema = z.strictObject({
  sealedWith: certificatesSchema.describe(
    'PEM certificates of the sealing keys that the cluster has, newest first: the first one seals, what the others sealed stays readable',
  ),
  ownerKeys: ownerKeysSchema.describe(
    "age public keys of the people who look after the secrets: they open the plant's certificate authority",
  ),
});
/** With which key secrets are sealed, as the schema returned it. */
export type SealedWith = z.output<typeof sealedSecretsSchema>;

/** How the secrets of an edge cluster lie in its Git tree: encrypted to age keys, or sealed. */
export const edgeSecretsSchema = z.union([secretsSchema, sealedSecretsSchema], {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && 'clusterKey' in input && 'sealedWith' in input
      ? 'must have clusterKey (encrypted to age keys) or sealedWith (sealed), and both are there'
      : undefined,
});
/** How the secrets of an edge cluster lie in its Git tree, as the schema returned it. */
export type EdgeSecrets = z.output<typeof edgeSecretsSchema>;

/** Whether secrets are sealed rather than encrypted to age keys. */
export function areSealed(secrets: EdgeSecrets | undefined): secrets is SealedWith {
  return secrets !== undefined && 'sealedWith' in secrets;
}
