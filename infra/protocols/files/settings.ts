import { z } from 'zod';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { addressSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';
import { columnPointBase } from '../table/columns';

/** Marks that may stand between the cells of a line. */
export const DELIMITERS = [',', ';', '|', 'tab'] as const;

const server = addressSchema.optional().describe('IP address of the file server; when absent the address of the machine');

const SEGMENT = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9_.][A-Za-z0-9_. -]*';

const shareSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('nfs').describe('NFS 4.1, mounted by the node'),
        server,
        path: z
          .string()
          .max(200)
          .regex(new RegExp(`^(?:/${SEGMENT})+$`), 'must be an absolute path such as /export/data, of letters, digits, spaces and . _ -')
          .refine((path) => path.trim() === path, 'must not end with a space')
          .describe('Exported folder'),
      })
      .describe('An NFS export'),
    z
      .strictObject({
        kind: z.literal('smb').describe('SMB 3, mounted by the CSI driver smb.csi.k8s.io'),
        server,
        path: z
          .string()
          .max(200)
          .regex(
            new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`),
            'must be a share and folders in it, such as data/logs, of letters, digits, spaces and . _ -',
          )
          .refine((path) => path.trim() === path, 'must not end with a space')
          .describe('Name of the share, and folders in it'),
      })
      .describe('A Windows share'),
  ])
  .describe('Share that holds the files; it is mounted read-only');

const column = lineOfText(128);

const timeSchema = z
  .strictObject({
    columns: z.array(column).min(1).max(2).describe('Column with the time, or the columns with the date and the time of day'),
    format: lineOfText(40)
      .default('iso')
      .describe('iso (2026-11-22T10:15:00Z), unix, unix-ms, or a format such as yyyy-MM-dd HH:mm:ss; a fraction of a second is always read')
      .meta({ examples: ['iso', 'unix', 'yyyy-MM-dd HH:mm:ss', 'dd.MM.yyyy HH:mm:ss'] }),
    zone: lineOfText(40)
      .default('UTC')
      .describe(
        'Time zone of a format that names none, such as Europe/Berlin. In the hour that comes twice in autumn it is ambiguous: prefer UTC',
      ),
  })
  .describe('When a line was true');

/** Settings of a machine type whose machine writes files of lines to a share. */
export const filesSettings = z
  .strictObject({
    protocol: z.literal('files').describe('Files of lines (CSV) on a share'),
    ...machineTypeBase,
    share: shareSchema,
    files: z
      .string()
      .max(200)
      .regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\*\*[^/])(?!.*[^/]\*\*)[A-Za-z0-9_.*?-]+(?:\/[A-Za-z0-9_.*?-]+)*$/, {
        error: 'must be a pattern below the share such as *.csv or logs/*/part-?.csv, of letters, digits and . _ - * ?',
      })
      .describe('Which files are read: * stands for any characters of a name, ? for one, ** for folders')
      .meta({ examples: ['*.csv', 'logs/**/*.csv'] }),
    delimiter: z.enum(DELIMITERS).default(';').describe('What stands between the cells of a line'),
    decimal: z.enum(['.', ',']).default('.').describe('Mark between the whole and the fraction of a number'),
    columns: z
      .array(column)
      .min(1)
      .max(200)
      .optional()
      .describe('Names of all columns, in their order, of files without a header; when absent a line of every file names them'),
    time: timeSchema,
    linesPerHour: z.number().int().min(1).max(360_000).describe('The most lines that the machine writes in an hour'),
    scan: nameSchema.default('slow').describe('Scan class in which new files are looked for; lines of known files are read at once'),
    points: z
      .record(nameSchema, z.strictObject(columnPointBase).describe('One column that the gateway reads'))
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('Columns that the gateway reads, by the name of the point'),
  })
  .describe('Machine type that writes files to a share');

/** Settings of a machine type as {@link filesSettings} returns them. */
export type FilesSettings = z.output<typeof filesSettings>;

/** A machine that writes files. */
export type FilesMachine = ProtocolMachine<FilesSettings>;
