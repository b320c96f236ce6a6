import { toMyCnf } from '../../../infra/formats/my-cnf';

test('an option file has its groups and options in the order of writing, texts in quotes and switches as ON and OFF', () => {
  expect(
    toMyCnf({ mysqld: { datadir: '/var/lib/a b', sync_binlog: 1, local_infile: false, skip_name_resolve: true }, client: { port: 3306 } }),
  ).toBe('[mysqld]\ndatadir = "/var/lib/a b"\nsync_binlog = 1\nlocal_infile = OFF\nskip_name_resolve = ON\n\n[client]\nport = 3306\n');
});

test('a quote or backslash in a value is escaped, and what begins a comment elsewhere is a character like others', () => {
  expect(toMyCnf({ mysqld: { a: 'x"\\#;$(y)' } })).toBe('[mysqld]\na = "x\\"\\\\#;$(y)"\n');
});

test.each([
  ['a line feed in a value', { mysqld: { a: 'x\nskip-grant-tables' } }],
  ['another control character', { mysqld: { a: 'x\u0085' } }],
  ['half a character', { mysqld: { a: 'x\ud83d' } }],
  ['a name with a space', { mysqld: { 'a b': 1 } }],
  ['a group with a bracket', { 'a]\n[b': { a: 1 } }],
  ['a line so long that the program would read its end as another', { mysqld: { a: `${'ä'.repeat(2040)}"skip-grant-tables` } }],
  ['a number that is none', { mysqld: { a: Number.NaN } }],
])('%s is refused', (_, file) => {
  expect(() => toMyCnf(file as never)).toThrow(RangeError);
});
