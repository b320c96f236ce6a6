import { z } from 'zod';
import { type PathStep, valueAt } from '../model/path';
import { lineOfText } from '../model/text';
import { EDGE_CLUSTERS } from './edge-clusters';
import { plainCopy } from './plain';

/** What may stand between two fields of a CSV file. */
export const CSV_DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Encodings of a CSV file, by the names of the Encoding Standard. A byte order mark is taken off. iso-8859-1 is read as windows-1252, which
 * has the same letters, as that standard has it.
 */
export const CSV_ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
] as const;

/** Data points in a CSV file, in place of the points themselves. */
export const csvReferenceSchema = z
  .strictObject({
    csv: lineOfText(200)
      .regex(
        /^(?!\/|[A-Za-z]:)(?!(?:.*\/)?\.{0,2}(?:\/|$))[^\\]+$/,
        "must be the path of a file in the estate's folder, with forward slashes, such as points/press-2.csv, without . and .. in it",
      )
      .describe("Path of a CSV file with data points, from the folder of the estate's file"),
    delimiter: z.enum(CSV_DELIMITERS).default(',').describe('What stands between two fields: a comma, a semicolon, a tab or |'),
    encoding: z
      .enum(CSV_ENCODINGS)
      .default('utf-8')
      .describe('Encoding of the file; spreadsheet programs in Europe often write windows-1252'),
    decimalComma: z.boolean().default(false).describe('true: numbers are written with a comma, such as 0,1'),
  })
  .describe('Data points in a CSV file: a line each, under a first line with the names of the columns');

/** A reference to a CSV file as the schema returned it. */
export type CsvReference = z.output<typeof csvReferenceSchema>;

/** Data points in a CSV file, as a machine type states them in place of points; made by {@link csv}. */
export interface CsvPoints extends z.input<typeof csvReferenceSchema> {
  /** Path of the file, from the folder of the estate's file. */
  csv: string;
}

/**
 * Data points from a CSV file: a line each, under a first line with the names of the columns, which are `name` and the settings of a point.
 *
 * @param file path from the folder of the estate's file, such as `points/press-2.csv`
 * @param options delimiter (default a comma), encoding (default utf-8), decimalComma (default false)
 */
export function csv(file: string, options: Omit<CsvPoints, 'csv'> = {}): CsvPoints {
  return { csv: file, ...options };
}

/** A place of an estate where a CSV file stands in place of points. */
export interface CsvPlace {
  /** Path of the points. */
  readonly path: readonly PathStep[];
  /** What stands there: a mapping with a text `csv`. */
  readonly reference: Readonly<Record<string, unknown>>;
  /** Name of the machine type. */
  readonly machineType: string;
}

/** Where an estate, given as plain data, takes points from CSV files. A data point that is named csv is none: it is no text. */
export function csvPlaces(estate: unknown): CsvPlace[] {
  const places: CsvPlace[] = [];
  const look = (around: readonly PathStep[], machineType: string) => {
    // Of a machine that an edge agent reads the device has the points.
    for (const path of [
      [...around, 'points'],
      [...around, 'device', 'points'],
    ]) {
      lookAt(path, machineType);
    }
  };
  const lookAt = (path: readonly PathStep[], machineType: string) => {
    const reference = valueAt(estate, path);
    if (typeof valueAt(reference, ['csv']) === 'string') places.push({ path, machineType, reference: reference as CsvPlace['reference'] });
  };
  for (const type of namesIn(estate, 'machineTypes')) look(['machineTypes', type], type);
  for (const [clusters, machines] of EDGE_CLUSTERS) {
    for (const cluster of namesIn(estate, clusters)) {
      for (const machine of namesIn(estate, clusters, cluster, machines)) {
        const path = [clusters, cluster, machines, machine];
        look([...path, 'differs'], String(valueAt(estate, [...path, 'type'])));
      }
    }
  }
  return places;
}

/** The CSV files that an estate names, ordered; those whose path the schema refuses are left out. Takes anything, throws nothing. */
export function csvFilesOf(input: unknown): string[] {
  const files = csvPlaces(plainCopy(input).data).flatMap(({ reference }) => {
    const parsed = csvReferenceSchema.shape.csv.safeParse(reference.csv);
    return parsed.success ? [parsed.data] : [];
  });
  return [...new Set(files)].sort();
}

function namesIn(root: unknown, ...path: string[]): string[] {
  const found = valueAt(root, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : [];
}
