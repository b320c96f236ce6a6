import { z } from 'zod';

/**
 * The longest name of a thing in the model. Kubernetes allows 63 characters in a label and a Service name; 40 leaves room for the
 * suffixes that objects of one thing carry (`-client-tls`) and for the ordinal of a StatefulSet's pods.
 */
export const MAX_NAME_LENGTH = 40;

/** What a name must look like: a DNS label (RFC 1123) that begins with a letter, so that it is also a Service name (RFC 1035). */
export const NAME_PATTERN = /^[a-z](?:-?[a-z0-9])*$/;

/** What to say of a name that does not match {@link NAME_PATTERN}. */
export const NAME_RULE = `must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most ${MAX_NAME_LENGTH} characters`;

/**
 * A name of a plant, rack, node, machine, machine type, data point: it becomes the name of Kubernetes objects, an MQTT topic level
 * and a certificate's subject unchanged. There is no normalisation, so two names collide only when they are equal.
 */
export const nameSchema = z.string().max(MAX_NAME_LENGTH, NAME_RULE).regex(NAME_PATTERN, NAME_RULE);

/** True when `name` may name a thing in the model. */
export function isName(name: string): boolean {
  return nameSchema.safeParse(name).success;
}
