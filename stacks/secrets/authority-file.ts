import { createPrivateKey, X509Certificate } from 'node:crypto';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { PlantAuthority } from './authority';
import { type AuthorityFacts, factsOf } from './succession';

/** Where a plant's authority lies, below the cluster's folder: outside of what Flux applies. */
export const AUTHORITY_PATH = 'authority/ca.yaml';

const API_VERSION = 'millwright/v1';
const KIND = 'PlantAuthority';

/** No kind of Kubernetes: a cluster that is handed the file refuses it. */
const headSchema = z.object({ apiVersion: z.literal(API_VERSION), kind: z.literal(KIND), metadata: z.object({ name: z.string() }) });

const memberSchema = z.object({ id: z.string(), notAfter: z.iso.datetime().transform((text) => new Date(text)) });
const factsSchema = headSchema.extend({
  trusted: z.object({ signing: memberSchema, next: memberSchema.optional(), former: z.array(memberSchema) }),
});

const valuesSchema = headSchema.extend({
  stringData: z.strictObject({
    'signing.crt': z.string(),
    'signing.key': z.string(),
    'next.crt': z.string().optional(),
    'next.key': z.string().optional(),
    'former.crt': z.string().optional(),
  }),
});

/** The authority's file before it is encrypted. `trusted` stays readable; `stringData` does not. */
export function authorityDocument(authority: PlantAuthority): object {
  const { plant, signing, next, former } = authority;
  const { signing: signs, next: follows, former: preceded } = factsOf(authority);
  const member = ({ id, notAfter }: AuthorityFacts['signing']) => ({ id, notAfter: notAfter.toISOString() });
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: plant },
    trusted: { signing: member(signs), ...(follows ? { next: member(follows) } : {}), former: preceded.map(member) },
    stringData: {
      'signing.crt': signing.certificate,
      'signing.key': signing.key,
      ...(next ? { 'next.crt': next.certificate, 'next.key': next.key } : {}),
      ...(former.length > 0 ? { 'former.crt': former.join('') } : {}),
    },
  };
}

/**
 * What an authority's file says without any key.
 *
 * @throws when it is not the file of this plant's authority
 */
export function readAuthorityFacts(plant: string, text: string): AuthorityFacts {
  const { metadata, trusted } = checked(factsSchema, text);
  assertOf(plant, metadata.name);
  const { signing, next, former } = trusted;
  return { signing, ...(next ? { next } : {}), former };
}

/**
 * The authority from its decrypted file.
 *
 * @throws when it is not the file of this plant's authority, or a key is not its certificate's; no value is in the message
 */
export function readAuthority(plant: string, text: string): PlantAuthority {
  const { metadata, stringData: values } = checked(valuesSchema, text);
  assertOf(plant, metadata.name);
  const keyed = (certificate: string, key: string) => {
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) throw new Error("a key is not its certificate's");
    return { certificate, key };
  };
  return {
    plant,
    signing: keyed(values['signing.crt'], values['signing.key']),
    ...(values['next.crt'] && values['next.key'] ? { next: keyed(values['next.crt'], values['next.key']) } : {}),
    former: values['former.crt']?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [],
  };
}

function checked<T>(schema: z.ZodType<T>, text: string): T {
  const { success, data } = schema.safeParse(loaded(text));
  if (!success) throw new Error(`it is not a ${KIND} of ${API_VERSION}`);
  return data;
}

function loaded(text: string): unknown {
  try {
    return load(text);
  } catch {
    // The parser's message would show the lines around.
    throw new Error('it is not YAML');
  }
}

function assertOf(plant: string, name: string): void {
  if (name !== plant) throw new Error(`it is the authority of ${name}, not of ${plant}`);
}
