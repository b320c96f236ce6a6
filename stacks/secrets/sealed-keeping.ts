import { z } from 'zod';
import { SMALLEST_SEALING_KEY, sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { SEALED_SECRET } from '../../infra/sealed-secrets/crd';
import { type Keeping, metadataSchema } from './encryption';
import { MANAGED_BY } from './fill';
import { SEALED_WITH } from './seal';
import { CLEAR, isClear, sopsKeeping } from './sops-keeping';

/** Annotations by which another name, or any name at all, opens a Secret. */
const WIDER_SCOPES = ['sealedsecrets.bitnami.com/cluster-wide', 'sealedsecrets.bitnami.com/namespace-wide'] as const;

const sealedSchema = z.object({
  apiVersion: z.literal(SEALED_SECRET.apiVersion),
  kind: z.literal(SEALED_SECRET.kind),
  metadata: metadataSchema,
  spec: z.object({
    encryptedData: z.record(z.string(), z.string()),
    template: z
      .object({
        type: z.string().default('Opaque'),
        data: z.record(z.string(), z.unknown()).nullish(),
        metadata: z
          .object({ annotations: z.record(z.string(), z.string()).default({}) })
          .nullish()
          .transform((metadata) => metadata ?? { annotations: {} }),
      })
      .prefault({}),
  }),
});

const RESEAL = 'run with --renew, or seal it again with the controller (docs/secrets.md)';

/**
 * Secrets sealed with a certificate of the cluster's controller of Sealed Secrets.
 *
 * @param sealedWith PEM certificates of the keys that the cluster has, newest first
 */
export function sealedKeeping(sealedWith: string): Keeping {
  const fingerprints = sealingCertificates(sealedWith).map(({ fingerprint }) => fingerprint);
  return {
    tool: 'kubeseal',
    see(document) {
      const parsed = sealedSchema.safeParse(document);
      if (!parsed.success) return { problem: `is not the YAML of one ${SEALED_SECRET.kind} with name and namespace` };
      const { metadata, spec } = parsed.data;
      const { encryptedData, template } = spec;
      const clear = Object.values(template.data ?? {}).some((value) => value !== null);
      if (clear || !Object.values(encryptedData).every(isSealed)) return { problem: 'has a value in clear' };
      // The controller reads the scope from both.
      const wide = WIDER_SCOPES.filter((scope) => [metadata, template.metadata].some(({ annotations }) => annotations[scope] === 'true'));
      if (wide.length > 0) return { problem: `opens under other names too (${wide.join(', ')}): seal it with scope strict` };
      const fingerprint = metadata.annotations[SEALED_WITH];
      const managed = Object.entries(MANAGED_BY).every(([label, value]) => metadata.labels[label] === value);
      if (managed && fingerprint === undefined) {
        return { problem: `does not say with which certificate it is sealed: bring back its annotation ${SEALED_WITH} from Git` };
      }
      return {
        ...metadata,
        type: template.type,
        keys: Object.keys(encryptedData),
        recipients: fingerprint === undefined ? [] : [fingerprint],
      };
    },
    otherRecipients([fingerprint]) {
      // Who sealed it by hand need not say with what.
      if (fingerprint === undefined || fingerprint === fingerprints[0]) return undefined;
      if (fingerprints.includes(fingerprint)) {
        return { reason: `is sealed with an older certificate that the estate names: ${RESEAL}`, opens: true };
      }
      return {
        reason: `is sealed with a certificate that the estate does not name, ${fingerprint.slice(0, 23)}…: ${RESEAL}`,
        opens: false,
      };
    },
    misplaced(document) {
      if (isClear(document)) return CLEAR;
      if ((document as { kind?: unknown } | undefined)?.kind !== 'Secret') return undefined;
      return 'is encrypted with sops, which Flux does not decrypt in this cluster, so that it applies no Secret at all: seal it, or remove it';
    },
    former: sopsKeeping([]),
  };
}

/** Whether a text has the form of a sealed value: a ciphertext of an RSA key that is large enough, and a tag after it. */
function isSealed(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < 2) return false;
  const wrapped = bytes.readUInt16BE();
  return wrapped >= SMALLEST_SEALING_KEY / 8 && bytes.length >= 2 + wrapped + 16;
}
