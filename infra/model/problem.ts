import type { PathStep } from './path';

export type { PathStep } from './path';

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

/** One line for a person: path, value given, what is allowed; what to do. */
export function problemText(problem: Problem): string {
  const given = problem.value === undefined ? '' : ` ${shown(problem.value)}`;
  return `${pathText(problem.path)}:${given} ${problem.message}; ${problem.remedy}`;
}

/** Orders problems by path, then rule, then message, so that two runs print the same page. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const key = (p: Problem) => `${pathText(p.path)}\u0000${p.rule}\u0000${p.message}`;
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
