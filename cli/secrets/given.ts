import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { load } from 'js-yaml';
import { z } from 'zod';
import { type PathStep, problemText } from '../../infra/model/problem';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { type Login, opensDatabase, takesLogin } from '../../stacks/secrets/fill';
import { UserError } from '../user-error';

/** Logins by `namespace/name` of the Secret that they are for. */
export type GivenLogins = ReadonlyMap<string, Login>;

const line = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing; state it' : 'must be text; put it in quotes') })
  .min(1, 'must not be empty; state it')
  .max(4096, 'must have at most 4096 characters; look whether it is what you mean')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line without control characters; put it in quotes on one line');

/** A user name and a password, and nothing else. */
const loginSchema = z.strictObject(
  { username: line, password: line },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? 'has another field beside username and password; remove it'
        : 'must be a user name and a password; write { username: …, password: … }',
  },
);

/** `uplink/central-login`, or `*` in place of the namespace: the Secrets of that name in every namespace. */
const SECRET_NAME = /^(\*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/;

/** Reads the file of `--given`; `-` is standard input. See {@link parseGiven}. */
export async function readGiven(file: string, requirements: readonly SecretRequirement[]): Promise<GivenLogins> {
  if (file === '-') return parseGiven(await textOf(process.stdin), 'standard input', requirements);
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be read: ${error.code ?? error.message}`);
  });
  return parseGiven(content, file, requirements);
}

/**
 * Reads logins that a person gives: YAML with `namespace/name` → `{ username, password }`.
 *
 * @param source what to call the text in a message
 * @throws UserError with all problems together. What the text holds may be secret, in whatever place it stands: nothing of it is in
 * the message but names of Secrets
 */
export function parseGiven(text: string, source: string, requirements: readonly SecretRequirement[]): GivenLogins {
  const problems: string[] = [];
  const problem = (path: readonly PathStep[], said: string) => {
    const [message = '', remedy = ''] = said.split('; ', 2);
    problems.push(problemText({ rule: 'given', severity: 'error', path, message, remedy }));
  };
  const logins = new Map<string, Login>();
  const document = parsed(text, source);
  for (const [index, [key, value]] of Object.entries(document).entries()) {
    const [, namespace, name] = SECRET_NAME.exec(key) ?? [];
    if (namespace === undefined) {
      problem([index], 'is not named by a Secret; write namespace/name, or */name for every namespace');
      continue;
    }
    const meant = requirements.filter((secret) => secret.name === name && (namespace === '*' || secret.namespace === namespace));
    if (meant.length === 0) problem([key], 'is not a Secret of this plant; give those that the run without it lists');
    for (const secret of meant.filter((other) => !takesLogin(other))) {
      problem([key], `is filled with a ${secret.content.kind}, not a login; remove it`);
    }
    const { success, data, error } = loginSchema.safeParse(value);
    for (const issue of error?.issues ?? []) problem([key, ...(issue.path as PathStep[])], issue.message);
    if (success && data.username.includes(':') && meant.some(({ content }) => content.kind === 'registryLogin')) {
      problem(
        [key, 'username'],
        "must have no colon, because a registry's login ends the user name with one; look whether it is the user name",
      );
    }
    if (success && data.username.includes(':') && meant.some(opensDatabase)) {
      problem(
        [key, 'username'],
        'must have no colon, because it ends the user name where a database is named; choose another user of the database',
      );
    }
    for (const secret of success ? meant : []) {
      const id = `${secret.namespace}/${secret.name}`;
      // A namespace that is named goes before the star.
      if (namespace !== '*' || !logins.has(id)) logins.set(id, data as Login);
    }
  }
  if (problems.length > 0) throw new UserError([`${source} cannot be used:`, ...problems].join('\n  '));
  return logins;
}

function parsed(text: string, source: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    // The parser's own message would show the lines around, and the name of an alias that is the beginning of a password.
    const { mark } = error as { mark?: { line?: number } };
    const where = mark?.line === undefined ? '' : ` at line ${mark.line + 1}`;
    throw new UserError(`${source} is not YAML${where}; put user names and passwords in quotes`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new UserError(`${source} must be YAML such as { uplink/central-login: { username: …, password: … } }`);
  }
  return document as Record<string, unknown>;
}
