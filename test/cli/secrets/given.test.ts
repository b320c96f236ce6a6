import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseGiven, readGiven } from '../../../cli/secrets/given';
import { UserError } from '../../../cli/user-error';
import { CENTRAL, DATABASE, PRESS, REGISTRY, UPLINK_REGISTRY } from '../../stacks/secrets/requirements';

const REQUIREMENTS = [PRESS, REGISTRY, CENTRAL, UPLINK_REGISTRY];

const given = (text: string) => parseGiven(text, 'logins.yaml', REQUIREMENTS);

function refusal(text: string): string {
  try {
    given(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

test('logins are taken by the Secret that they are for', () => {
  expect(given("uplink/central-login: { username: leeds, password: 'a: b' }")).toEqual(
    new Map([['uplink/central-login', { username: 'leeds', password: 'a: b' }]]),
  );
});

test('a star gives one login to every namespace, and a namespace that is named goes before it', () => {
  const text = `
'*/registry-login': { username: robot, password: one }
uplink/registry-login: { username: robot, password: two }`;
  const expected = { 'machines/registry-login': 'one', 'uplink/registry-login': 'two' };
  for (const lines of [text, text.split('\n').reverse().join('\n')]) {
    expect(Object.fromEntries([...given(lines)].map(([key, { password }]) => [key, password]))).toEqual(expected);
  }
});

test('all problems are told together, each with its place', () => {
  const text = `
uplink/central-login: { username: 12, token: x }
machines/registry-login: { username: a, password: '' }
machines/press-1-client-tls: { username: a, password: b }
machines/other: { username: a, password: b }
uplink/registry-login: hunter2
`;
  expect(refusal(text).split('\n')).toEqual([
    'logins.yaml cannot be used:',
    '  uplink/central-login.username: must be text; put it in quotes',
    '  uplink/central-login.password: is missing; state it',
    '  uplink/central-login: has another field beside username and password; remove it',
    '  machines/registry-login.password: must not be empty; state it',
    '  machines/press-1-client-tls: is filled with a certificate, not a login; remove it',
    '  machines/other: is not a Secret of this plant; give those that the run without it lists',
    '  uplink/registry-login: must be a user name and a password; write { username: …, password: … }',
  ]);
});

test('a colon in the user name of a registry is refused, since the registry would take what follows for the password', () => {
  expect(refusal("machines/registry-login: { username: 'a:b', password: c }")).toContain(
    'machines/registry-login.username: must have no colon',
  );
  expect(given("uplink/central-login: { username: 'a:b', password: c }").size).toBe(1);
});

test('a colon in the user name of a database is refused, since it ends the name where the database is named', () => {
  const databases = (text: string) => parseGiven(text, 'logins.yaml', [DATABASE]);
  expect(() => databases("machines/kiln-1-login: { username: 'a:b', password: c }")).toThrow(
    'machines/kiln-1-login.username: must have no colon, because it ends the user name where a database is named; choose another user of the database',
  );
  expect(databases("machines/kiln-1-login: { username: a, password: 'b:@/c' }").size).toBe(1);
});

test('half a character, which no URL can hold, is refused', () => {
  expect(refusal('uplink/central-login: { username: a, password: "x\\ud800" }')).toContain('must be one line without control characters');
});

test('a line break, which an editor adds unseen, is refused', () => {
  expect(refusal('uplink/central-login:\n  username: a\n  password: |\n    hunter2hunter2\n')).toContain('must be one line');
});

describe('nothing secret is ever told', () => {
  const SECRET = 'hunter2hunter2';

  test.each([
    ['a password in place of a Secret', `${SECRET}: { username: a, password: b }`],
    ['a password in place of a field', `uplink/central-login: { ${SECRET}: b }`],
    ['a password in place of a login', `uplink/central-login: ${SECRET}`],
    ['a password alone', SECRET],
    ['a list', `[${SECRET}]`],
    ['a password that YAML takes for an alias', `uplink/central-login: { username: a, password: *${SECRET} }`],
    ['a password that YAML takes for a tag', `uplink/central-login: { username: a, password: !${SECRET} }`],
    ['a password that YAML takes for an anchor', `uplink/central-login: { username: a, password: &${SECRET} }`],
    ['a password that breaks YAML', `uplink/central-login: { username: a, password: "${SECRET} }`],
    ['a password that is there twice', `uplink/central-login: { username: a, password: ${SECRET}, password: ${SECRET} }`],
    ['a password that is a key twice', `${SECRET}: 1\n${SECRET}: 2`],
    ['a password of two lines', `uplink/central-login: { username: a, password: "${SECRET}\\n" }`],
    ['a password of two documents', `${SECRET}\n---\n${SECRET}`],
  ])('not %s', (_, text) => {
    expect(refusal(text)).not.toMatch(/hunter2/i);
  });

  test('not from any text at all', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
        fc.constantFrom('*', '!', '&', '"', "'", '{', '[', '- ', '|', '%', '@', ''),
        (noise, mark) => {
          try {
            given(`uplink/central-login:\n  username: ${mark}${SECRET}${noise}\n  ${noise}password: ${mark}${SECRET}`);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            expect((error as Error).message).not.toMatch(/hunter2/i);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a broken file is told with its line', () => {
  expect(refusal('uplink/central-login:\n  username: "a\n')).toMatch(
    /^logins.yaml is not YAML at line \d; put user names and passwords in quotes$/,
  );
});

test('a file is read, and one that is not there is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-given-'));
  try {
    writeFileSync(join(folder, 'logins.yaml'), 'uplink/central-login: { username: a, password: b }');
    expect((await readGiven(join(folder, 'logins.yaml'), REQUIREMENTS)).size).toBe(1);
    await expect(readGiven(join(folder, 'none.yaml'), REQUIREMENTS)).rejects.toThrow(/none.yaml cannot be read: ENOENT$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
