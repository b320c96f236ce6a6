import { hbaRules, postgresFiles, postgresSettings } from '../../../infra/postgres/configuration';
import { exampleCentral } from '../../support/centre';

test('nobody logs in by password, and over the network nobody without encryption or as the first superuser', () => {
  expect(postgresFiles(exampleCentral())['pg_hba.conf']).toBe(
    [
      'local all "postgres" peer',
      'hostgssenc all "postgres" all reject',
      'hostgssenc all all all gss include_realm="0" krb_realm="FACTORY.EXAMPLE.COM"',
      '',
    ].join('\n'),
  );
});

test.each(['A"B', 'A B', 'A#B', 'A,B'])('the realm %j does not end its word', (realm) => {
  expect(hbaRules(realm)[2]?.options?.krb_realm).toBe(realm);
});

test('the log between two checkpoints stays an eighth of the volume, and at most 1 GiB', () => {
  const of = (databaseGiB: number) => postgresSettings(exampleCentral({ storage: { databaseGiB } })).max_wal_size;
  expect([1, 4, 8, 10, 1000].map(of)).toEqual(['128MB', '512MB', '1024MB', '1024MB', '1024MB']);
});

test('no line of SQL is lost to a comment that SQL does not know', () => {
  const sql = postgresFiles(exampleCentral())['first-roles.sql'] ?? '';
  expect(sql).not.toMatch(/^\s*#/m);
  expect(sql).toMatch(/^\\set ON_ERROR_STOP on$/m);
});
