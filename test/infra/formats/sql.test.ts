import { sqlString, toSqlFile } from '../../../infra/formats/sql';

test('a text becomes a literal that ends where it ends', () => {
  expect(sqlString('O\'Neil \\ " -- ;')).toBe("'O\\'Neil \\\\ \" -- ;'");
  for (const bad of ['a\nb', 'a\u0085', 'a\ud83d']) expect(() => sqlString(bad)).toThrow(RangeError);
});

test('statements stand one a line, each with one semicolon', () => {
  expect(toSqlFile(['SET a = 1', "SELECT ';'"])).toBe("SET a = 1;\nSELECT ';';\n");
  for (const bad of ['SELECT 1;', 'SELECT\n1']) expect(() => toSqlFile([bad])).toThrow('is not one statement on one line');
});
