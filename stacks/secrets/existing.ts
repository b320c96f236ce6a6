import { load } from 'js-yaml';
import { z } from 'zod';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { encryptionOf } from './encryption';
import { MANAGED_BY } from './fill';
import { type CertificateMarks, certificateMarks } from './marks';

/** What can be seen of an encrypted Secret without any key. */
export interface ExistingSecret {
  /** Whether Millwright made it, and may renew it. */
  readonly managed: boolean;
  /** age public keys to which it is encrypted, ordered. */
  readonly recipients: readonly string[];
  readonly certificate?: CertificateMarks;
}

const texts = z.record(z.string(), z.string());
const secretSchema = z.object({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: texts.optional(), annotations: texts.optional() }),
  type: z.string().optional(),
  data: texts.optional(),
  stringData: texts.optional(),
});

/** Reads an encrypted file, or says what keeps it from being the Secret that is required: the end of a sentence about the file. */
export function readExisting(requirement: SecretRequirement, text: string): ExistingSecret | { readonly problem: string } {
  const document = loaded(text);
  const parsed = secretSchema.safeParse(document);
  if (!parsed.success) return { problem: 'is not the YAML of one v1 Secret with name and namespace' };
  const encryption = encryptionOf(document as Record<string, unknown>);
  if ('problem' in encryption) return encryption;

  const { metadata, type = 'Opaque', data, stringData } = parsed.data;
  const { namespace, name, keys } = requirement;
  if (metadata.name !== name || metadata.namespace !== namespace) {
    return { problem: `holds the Secret ${metadata.namespace}/${metadata.name}, and its place is that of ${namespace}/${name}` };
  }
  if (type !== requirement.type) return { problem: `is of type ${type}, and ${requirement.type} is needed` };
  const missing = keys.filter((key) => data?.[key] === undefined && stringData?.[key] === undefined);
  if (missing.length > 0) return { problem: `lacks ${missing.join(', ')}` };

  const certificate = certificateMarks(metadata.annotations ?? {});
  const managed = Object.entries(MANAGED_BY).every(([label, value]) => metadata.labels?.[label] === value);
  return { managed, recipients: encryption.recipients, ...(certificate ? { certificate } : {}) };
}

function loaded(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
