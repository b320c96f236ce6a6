import { z } from 'zod';

/** A volume that holds what must last. */
export const volumeSchema = z.strictObject({
  class: z
    .string()
    .max(63)
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'must be the name of a StorageClass')
    .optional()
    .describe('StorageClass of the volume. Default: the plant’s storage.class'),
  gib: z.number().int().min(1).max(16_384).default(20).describe('Size in GiB, 1–16384; it cannot be changed in place'),
  diesWithNode: z
    .boolean()
    .optional()
    .describe('Whether the volume lies on a disk of one node (local-path), or on a server that all nodes reach (NFS). Must be said'),
});
/** A volume that holds what must last, as the schema returned it. */
export type Volume = z.output<typeof volumeSchema>;
