import { z } from 'zod';
import { nameSchema } from './name';
import { cidrSchema, hostNameSchema, portSchema } from './network';
import { scheduleSchema } from './schedule';
import { lineOfText } from './text';
import { volumeSchema } from './volume';

/** An S3-compatible store that gets a copy of the backups. */
export const backupStoreSchema = z.strictObject({
  host: hostNameSchema.describe('Host name of the store, reached over HTTPS'),
  port: portSchema.default(443).describe('Port, 1–65535'),
  addresses: z
    .array(cidrSchema)
    .min(1, 'must name at least one network: network policies know addresses, not names')
    .max(16)
    .describe('Networks in which the store is reached'),
  bucket: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, 'must be a bucket name: 3 to 63 lower-case letters, digits and hyphens')
    .describe('Bucket; the backups of a plant lie in a folder of its name'),
  region: nameSchema.default('us-east-1').describe('Region that requests are signed for'),
  schedule: scheduleSchema.default('45 * * * *').describe('When what is new is copied, as a cron line in UTC'),
  keepDays: z.number().int().min(1).max(3650).default(90).describe('Days that copies are kept, 1–3650'),
});
/** An S3-compatible store, as the schema returned it. */
export type BackupStore = z.output<typeof backupStoreSchema>;

const backups = z.strictObject({
  schedule: scheduleSchema.default('15 2 * * *').describe('When a full dump is made, as a cron line in UTC'),
  keepDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(14)
    .describe('Days that dumps, and the binary logs after the oldest of them, are kept, 1–3650'),
  volume: volumeSchema.describe('Volume that holds the dumps and binary logs; not on the node of the database'),
  store: backupStoreSchema.optional().describe('S3-compatible store that gets an encrypted copy. Default: none does'),
});

const noBackups = z.strictObject({
  off: z.literal(true).describe('Nothing is backed up'),
  reason: lineOfText().describe('Why nothing need be'),
});

/** Backups of the job database: full dumps and the binary logs between them, or why there are none. */
export const backupsSchema = z.union([backups, noBackups], {
  error: 'must be backups with a volume, or { off: true, reason: … }',
});
/** Backups that are made. */
export type Backups = z.output<typeof backups>;
