import { z } from 'zod';
import { type Keeping, metadataSchema } from './encryption';

/** Lists of recipients that sops knows beside `age`; Millwright's trees use none of them. */
const OTHER_RECIPIENTS = ['kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'pgp', 'key_groups'] as const;

const sopsSchema = z.object({
  mac: z.string().startsWith('ENC['),
  age: z.array(z.object({ recipient: z.string(), enc: z.string() })).optional(),
});

const values = z.record(z.string(), z.string()).optional();
const secretSchema = z.object({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata: metadataSchema,
  type: z.string().default('Opaque'),
  data: values,
  stringData: values,
});

const OTHER_KEYS = 'is not encrypted to just the keys that the estate names: run sops updatekeys on it';

/** To whom a file is encrypted: a sentence's end that says what is wrong, or the age public keys, ordered. */
export type Encryption = { readonly problem: string } | { readonly recipients: readonly string[] };

/**
 * Looks whether every value of a parsed file is encrypted, and to whom, without decrypting it.
 *
 * @param document what YAML made of the file
 */
export function encryptionOf(document: Readonly<Record<string, unknown>>): Encryption {
  const metadata = sopsSchema.safeParse(document.sops);
  if (!metadata.success) return { problem: 'is not encrypted' };
  const inside = ['data', 'stringData'].flatMap((field) => leaves(document[field]));
  if (!inside.every((value) => typeof value === 'string' && value.startsWith('ENC['))) return { problem: 'has a value in clear' };
  const others = OTHER_RECIPIENTS.filter((name) => leaves((document.sops as Record<string, unknown>)[name]).length > 0);
  if (others.length > 0) return { problem: `is encrypted to others than age keys: ${others.join(', ')}` };
  return { recipients: (metadata.data.age ?? []).map(({ recipient }) => recipient).sort() };
}

/** Whether a file is encrypted to just those, whatever the order. */
export function sameRecipients(found: readonly string[], wanted: readonly string[]): boolean {
  const key = (recipients: readonly string[]) => [...new Set(recipients)].sort().join();
  return key(found) === key(wanted);
}

/** Secrets encrypted with sops: Flux decrypts them with the cluster's age key. @param wanted age public keys that each should be encrypted to */
export function sopsKeeping(wanted: readonly string[]): Keeping {
  return {
    tool: 'sops',
    see(document) {
      const parsed = secretSchema.safeParse(document);
      if (!parsed.success) return { problem: 'is not the YAML of one v1 Secret with name and namespace' };
      const encryption = encryptionOf(document as Record<string, unknown>);
      if ('problem' in encryption) return encryption;
      const { metadata, type, data = {}, stringData = {} } = parsed.data;
      return { ...metadata, type, keys: Object.keys({ ...data, ...stringData }), recipients: encryption.recipients };
    },
    otherRecipients: (recipients) => (sameRecipients(recipients, wanted) ? undefined : { reason: OTHER_KEYS, opens: false }),
    misplaced: (document) => (isClear(document) ? CLEAR : undefined),
  };
}

/** What is told of a Secret that lies in clear. */
export const CLEAR = 'holds a Secret in clear: encrypt it, and change what it held';

/** Whether a parsed file is a Secret of which not every value is encrypted with sops. */
export function isClear(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const found = document as Record<string, unknown>;
  return found.kind === 'Secret' && 'problem' in encryptionOf(found);
}

function leaves(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];
}
