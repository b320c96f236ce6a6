import type { PathStep } from './path';

export type { PathStep } from './path';

/** Where in another file than the estate's own a value stands. */
export interface ProblemSource {
  /** Path of the file as the estate writes it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Name of the column; absent for the line as a whole. */
  readonly column?: string;
}

/** One thing that is wrong with an estate, told so that its owner can mend it without reading code. */
export interface Problem {
  /** The rule that found it: the name of its file in infra/rules, `schema`, or `<protocol>/<rule>`. */
  readonly rule: string;
  /** `error`: nothing is rendered. `warning`: it is told and the run goes on. */
  readonly severity: 'error' | 'warning';
  /** Where in the estate, from its root: `['plants', 'leeds', 'machines', 'press-1', 'address']`. */
  readonly path: readonly PathStep[];
  /** The value that was given; absent when something is missing. */
  readonly value?: unknown;
  /** Where the value stands, when the estate takes it from a file. */
  readonly source?: ProblemSource;
  /** What is wrong and what is allowed: a sentence without a final full stop, lower-case first letter. */
  readonly message: string;
  /** What to do about it: an imperative sentence without a final full stop. */
  readonly remedy: string;
}

/** `plants.leeds.machines.press-1.address`: the path as a person writes it; `estate` for the whole of it. */
export function pathText(path: readonly PathStep[]): string {
  if (path.length === 0) return 'estate';
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : /^[A-Za-z0-9_/-]+$/.test(step) ? `.${step}` : `[${shown(step)}]`))
    .join('')
    .replace(/^\./, '');
}

/** One line for a person: path, file and line where it is not in the estate itself, value given, what is allowed; what to do. */
export function problemText(problem: Problem): string {
  const given = problem.value === undefined ? '' : ` ${shown(problem.value)}`;
  const source = problem.source === undefined ? '' : ` (${sourceText(problem.source)})`;
  return `${pathText(problem.path)}${source}:${given} ${problem.message}; ${problem.remedy}`;
}

function sourceText({ file, line, column }: ProblemSource): string {
  return [
    file,
    `line ${line}`,
    ...(column === undefined ? [] : [`column ${/^[A-Za-z0-9_.-]+$/.test(column) ? column : shown(column)}`]),
  ].join(', ');
}

/** Orders problems by path, then rule, then line of a file, then message, so that two runs print the same page. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const key = (p: Problem) => `${pathText(p.path)}\u0000${p.rule}\u0000${String(p.source?.line ?? 0).padStart(9, '0')}\u0000${p.message}`;
  return [...problems].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The value as JSON, escaped for a terminal and cut to one readable length. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  const safe = json.replace(/[\u007f-\uffff]/g, (c) =>
    /[\p{L}\p{N}\p{P}\p{S}]/u.test(c) ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return safe.length > 80 ? `${safe.slice(0, 77)}...` : safe;
}
