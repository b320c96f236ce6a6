import * as fc from 'fast-check';
import { type HbaRule, toHbaConf, toPostgresConf } from '../../../infra/postgres/format';

/** Reads one line of postgresql.conf as guc-file.l of PostgreSQL 16 does, as far as texts in quotes go. */
function settingRead(line: string): string | undefined {
  const [, quoted] = /^[a-z_.]+ = '((?:[^'\\]|\\.|'')*)'\n$/su.exec(line) ?? [];
  return quoted?.replace(/\\(.)|''/gsu, (_, escaped: string | undefined) => escaped ?? "'");
}

/** Reads the words of one record as hba.c of PostgreSQL 16 does. */
function wordsRead(line: string): string[] {
  return [...line.trimEnd().matchAll(/(?:[^\s"#,]|"(?:[^"]|"")*")+/gu)].map(([word]) =>
    word.replace(/"((?:[^"]|"")*)"/gu, (_, inner: string) => inner.replaceAll('""', '"')),
  );
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const refusable = (write: () => string): string | undefined => {
  try {
    return write();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
};

test('a setting is read back as it was, or refused', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const written = refusable(() => toPostgresConf({ name: text }));
      if (written !== undefined) expect(settingRead(written)).toBe(text);
      else expect(text).toMatch(/\p{Cc}|\p{Cs}/u);
    }),
  );
});

test('settings that are no texts stand as PostgreSQL writes them', () => {
  expect(toPostgresConf({ fsync: true, ssl: false, port: 5432, ratio: 0.5, 'class.name': 'x' })).toBe(
    "fsync = on\nssl = off\nport = 5432\nratio = 0.5\nclass.name = 'x'\n",
  );
});

test.each(['include', 'include_dir', 'INCLUDE_IF_EXISTS', '', 'a b', 'a=b', "a'", 'a.b.c', '1a', 'a\n'])(
  '%j is no name of a setting',
  (name) => {
    expect(() => toPostgresConf({ [name]: 'x' })).toThrow(RangeError);
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-7])('the number %d is refused', (number) => {
  expect(() => toPostgresConf({ name: number })).toThrow(RangeError);
});

test('a name in a record is read back as it was, or refused', () => {
  const rule = (user: string): HbaRule => ({ type: 'local', database: { keyword: 'all' }, user, method: 'peer', options: { map: user } });
  fc.assert(
    fc.property(anyText, (text) => {
      const written = refusable(() => toHbaConf([rule(text)]));
      if (written !== undefined) expect(wordsRead(written)).toEqual(['local', 'all', text, 'peer', `map=${text}`]);
    }),
  );
});

test.each([
  ['a regular expression', { user: '/^a' }],
  ['an empty name', { user: '' }],
  ['a word with a space', { user: { keyword: 'all all' } }],
  ['an address where there is none', { address: { keyword: 'all' } }],
  ['an option that is no word', { options: { 'a b': 'c' } }],
  ['a name longer than PostgreSQL 15 reads', { user: 'ä'.repeat(101) }],
])('%s is refused', (_, change) => {
  expect(() => toHbaConf([{ type: 'local', database: 'x', user: 'y', method: 'peer', ...change }])).toThrow(RangeError);
});
