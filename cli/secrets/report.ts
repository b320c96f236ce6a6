import { dateText } from '../../stacks/secrets/plan';

/** A file of the tree, and something about it: the end of a sentence that begins with the file. */
export interface Told {
  /** Below the folder of `--out`. */
  readonly path: string;
  readonly text: string;
}

/** A Secret that nobody has filled. */
export interface Unfilled {
  /** Below the folder of `--out`. */
  readonly path: string;
  /** `namespace/name`. */
  readonly secret: string;
  /** What it needs, and from whom: a phrase. */
  readonly needs: string;
  /** Whether `--given` fills it; else it is made by hand. */
  readonly takesLogin: boolean;
}

/** What a run did, found and left. Holds no value of a Secret. */
export interface SecretsReport {
  readonly plant: string;
  /** Program with which a person makes an encrypted file by hand. */
  readonly tool: 'sops' | 'kubeseal';
  /** Files written that were not there, the authority's among them. */
  readonly made: readonly string[];
  /** Files written again. */
  readonly renewed: readonly Told[];
  /** Files of required Secrets left as they were. */
  readonly kept: readonly string[];
  /** Those of them that a run with `--renew` would write again. */
  readonly due: readonly Told[];
  /** Files that a person must see to. */
  readonly wrong: readonly Told[];
  /** Required Secrets that nobody has filled. */
  readonly unfilled: readonly Unfilled[];
  /** Files that no requirement asks for: told, and never removed. */
  readonly notRequired: readonly string[];
  /** What is due with the authority, or was done. @default - nothing is */
  readonly authority?: string;
  /** When the certificate that signs ends. @default - the plant has no authority */
  readonly authorityEnds?: Date;
  /** Commands to run once the cluster has the renewed Secrets. */
  readonly restarts: readonly string[];
}

/** Whether all is as it should be: a command's exit status is 0 then, and else 1. */
export function isComplete({ unfilled, wrong }: SecretsReport): boolean {
  return unfilled.length === 0 && wrong.length === 0;
}

/** The report for a person. What needs a hand comes last. */
export function reportText(report: SecretsReport): string {
  const { plant, tool, made, renewed, kept, due, wrong, unfilled, notRequired, authority, authorityEnds, restarts } = report;
  const counts = `${plant}: ${made.length} made, ${renewed.length} renewed, ${kept.length} kept, ${unfilled.length} without a value`;
  const ends = authorityEnds ? ` The authority that signs ends on ${dateText(authorityEnds)}.` : '';
  return [
    `${counts}.${ends}`,
    ...section('Made', made),
    ...section('Renewed, because each', renewed.map(told)),
    ...section('With --renew these are made again, because each', due.map(told)),
    ...section('No longer required; remove the file, and the Secret from the cluster, when nothing uses it', notRequired),
    ...section('The authority', authority === undefined ? [] : [authority]),
    ...section('Once the cluster has the renewed Secrets, restart what reads them', restarts),
    ...section('See to these', wrong.map(told)),
    ...section(
      'Without a value',
      unfilled.map(({ secret, needs }) => `${secret}: ${needs}`),
    ),
    ...section(`Make these by hand with ${tool}`, pathsOf(unfilled.filter(({ takesLogin }) => !takesLogin))),
    ...section('Give the others in the file of --given, or with --given - on standard input', template(unfilled)),
  ].join('\n');
}

/** What the file of `--given` must hold, ready to be copied; a login that many namespaces need is there once. */
export function template(unfilled: readonly Unfilled[]): string[] {
  const byNeed = new Map<string, string[]>();
  for (const { secret, needs, takesLogin } of unfilled) {
    const key = `${secret.split('/')[1]} ${needs}`;
    if (takesLogin) byNeed.set(key, [...(byNeed.get(key) ?? []), secret]);
  }
  const names = [...byNeed.values()].map(([first = '', ...more]) => (more.length > 0 ? `*/${first.split('/')[1]}` : first));
  return names.map((name) => `'${name}': { username: '…', password: '…' }`);
}

function pathsOf(unfilled: readonly Unfilled[]): string[] {
  return unfilled.map(({ path }) => path);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', `${title}:`, ...lines.map((text) => `  ${text}`)] : [];
}

function told({ path, text }: Told): string {
  return `${path} ${text}`;
}
