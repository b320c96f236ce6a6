import { z } from 'zod';
import { backupsSchema } from './backup';
import { cidrSchema } from './network';
import { lineOfText } from './text';
import { volumeSchema } from './volume';

/** A port of the nodes that leads to the database: for an ERP outside the cluster, and nobody else. */
export const nodePortSchema = z.strictObject({
  port: z
    .number()
    .int()
    .min(30_000, 'must be a port from 30000 to 32767: the API server gives no others')
    .max(32_767, 'must be a port from 30000 to 32767: the API server gives no others')
    .default(30_006)
    .describe('Port of the node that runs the database, 30000–32767'),
  reason: lineOfText().describe('Why something outside the cluster must reach the database'),
  networks: z
    .array(cidrSchema)
    .min(1, 'must name at least one network that may connect')
    .max(16)
    .describe('Networks that may connect; the network policy closes it to all others'),
});

/** The SQL database of production tasks. */
export const jobDatabaseSchema = z.strictObject({
  engine: z.enum(['mysql', 'mariadb']).default('mysql').describe('Database server'),
  memoryMiB: z
    .number()
    .int()
    .min(512)
    .max(65_536)
    .default(768)
    .describe('Memory that it may use, in MiB, 512–65536; its buffers are sized from it'),
  connections: z.number().int().min(16).max(1000).default(64).describe('Connections at one time, 16–1000'),
  volume: volumeSchema.describe('Volume that holds the data'),
  logDays: z.number().int().min(1).max(30).default(3).describe('Days that the server keeps its binary logs, 1–30'),
  backups: backupsSchema.describe('Full dumps and binary logs elsewhere, or why there are none'),
  primary: z
    .union([z.literal(0), z.literal(1)], 'must be 0 or 1: the number of the server that takes writes')
    .default(0)
    .describe('Where there is a replica: the server that takes writes, 0 or 1. Changing it promotes the other one'),
  alone: z
    .strictObject({ reason: lineOfText().describe('Why it need not wait: where the other server is') })
    .optional()
    .describe('Where there is a replica: the primary acknowledges work that no replica has. Default: it waits for the replica'),
  nodePort: nodePortSchema.optional().describe('Port of the nodes that leads to the database. Default: none does'),
});
/** The SQL database of production tasks, as the schema returned it. */
export type JobDatabase = z.output<typeof jobDatabaseSchema>;
