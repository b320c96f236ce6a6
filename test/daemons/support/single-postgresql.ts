import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a statement gave: its one row as JSON text, by the name of its column; or the server's error. */
export type Row = { readonly row: string } | { readonly error: string };

/** A real PostgreSQL of an empty data folder, run for one task without a server process, as Debian's user of it. */
export class SinglePostgreSql {
  readonly #folder = mkdtempSync(join(tmpdir(), 'millwright-sql-'));
  readonly #bin: string;

  constructor() {
    const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse();
    this.#bin = join('/usr/lib/postgresql', version, 'bin');
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('/usr/bin/id', [flag, 'postgres'], { encoding: 'utf8' })));
    mkdirSync(join(this.#folder, 'data'), { mode: 0o700 });
    for (const path of ['', 'data']) chownSync(join(this.#folder, path), uid ?? 0, gid ?? 0);
    this.#run(['initdb', `--pgdata=${this.#folder}/data`, '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync']);
  }

  /**
   * Executes queries, each as it stands and apart from the others.
   *
   * @param setting what stands in the session before them, such as `standard_conforming_strings = off`
   */
  rows(queries: readonly string[], setting: string): Row[] {
    const [given, told] = [join(this.#folder, 'given'), join(this.#folder, 'told')];
    writeFileSync(given, queries.map((query, index) => `${index}\t${Buffer.from(query).toString('hex')}\n`).join(''), { mode: 0o644 });
    const each = [
      'DO $each$ DECLARE one record; found text; BEGIN FOR one IN SELECT * FROM given LOOP BEGIN',
      "EXECUTE 'SELECT row_to_json(the_only_row) FROM (' || convert_from(decode(one.query, 'hex'), 'UTF8') || ') AS the_only_row' INTO STRICT found;",
      "INSERT INTO told VALUES (one.id, encode(convert_to(found, 'UTF8'), 'hex'), '');",
      "EXCEPTION WHEN OTHERS THEN INSERT INTO told VALUES (one.id, '', encode(convert_to(SQLERRM, 'UTF8'), 'hex'));",
      'END; END LOOP; END $each$;',
    ];
    const script = [
      'DROP TABLE IF EXISTS given, told;',
      'CREATE TABLE given (id int, query text);',
      'CREATE TABLE told (id int, found text, error text);',
      `COPY given FROM '${given}';`,
      `SET ${setting};`,
      each.join(' '),
      `COPY (SELECT * FROM told ORDER BY id) TO '${told}';`,
    ];
    this.#run(['postgres', '--single', '-F', '-D', `${this.#folder}/data`, 'postgres'], `${script.join('\n')}\n`);
    return readFileSync(told, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [, found = '', error = ''] = line
          .split('\t')
          .map((cell, index) => (index === 0 ? cell : Buffer.from(cell, 'hex').toString()));
        return error === '' ? { row: found } : { error };
      });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run([program = '', ...args]: readonly string[], input = ''): void {
    const as = ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', join(this.#bin, program), ...args];
    execFileSync('/usr/bin/setpriv', as, { input, cwd: this.#folder, stdio: ['pipe', 'ignore', 'pipe'] });
  }
}
