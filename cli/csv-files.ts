import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { CsvFile, CsvFiles } from '../infra/estate/csv-points';
import { csvFilesOf } from '../infra/estate/csv-reference';
import { fileErrorText } from './file-error';

/** The largest CSV file that is read: some hundred thousand points. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Reads the CSV files that an estate names, from the folder of its file. Nothing outside of that folder is read: a path that leads
 * through a link is refused, as is what is no ordinary file. A file that cannot be read is told by the door, like anything else that is
 * wrong.
 */
export function readCsvFiles(estate: unknown, folder: string): CsvFiles {
  return new Map(csvFilesOf(estate).map((file) => [file, readCsvFile(folder, file)]));
}

function readCsvFile(folder: string, file: string): CsvFile {
  const path = join(folder, file);
  try {
    const status = lstatSync(path);
    if (status.isSymbolicLink() || realpathSync(path) !== join(realpathSync(folder), file)) {
      return { error: 'leads through a link; only files in the folder of the estate are read', instead: 'put the file itself there' };
    }
    if (!status.isFile()) return { error: 'is no file', instead: 'name a CSV file' };
    if (status.size > MOST_BYTES)
      return { error: `has ${status.size} bytes; at most ${MOST_BYTES} are read`, instead: 'divide the machine type' };
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { error: "is not in the folder of the estate's file", instead: 'correct the path, or put the file there' };
    }
    const refusal = fileErrorText(error);
    if (refusal === undefined) throw error;
    return { error: `cannot be read: ${refusal.replace(/\.$/, '')}`, instead: 'let it be read' };
  }
}
