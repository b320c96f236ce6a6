import { parse } from 'csv-parse/sync';
import type { Refusal } from '../protocols/refusal';
import type { CsvReference } from './csv-reference';

/** A line of a CSV file. */
export interface CsvLine {
  /** Counted from 1. */
  readonly number: number;
  /** Its fields, without quotes and the spaces around them; none when it is refused. */
  readonly fields: readonly string[];
  /** Why it cannot be divided into fields. */
  readonly refusal?: Refusal;
}

/** The text of a file, or what is wrong with it and where. A byte order mark of the encoding is taken off. */
export function decodeCsv(bytes: Uint8Array, encoding: CsvReference['encoding']): string | (Refusal & { readonly line: number }) {
  const begins = (...mark: number[]) => mark.every((byte, index) => bytes[index] === byte);
  const marked = begins(0xef, 0xbb, 0xbf) ? 'utf-8' : begins(0xff, 0xfe) ? 'utf-16le' : begins(0xfe, 0xff) ? 'utf-16be' : undefined;
  if (marked !== undefined && marked !== encoding) {
    return { line: 1, error: `begins with the byte order mark of ${marked}, not of ${encoding}`, instead: `write encoding: ${marked}` };
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const [good = ''] = new TextDecoder(encoding).decode(bytes).split('\ufffd');
    const instead =
      encoding === 'utf-8'
        ? 'save it as UTF-8, or write the encoding it has: spreadsheet programs in Europe often write windows-1252'
        : 'correct the encoding';
    return { line: good.split(/\r\n?|\n/).length, error: `has bytes that are not ${encoding}`, instead };
  }
}

/**
 * The lines of a CSV file (RFC 4180) that are not empty, one record each: no setting of a point may hold a line feed. A line in which all
 * fields are empty, as spreadsheet programs leave them behind the last one, is left out too.
 */
export function linesOf(text: string, delimiter: string): CsvLine[] {
  return text
    .split(/\r\n?|\n/)
    .map((line, index) => divided(line, index + 1, delimiter))
    .filter(({ fields, refusal }) => refusal !== undefined || fields.some((field) => field !== ''));
}

function divided(line: string, number: number, delimiter: string): CsvLine {
  // A tab is no space where it stands between two fields.
  const space = delimiter === '\t' ? /^ +| +$/g : /^\s+|\s+$/g;
  try {
    const [fields = []] = parse(line, { delimiter, record_delimiter: '\n', ltrim: delimiter !== '\t', rtrim: delimiter !== '\t' });
    return { number, fields: fields.map((field) => field.replace(space, '')) };
  } catch {
    return {
      number,
      fields: [],
      refusal: {
        error: 'has a double quote that is not closed, or one inside a field',
        instead: 'put the field in double quotes and double those inside it; a field ends on its line',
      },
    };
  }
}
