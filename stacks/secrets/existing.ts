import { load } from 'js-yaml';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import type { Keeping, SeenSecret } from './encryption';
import { MANAGED_BY } from './fill';
import { type CertificateMarks, certificateMarks } from './marks';

/** What can be seen of an encrypted Secret without any key. */
export interface ExistingSecret {
  /** Whether Millwright made it, and may renew it. */
  readonly managed: boolean;
  /** For whom it is encrypted, ordered: age public keys, or the fingerprint of the certificate that sealed it. */
  readonly recipients: readonly string[];
  readonly certificate?: CertificateMarks;
}

/** What keeps a file from being the Secret that is required. */
export interface NotTheSecret {
  /** The end of a sentence about the file. */
  readonly problem: string;
  /** Whether it is that Secret, kept in the way of before: an owner can open it and carry its values over. @default - it is not */
  readonly former?: true;
}

/** Reads an encrypted file, or says what keeps it from being the Secret that is required: the end of a sentence about the file. */
export function readExisting(requirement: SecretRequirement, text: string, keeping: Keeping): ExistingSecret | NotTheSecret {
  const document = loaded(text);
  const seen = keeping.see(document);
  if ('problem' in seen) {
    const before = keeping.former?.see(document);
    if (!before || 'problem' in before || differs(requirement, before) !== undefined) return seen;
    return {
      problem: 'is kept as it was before the estate said that Secrets are sealed: run with --renew, which carries it over',
      former: true,
    };
  }
  const problem = differs(requirement, seen);
  if (problem !== undefined) return { problem };
  const certificate = certificateMarks(seen.annotations);
  const managed = Object.entries(MANAGED_BY).every(([label, value]) => seen.labels[label] === value);
  return { managed, recipients: seen.recipients, ...(certificate ? { certificate } : {}) };
}

/** How a Secret differs from the one that is required; undefined when it does not. */
function differs({ namespace, name, type, keys }: SecretRequirement, seen: SeenSecret): string | undefined {
  if (seen.name !== name || seen.namespace !== namespace) {
    return `holds the Secret ${seen.namespace}/${seen.name}, and its place is that of ${namespace}/${name}`;
  }
  if (seen.type !== type) return `is of type ${seen.type}, and ${type} is needed`;
  const missing = keys.filter((key) => !seen.keys.includes(key));
  return missing.length > 0 ? `lacks ${missing.join(', ')}` : undefined;
}

function loaded(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
