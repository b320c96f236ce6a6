import { isWellFormed } from '../model/text';

/**
 * A text as an SQL string literal of MySQL and MariaDB, for servers whose SQL mode has neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES, as
 * {@link ../mysql/server-config} sets it.
 *
 * @throws RangeError for half a character, and for a control character: an init file of MariaDB ends a statement at a line feed
 */
export function sqlString(text: string): string {
  if (/\p{Cc}/u.test(text) || !isWellFormed(text)) {
    throw new RangeError('a statement of an init file cannot hold a control character or half a character');
  }
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/**
 * Statements as an init file: one a line, each with its semicolon.
 *
 * @throws RangeError for a statement with a line feed or a semicolon at its end, which would make two of it
 */
export function toSqlFile(statements: readonly string[]): string {
  return statements
    .map((statement) => {
      if (/\p{Cc}/u.test(statement) || statement.trimEnd().endsWith(';')) {
        throw new RangeError(`${JSON.stringify(statement.slice(0, 60))} is not one statement on one line without a semicolon`);
      }
      return `${statement};\n`;
    })
    .join('');
}
