import { nearest } from '../model/nearest';
import { type PathStep, startsWith, valueAt } from '../model/path';
import type { Problem, ProblemSource } from '../model/problem';
import type { Refusal } from '../protocols/refusal';
import { protocolById } from '../protocols/registry';
import { type CsvColumn, columnsOf } from './csv-columns';
import { type CsvPlace, csvPlaces, csvReferenceSchema } from './csv-reference';
import { type CsvLine, decodeCsv, linesOf } from './csv-text';
import { plainCopy } from './plain';
import { schemaProblems } from './schema-problems';

/** A CSV file as its reader found it: its bytes, or why it could not be read. */
export type CsvFile = Uint8Array | Refusal;

/** CSV files by their paths as the estate writes them. */
export type CsvFiles = ReadonlyMap<string, CsvFile>;

/** An estate whose references to CSV files are replaced by the points in them. */
export interface WithCsvPoints {
  readonly input: unknown;
  /** What is wrong with the references and the files. */
  readonly problems: readonly Problem[];
  /** Adds file and line to a problem with something that came from a file. */
  locate(problem: Problem): Problem;
  /** Paths of points that could not be taken from their file, and are missing therefore. */
  readonly missing: readonly (readonly PathStep[])[];
}

/** What one file gave. */
interface Taken {
  readonly problems: readonly Problem[];
  /** Undefined when it gave none. */
  readonly points?: Record<string, unknown>;
  /** Line of each point. */
  readonly lines?: ReadonlyMap<string, number>;
}

/**
 * Replaces every reference to a CSV file by the points in it. Takes anything, throws nothing; an input without such references is returned as
 * it is.
 */
export function withCsvPoints(input: unknown, files: CsvFiles): WithCsvPoints {
  const { data, problems: notPlain } = plainCopy(input);
  const places = csvPlaces(data);
  if (places.length === 0) return { input, problems: [], locate: (problem) => problem, missing: [] };

  const problems: Problem[] = [];
  const missing: (readonly PathStep[])[] = [];
  const origins: { readonly path: readonly PathStep[]; readonly source: ProblemSource }[] = [];
  for (const place of places) {
    const type = ['machineTypes', place.machineType];
    const protocol = protocolById(String(valueAt(data, [...type, 'protocol'])));
    const device = String(valueAt(data, [...type, 'device', 'protocol']));
    const taken = protocol ? pointsFrom(place, columnsOf(protocol, device), files) : { problems: [] };
    problems.push(...taken.problems);
    const around = valueAt(data, place.path.slice(0, -1)) as Record<string, unknown>;
    if (taken.points) around.points = taken.points;
    else {
      delete around.points;
      missing.push(place.path);
    }
    for (const [name, line] of taken.lines ?? []) {
      origins.push({ path: [...place.path, name], source: { file: String(place.reference.csv), line } });
    }
  }
  const locate = (problem: Problem): Problem => {
    const origin = problem.source ? undefined : origins.find(({ path }) => startsWith(problem.path, path));
    if (!origin) return problem;
    const column = problem.path.slice(origin.path.length).join('.');
    return { ...problem, source: { ...origin.source, ...(column === '' ? {} : { column }) } };
  };
  // What is no plain data was left out of the copy, and is told here since nobody sees it any more.
  return { input: data, problems: [...notPlain, ...problems], locate, missing };
}

/** The points in the file of a reference. */
function pointsFrom(place: CsvPlace, columns: ReadonlyMap<string, CsvColumn>, files: CsvFiles): Taken {
  const { path, reference } = place;
  const parsed = csvReferenceSchema.safeParse(reference);
  if (!parsed.success) return { problems: schemaProblems(parsed.error.issues, csvReferenceSchema, reference, path) };
  const { csv: name, delimiter, encoding, decimalComma } = parsed.data;
  const problem = (
    source: ProblemSource | undefined,
    message: string,
    remedy: string,
    at: readonly PathStep[] = [],
    value?: unknown,
  ): Problem => ({
    rule: 'csv',
    severity: 'error',
    path: [...path, ...at],
    ...(value === undefined ? {} : { value }),
    ...(source ? { source } : {}),
    message,
    remedy,
  });

  const file = files.get(name);
  if (file === undefined) {
    const remedy = 'check the estate with millwright check, which reads it, or give checkEstate its bytes by that name';
    return { problems: [problem(undefined, 'names a file that was not read', remedy, ['csv'], name)] };
  }
  if (!(file instanceof Uint8Array)) return { problems: [problem(undefined, file.error, file.instead, ['csv'], name)] };
  const text = decodeCsv(file, encoding);
  if (typeof text !== 'string') return { problems: [problem({ file: name, line: text.line }, text.error, text.instead)] };

  const lines = linesOf(text, delimiter);
  const [header, ...rest] = lines;
  if (!header) return { problems: [problem({ file: name, line: 1 }, 'is empty', 'write the names of the columns into the first line')] };
  const { problems: headerProblems, names } = readHeader(header, columns, delimiter, (message, remedy, column) =>
    problem({ file: name, line: header.number, ...(column === undefined ? {} : { column }) }, message, remedy),
  );
  if (!names) return { problems: headerProblems };

  const problems = [...headerProblems];
  const points: Record<string, unknown> = Object.create(null);
  const numbers = new Map<string, number>();
  for (const line of rest) {
    const at = { file: name, line: line.number };
    if (line.refusal || line.fields.length !== names.length) {
      const { error, instead } = line.refusal ?? {
        error: `has ${line.fields.length} field${line.fields.length === 1 ? '' : 's'}, but the first line names ${names.length} columns`,
        instead: `put a field that holds ${shownDelimiter(delimiter)} in double quotes, or correct the line`,
      };
      problems.push(problem(at, error, instead));
      continue;
    }
    const point = line.fields[names.indexOf('name')] ?? '';
    if (point === '' || point === '__proto__') {
      problems.push(
        problem({ ...at, column: 'name' }, point === '' ? 'has no name' : 'has a name that may not be used', 'write the name of the point'),
      );
      continue;
    }
    const before = numbers.get(point);
    if (before !== undefined) {
      problems.push(
        problem(
          { ...at, column: 'name' },
          `is the name of line ${before} already`,
          'choose another name, or remove one of the lines',
          [],
          point,
        ),
      );
      continue;
    }
    numbers.set(point, line.number);
    const settings: Record<string, unknown> = {};
    for (const [index, setting = ''] of names.entries()) {
      const column = columns.get(setting);
      const cell = line.fields[index] ?? '';
      if (!column || cell === '') continue;
      const value = column.read(cell, decimalComma);
      if (typeof value === 'object') {
        problems.push(problem({ ...at, column: setting }, value.error, value.instead, [point, setting], cell));
      } else settings[setting] = value;
    }
    points[point] = settings;
  }
  if (numbers.size === 0) {
    if (problems.length === 0)
      problems.push(problem({ file: name, line: header.number }, 'has no points under it', 'write a line for each point'));
    return { problems };
  }
  return { problems, points, lines: numbers };
}

/** The columns of a file by place, undefined for one that is not known; without names when nothing can be read under them. */
function readHeader(
  header: CsvLine,
  columns: ReadonlyMap<string, CsvColumn>,
  delimiter: string,
  problem: (message: string, remedy: string, column?: string) => Problem,
): { problems: Problem[]; names?: readonly (string | undefined)[] } {
  if (header.refusal) return { problems: [problem(header.refusal.error, header.refusal.instead)] };
  const known = ['name', ...columns.keys()];
  const [only = ''] = header.fields;
  if (header.fields.length === 1 && !known.includes(only)) {
    const other = [',', ';', '\t', '|'].find(
      (candidate) => only.split(candidate).some((part) => known.includes(part.trim())) && only.includes(candidate),
    );
    if (other !== undefined) {
      return {
        problems: [
          problem(
            `has one column only, and looks as if ${shownDelimiter(other)} stood between its fields and not ${shownDelimiter(delimiter)}`,
            `write delimiter: ${JSON.stringify(other)}`,
          ),
        ],
      };
    }
  }
  const problems: Problem[] = [];
  const names = header.fields.map((field, index) => {
    if (header.fields.indexOf(field) !== index) {
      problems.push(problem('names this column twice', 'remove one of the two', field));
      return undefined;
    }
    if (known.includes(field)) return field;
    const near = nearest(field, known);
    const remedy =
      near !== undefined && !header.fields.includes(near) ? `write ${near} if you mean that` : `remove it; columns are ${known.join(', ')}`;
    problems.push(
      problem(
        field === '' ? 'has a column without a name' : 'has a column that is no setting of a point',
        remedy,
        field === '' ? `${index + 1}` : field,
      ),
    );
    return undefined;
  });
  const lacking = known.filter((name) => !names.includes(name) && (name === 'name' || columns.get(name)?.isRequired));
  for (const name of lacking) {
    // A misspelt column was told already.
    if (problems.some(({ remedy }) => remedy === `write ${name} if you mean that`)) continue;
    problems.push(problem(`has no column ${name}, which every point needs`, `add it; columns are ${known.join(', ')}`));
  }
  return lacking.length > 0 ? { problems } : { problems, names };
}

/** A delimiter for a person. */
function shownDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'a tab' : delimiter;
}
