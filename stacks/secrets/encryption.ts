import { z } from 'zod';

/** Lists of recipients that sops knows beside `age`; Millwright's trees use none of them. */
const OTHER_RECIPIENTS = ['kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'pgp', 'key_groups'] as const;

const metadataSchema = z.object({
  mac: z.string().startsWith('ENC['),
  age: z.array(z.object({ recipient: z.string(), enc: z.string() })).optional(),
});

/** To whom a file is encrypted: a sentence's end that says what is wrong, or the age public keys, ordered. */
export type Encryption = { readonly problem: string } | { readonly recipients: readonly string[] };

/**
 * Looks whether every value of a parsed file is encrypted, and to whom, without decrypting it.
 *
 * @param document what YAML made of the file
 */
export function encryptionOf(document: Readonly<Record<string, unknown>>): Encryption {
  const metadata = metadataSchema.safeParse(document.sops);
  if (!metadata.success) return { problem: 'is not encrypted' };
  const values = ['data', 'stringData'].flatMap((field) => leaves(document[field]));
  if (!values.every((value) => typeof value === 'string' && value.startsWith('ENC['))) return { problem: 'has a value in clear' };
  const others = OTHER_RECIPIENTS.filter((name) => leaves((document.sops as Record<string, unknown>)[name]).length > 0);
  if (others.length > 0) return { problem: `is encrypted to others than age keys: ${others.join(', ')}` };
  return { recipients: (metadata.data.age ?? []).map(({ recipient }) => recipient).sort() };
}

/** Whether a file is encrypted to just those, whatever the order. */
export function sameRecipients(found: readonly string[], wanted: readonly string[]): boolean {
  const key = (recipients: readonly string[]) => [...new Set(recipients)].sort().join();
  return key(found) === key(wanted);
}

function leaves(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];
}
