import * as fc from 'fast-check';
import { ENGINES } from '../../../../infra/protocols/sql/engines';
import { refuseStatement } from '../../../../infra/protocols/sql/statement';

describe('a query is one statement that reads', () => {
  test.each([
    ['SELECT a FROM b WHERE c = 1'],
    ["  select ';' , \"--\" from t /* ; -- */ where x = 'it''s'"],
    ['WITH x AS (SELECT 1 AS a) SELECT a FROM x'],
    ['SELECT(1)'],
  ])('%s', (query) => {
    for (const engine of ENGINES) expect(refuseStatement(query, engine)).toBeUndefined();
  });

  test.each([
    ['mysql', String.raw`SELECT 'it\'s; fine'`],
    ['mariadb', 'SELECT `a;b`'],
    ['sqlserver', 'SELECT [a;b]]c] FROM [t;]'],
    ['postgresql', String.raw`SELECT 'c:\' , "a;b"`],
  ] as const)('%s quotes in its own way: %s', (engine, query) => {
    expect(refuseStatement(query, engine)).toBeUndefined();
  });

  test.each([
    ['mysql', 'DELETE FROM t', 'does not begin with SELECT or WITH'],
    ['mysql', 'SELECTED', 'does not begin with SELECT or WITH'],
    ['mysql', '/* SELECT */ DROP TABLE t', 'does not begin with SELECT or WITH'],
    ['postgresql', 'SELECT 1;', 'has a semicolon'],
    ['postgresql', String.raw`SELECT 'c:\'; DROP TABLE t`, 'has a semicolon'],
    ['mysql', 'SELECT 1 -- all of it', 'has a comment that hides its rest, since it stands on one line'],
    ['mysql', 'SELECT 1 # all of it', 'has a comment that hides its rest, since it stands on one line'],
    ['mysql', 'SELECT /*! 1; */ 2', 'has a comment that does not end or is carried out'],
    ['sqlserver', 'SELECT 1 /* all', 'has a comment that does not end or is carried out'],
    ['sqlserver', "SELECT 'a", "has a ' that is not closed"],
    ['sqlserver', 'SELECT [a', 'has a [ that is not closed'],
  ] as const)('%s: %s is refused', (engine, query, error) => {
    expect(refuseStatement(query, engine)?.error).toBe(error);
  });

  test('nothing that stands behind a semicolon outside of quotes is accepted, whatever it is', () => {
    const pieces = fc
      .array(fc.constantFrom("'a;'", '"b"', ' ', 'x', '(', "''", '/*;*/', '1'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pieces, pieces, fc.constantFrom(...ENGINES), (before, after, engine) => {
        expect(refuseStatement(`SELECT ${before}`, engine)).toBeUndefined();
        expect(refuseStatement(`SELECT ${before};${after}`, engine)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });
});
