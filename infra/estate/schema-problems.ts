import { NAME_RULE } from '../model/name';
import { nearest } from '../model/nearest';
import { type PathStep, valueAt } from '../model/path';
import type { Problem } from '../model/problem';
import { writeInstead } from './hints';
import { otherWord, refusedKey } from './refused-keys';
import { type AnySchema, bare, descriptionOf, schemaAt, settingsOf } from './schema-at';
import { allowed, allowedArms, type Issue, needed, optionsOf } from './schema-words';
import { isPrivateKey, withoutSecrets } from './secrets-hidden';

/**
 * What a schema found wrong with a value, as problems for a person: path, value given, what is allowed, what to do. Paths are those of
 * the issues behind `base`.
 *
 * @param schema the schema that refused `root`
 * @param root the value, as plain data
 */
export function schemaProblems(issues: readonly Issue[], schema: AnySchema, root: unknown, base: readonly PathStep[] = []): Problem[] {
  const context = { schema, root, base };
  const { left, renamed } = misspelt(issues, context);
  const problems = [...renamed, ...left.flatMap((issue) => problemsOf(issue, context, left))];
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.path, problem.message]), problem])).values()];
}

interface Context {
  readonly schema: AnySchema;
  readonly root: unknown;
  readonly base: readonly PathStep[];
}

function problemAt(context: Context, path: readonly PathStep[], message: string, remedy: string): Problem {
  const value = withoutSecrets(valueAt(context.root, path));
  return {
    rule: 'schema',
    severity: 'error',
    path: [...context.base, ...path],
    ...(value === undefined ? {} : { value }),
    message,
    remedy,
  };
}

/** A key that does not exist, and the one that its writer probably meant. */
export interface UnknownKey {
  /** The mapping that it is in. */
  readonly path: readonly PathStep[];
  readonly key: string;
  /** The nearest key that exists there; undefined where none is near, or where the key is refused on purpose. */
  readonly near: string | undefined;
  /** Keys that exist there and are not used yet. */
  readonly unused: readonly string[];
}

/** The keys that a schema does not know. */
export function unknownKeys(issues: readonly Issue[], schema: AnySchema, root: unknown): UnknownKey[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const path = issue.path as PathStep[];
    const around = valueAt(root, path);
    const at = schemaAt(schema, path, root);
    const known = Object.keys((at && settingsOf(bare(at), around)) ?? {});
    const unused = known.filter((name) => valueAt(around, [name]) === undefined);
    return issue.keys.map((key) => ({
      path,
      key,
      near: refusedKey(path, key) ? undefined : (otherWord(path, key) ?? nearest(key, known)),
      unused,
    }));
  });
}

/** Keys that do not exist. One that is nearly the name of a key that is missing stands for both. */
function misspelt(issues: readonly Issue[], context: Context): { left: Issue[]; renamed: Problem[] } {
  const renamed: Problem[] = [];
  const meant = new Set<string>();
  for (const { path, key, near, unused } of unknownKeys(issues, context.schema, context.root)) {
    if (near !== undefined && unused.includes(near)) meant.add(JSON.stringify([...path, near]));
    const refused = refusedKey([...context.base, ...path], key);
    renamed.push(
      problemAt(context, [...path, key], refused?.error ?? 'is not a setting that exists here', refused?.instead ?? renaming(near, unused)),
    );
  }
  const left = issues.filter(
    (issue) =>
      issue.code !== 'unrecognized_keys' && !(valueAt(context.root, issue.path) === undefined && meant.has(JSON.stringify(issue.path))),
  );
  return { left, renamed };
}

/** The name that a text becomes in lower-case letters, digits and hyphens. */
function asName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
}

function renaming(near: string | undefined, unused: readonly string[]): string {
  if (near !== undefined)
    return unused.includes(near) ? `write ${near} if you mean that, or remove it` : `remove it: ${near} is there already`;
  return unused.length > 0 && unused.length <= 16
    ? `remove it, or write one of ${unused.join(', ')}`
    : 'remove it, or correct its spelling';
}

function problemsOf(issue: Issue, context: Context, all: readonly Issue[]): Problem[] {
  const path = issue.path as PathStep[];
  const value = valueAt(context.root, path);
  const schema = schemaAt(context.schema, path, context.root);
  const description = schema && descriptionOf(schema);
  const about = description === undefined || description.length > 120 ? '' : ` (${description})`;

  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const better = asName(key);
    const free = better !== '' && better.length <= 40 && valueAt(context.root, [...path.slice(0, -1), better]) === undefined;
    return [
      {
        ...problemAt(
          context,
          path,
          issue.issues[0]?.message ?? NAME_RULE,
          free ? `name it ${better}, for example` : 'give it another name',
        ),
        value: key,
      },
    ];
  }
  if (value === undefined) return [problemAt(context, path, `is missing${needed(issue)}`, `add it${about}`)];
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const near = nearest(String(value), optionsOf(issue));
    return [problemAt(context, path, allowed(issue), near === undefined ? `correct it${about}` : `write ${JSON.stringify(near)}`)];
  }
  if (issue.code === 'invalid_union') {
    // The arm that the value's own form means: one that read some of it, else one that refused the value as such.
    const deep = issue.errors.filter((errors) => errors.every((inner) => inner.path.length > 0));
    if (deep.length === 1) {
      const inner = (deep[0] ?? []).map((found) => ({ ...found, path: [...path, ...found.path] }));
      return schemaProblems(inner as Issue[], context.schema, context.root, context.base);
    }
    return [problemAt(context, path, allowedArms(issue, schema), remedyFor(schema, value, about))];
  }
  if (isPrivateKey(value)) {
    const { value: _, ...problem } = problemAt(
      context,
      path,
      'is a private key, which must never stand in an estate',
      'treat it as known to others: make a new key, and write its public half here',
    );
    return [problem];
  }
  // A value of the wrong kind is told once, and so is a number that is too large in two ways.
  if (issue.code !== 'invalid_type' && all.some((other) => other.code === 'invalid_type' && sameIssuePath(other, issue))) return [];
  if (
    issue.code === 'too_big' &&
    issue.maximum === Number.MAX_SAFE_INTEGER &&
    all.some((other) => other !== issue && sameIssuePath(other, issue))
  )
    return [];
  return [problemAt(context, path, allowed(issue), remedyFor(schema, value, about, issue))];
}

function remedyFor(schema: AnySchema | undefined, value: unknown, about: string, issue?: Issue): string {
  const better = schema && writeInstead(schema, value);
  if (better !== undefined) return better;
  if (issue?.code === 'invalid_value' && issue.values.length > 1) {
    return typeof value === 'number' ? 'choose one of these, with quotes' : 'choose one of these';
  }
  return `correct it${about}`;
}

function sameIssuePath(a: Issue, b: Issue): boolean {
  return a.path.length === b.path.length && a.path.every((step, index) => step === b.path[index]);
}
