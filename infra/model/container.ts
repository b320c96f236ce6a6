import { z } from 'zod';
import { nameSchema } from './name';
import { addressSchema, cidrSchema, portSchema } from './network';
import { isPlainText, lineOfText } from './text';

/**
 * An image of the plant's own, by full reference and pinned: a tag other than `latest`, or a digest. It is pulled from where it is
 * named, whatever `images.registry` says: that registry holds copies of public images.
 */
export const ownImageSchema = z
  .string()
  .max(255, 'must have at most 255 characters')
  .regex(
    /^(?=[^/]*[.:][^/]*\/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{1,4})?(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)+(?:@sha256:[0-9a-f]{64}|:(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/,
    'must be an image with its registry and a version or digest, such as registry.example.com/gateways/saw:1.4.0; latest is none',
  );

/** Names of environment variables that a container's own may not have: those that Millwright or the runtime sets. */
const RESERVED_VARIABLES = /^(?:MILLWRIGHT_.*|HOME|HOSTNAME|PATH|LD_.*|KUBERNETES_.*)$/;

/** Environment of a container of the plant's own. Values are kept as they are; `$(NAME)` is not expanded. */
export const environmentSchema = z
  .record(
    z
      .string()
      .max(100)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable: letters, digits and underscores')
      .refine(
        (name) => !RESERVED_VARIABLES.test(name),
        'must not be a variable that is set for it: MILLWRIGHT_…, HOME, HOSTNAME, PATH, LD_…, KUBERNETES_…',
      ),
    z
      .string()
      .max(4096, 'must have at most 4096 characters')
      .refine((text) => isPlainText(text), 'must be one line without control characters or invisible separators'),
  )
  .default({});

const request = (what: string, most: number, unit: string) =>
  z
    .tuple([z.number().int().min(1).max(most), z.number().int().min(1).max(most)])
    .refine(([kept, limit]) => kept <= limit, 'must have the request first, and a limit that is not below it')
    .describe(`${what}: what is kept for it and the most it may use, in ${unit}`);

/** What a container of the plant's own uses. */
export const resourcesSchema = z.strictObject({
  cpuMillis: request('Processor time', 64_000, 'thousandths of a core').default([50, 500]),
  memoryMiB: request('Memory', 65_536, 'MiB').default([64, 192]),
});

/** An address outside the cluster that a container must reach. */
export const reachSchema = z.strictObject({
  address: z.union([addressSchema, cidrSchema], 'must be an IP address, or a network in CIDR notation').describe('IP address or network'),
  port: portSchema.describe('Port, 1–65535'),
  protocol: z.enum(['TCP', 'UDP']).default('TCP').describe('Transport protocol'),
  purpose: lineOfText(80).describe('What runs over it, for people'),
});
/** An address outside the cluster that a container must reach, as the schema returned it. */
export type Reach = z.output<typeof reachSchema>;

/** A Secret that a container reads as files, given by its owner (`millwright secrets --given`). */
export const givenSecretSchema = z.strictObject({
  purpose: lineOfText(80).describe('What it opens, for people'),
});

/** How a container shows that it works. */
export const ownHealthSchema = z.strictObject({
  port: portSchema.min(1024, 'must be a port from 1024 to 65535: the container is not root').describe('Port that it listens on'),
  path: z
    .string()
    .max(200)
    .regex(/^\/[A-Za-z0-9._~/?=&-]*$/, 'must be a path such as /health')
    .optional()
    .describe('Path that answers 200 while it works. Default: it works while it accepts connections'),
});

/**
 * A container of the plant's own: an image and what it needs. It runs as any user but root, on a read-only root with a writable /tmp,
 * without capabilities and without a token. Spread into the schema of what it is for.
 */
export const ownContainer = {
  image: ownImageSchema.describe('Image with registry and version'),
  args: z.array(lineOfText(1000)).max(64).default([]).describe('Arguments of the image’s entry point'),
  env: environmentSchema.describe('Environment variables; never a password'),
  resources: resourcesSchema.prefault({}).describe('What it uses'),
  secrets: z
    .record(nameSchema, givenSecretSchema)
    .default({})
    .describe('User names and passwords that it reads as the files username and password in /run/secrets/NAME'),
  reaches: z.array(reachSchema).max(32).default([]).describe('What it connects to outside the cluster'),
  health: ownHealthSchema.describe('How it shows that it works'),
  scratchMiB: z.number().int().min(1).max(4096).default(16).describe('Size of its writable /tmp, in MiB, 1–4096'),
};

const containerSchema = z.strictObject(ownContainer);
/** A container of the plant's own, as the schema returned it. */
export type OwnContainer = z.output<typeof containerSchema>;
