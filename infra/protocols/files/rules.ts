import { byCodeUnits } from '../../model/order';
import type { Problem } from '../../model/problem';
import type { PathOf } from '../protocol';
import { textLengthProblems } from '../table/columns';
import type { FilesMachine } from './settings';
import { NAMED_FORMATS, parseTimeFormat } from './time-format';
import { isTimeZone } from './time-zone';

/** One invariant of a machine that writes files: what is wrong, nothing when all is well. Never throws. */
export type FilesRule = (machine: FilesMachine, pathOf: PathOf) => Problem[];

/** New files are looked for in a scan class that the machine type has. */
export const scanRule: FilesRule = ({ settings: { scan, scans } }, pathOf) => {
  const known = Object.keys(scans).sort(byCodeUnits);
  if (known.includes(scan)) return [];
  return [
    {
      rule: 'files/scan',
      severity: 'error',
      path: pathOf('scan'),
      value: scan,
      message: `is not a scan class of this machine type; it has ${known.join(', ')}`,
      remedy: 'write one of them, or add the scan class under scans',
    },
  ];
};

/** A time has a format that can be read, in a zone that there is. */
export const timeRule: FilesRule = ({ settings: { time } }, pathOf) => {
  const problems: Problem[] = [];
  const parsed = (NAMED_FORMATS as readonly string[]).includes(time.format) ? undefined : parseTimeFormat(time.format);
  if (parsed && 'error' in parsed) {
    const path = pathOf('time', 'format');
    problems.push({ rule: 'files/time', severity: 'error', path, value: time.format, message: parsed.error, remedy: parsed.instead });
  }
  if (!isTimeZone(time.zone)) {
    problems.push({
      rule: 'files/time',
      severity: 'error',
      path: pathOf('time', 'zone'),
      value: time.zone,
      message: 'is not a time zone',
      remedy: 'write UTC, or a name of the IANA data base such as Europe/Berlin',
    });
  }
  return problems;
};

/** Columns that are named are columns that there are: each once, where the machine type lists them. */
export const columnRule: FilesRule = ({ settings: { columns, time, points } }, pathOf) => {
  if (columns === undefined) return [];
  const problem = (path: Problem['path'], value: string, message: string, remedy: string): Problem => ({
    rule: 'files/column',
    severity: 'error',
    path,
    value,
    message,
    remedy,
  });
  const list = columns.join(', ');
  const unknown = (path: Problem['path'], column: string) =>
    columns.includes(column) ? [] : [problem(path, column, `is not a column of the files; they have ${list}`, 'write one of them')];
  return [
    ...columns.flatMap((column, index) =>
      columns.indexOf(column) === index
        ? []
        : [problem(pathOf('columns', index), column, 'names a second column', 'give each column a name of its own')],
    ),
    ...time.columns.flatMap((column, index) => unknown(pathOf('time', 'columns', index), column)),
    ...Object.entries(points).flatMap(([name, { column }]) => unknown(pathOf('points', name, 'column'), column)),
  ];
};

/** No two points read the same column. A warning: it works, but it is nearly always a line copied and not finished. */
export const duplicateRule: FilesRule = ({ settings: { points } }, pathOf) => {
  const first = new Map<string, string>();
  return Object.entries(points)
    .sort(([a], [b]) => byCodeUnits(a, b))
    .flatMap(([name, { column }]): Problem[] => {
      const other = first.get(column);
      if (other === undefined) {
        first.set(column, name);
        return [];
      }
      return [
        {
          rule: 'files/duplicate',
          severity: 'warning',
          path: pathOf('points', name, 'column'),
          value: column,
          message: `is read by the point ${other} already`,
          remedy: 'correct the column, or remove one of the two points',
        },
      ];
    });
};

/** Numbers whose decimal mark is the mark between cells cannot be told apart. */
export const decimalRule: FilesRule = ({ settings: { decimal, delimiter } }, pathOf) =>
  decimal === delimiter
    ? [
        {
          rule: 'files/decimal',
          severity: 'error',
          path: pathOf('decimal'),
          value: decimal,
          message: 'is also the mark between the cells of a line',
          remedy: 'correct the delimiter, which is a semicolon in most files with decimal commas',
        },
      ]
    : [];

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const filesRules: readonly FilesRule[] = [
  columnRule,
  decimalRule,
  duplicateRule,
  scanRule,
  ({ settings }, pathOf) => textLengthProblems('files', settings.points, pathOf),
  timeRule,
];
