import { z } from 'zod';
import { certificatesSchema } from '../../model/certificates';
import { durationSchema } from '../../model/duration';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';
import { columnPointBase } from '../table/columns';
import { ENGINES, engineFacts, TIME_FORMATS } from './engines';

const reason = lineOfText(200).describe('Why the database cannot do better, for people');

const tlsSchema = z
  .discriminatedUnion('mode', [
    z
      .strictObject({
        mode: z.literal('verify').describe('Encrypted, and the server shows a certificate for its address'),
        authority: certificatesSchema.describe('PEM certificates of the authority that signs the server'),
      })
      .describe('Encrypted, and the server is known by its certificate'),
    z
      .strictObject({ mode: z.literal('encrypt').describe('Encrypted, without knowing with whom'), reason })
      .describe('Encrypted, but whoever answers is believed'),
    z.strictObject({ mode: z.literal('off').describe('In clear'), reason }).describe('In clear: the password too, with some engines'),
  ])
  .describe('How the connection is protected');

const scan = nameSchema.default('normal').describe('Name of one of the scan classes of the machine type');

const stateSchema = z
  .strictObject({
    query: lineOfText(4000)
      .describe('One SELECT statement on one line that returns one row; its columns are points')
      .meta({ examples: ['SELECT state, temperature FROM machine_state WHERE id = 1'] }),
    scan,
  })
  .describe('A state: one row, read at every scan; the time of a reading is the gateway’s');

const logSchema = z
  .strictObject({
    table: z
      .array(lineOfText(128))
      .min(1)
      .max(3)
      .describe('Table or view, with the schema before it where needed: [production, part_log]')
      .meta({ examples: [['part_log'], ['production', 'part_log']] }),
    time: lineOfText(128).describe('Column with the time of a row, not in the future and never changed; it needs an index'),
    timeFormat: z
      .enum(TIME_FORMATS)
      .default('datetime')
      .describe('What the time column holds: a date and time in UTC or with a zone, or seconds or milliseconds since 1970'),
    id: lineOfText(128).describe('Column with the whole number of a row, such as its primary key: keeps rows of one moment apart'),
    rowsPerHour: z.number().int().min(1).max(360_000).describe('The most rows that the machine writes in an hour'),
    lookBack: durationSchema('1min', '30d')
      .default('1h')
      .describe('How far back every scan reads, 1min to 30d: the longest that the gateway may be away without losing a row'),
    scan: nameSchema.default('slow').describe('Name of one of the scan classes of the machine type'),
  })
  .describe('A log: rows that are added and stay; every row is read');

/** Settings of a machine type whose machine keeps its data in an SQL database. */
export const sqlSettings = z
  .strictObject({
    protocol: z.literal('sql').describe('An SQL database that the machine exposes'),
    engine: z.enum(ENGINES).describe('Database engine'),
    ...machineTypeBase,
    port: portSchema
      .optional()
      .describe('TCP port, 1 to 65535; when absent 3306 for MySQL and MariaDB, 5432 for PostgreSQL, 1433 for SQL Server'),
    database: lineOfText(63).describe('Name of the database'),
    tls: tlsSchema,
    timeout: durationSchema('1s', '30s').default('5s').describe('How long the gateway waits for a connection or an answer, 1s to 30s'),
    states: z.record(nameSchema, stateSchema).default({}).describe('Rows that tell how the machine is now, by name'),
    logs: z
      .record(nameSchema, logSchema)
      .default({})
      .describe('Tables to which the machine adds rows, by name; no state has the name of a log'),
    points: z
      .record(
        nameSchema,
        z
          .strictObject({ from: nameSchema.describe('Name of the state or log that has the column'), ...columnPointBase })
          .describe('One column that the gateway reads'),
      )
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('Columns that the gateway reads, by the name of the point'),
  })
  .describe('Machine type with an SQL database');

/** Settings of a machine type as {@link sqlSettings} returns them. */
export type SqlSettings = z.output<typeof sqlSettings>;

/** A machine with an SQL database. */
export type SqlMachine = ProtocolMachine<SqlSettings>;

/** A log of rows. */
export type SqlLog = z.output<typeof logSchema>;

/** A state of one row. */
export type SqlState = z.output<typeof stateSchema>;

/** TCP port: what is stated, else the usual one of the engine. */
export function portOf(settings: Pick<SqlSettings, 'engine' | 'port'>): number {
  return settings.port ?? engineFacts(settings.engine).port;
}

/** True for a log of rows. */
export function isLog(table: SqlLog | SqlState): table is SqlLog {
  return 'table' in table;
}
