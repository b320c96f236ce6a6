import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { sqlString, toSqlFile } from '../../infra/formats/sql';
import { SETUP_SCRIPT } from '../../infra/influxdb/setup';
import { lineOfText } from '../../infra/model/text';
import { serverFiles } from '../../infra/mysql/pod-files';
import { serverConfiguration } from '../../infra/mysql/server-config';
import { type Engine, engineFacts } from '../../infra/protocols/sql/engines';
import { HOSTILE_COUNT, hostileTexts, shown } from '../support/hostile';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { run } from './support/debian-pod';
import { examplePlant } from './support/example';
import { LocalMariaDb } from './support/local-mariadb';
import { Readers } from './support/readers';
import { type Row, SinglePostgreSql } from './support/single-postgresql';

const texts = hostileTexts(HOSTILE_COUNT, 2);
const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();

/** Texts that came back as others, shown. */
const changed = (meant: readonly string[], read: ReadonlyMap<number, string>) =>
  meant.flatMap((text, index) => (read.get(index) === hex(text) ? [] : [`${shown(text)} became ${read.get(index)}`]));

const isTaken = (text: string) => {
  try {
    return sqlString(text) !== '';
  } catch {
    return false;
  }
};

const { jobs } = examplePlant();
if (!jobs) throw new Error('the example has jobs');
const files = serverFiles({ ...jobs, database: { ...jobs.database, engine: 'mariadb' } }, false);

let workDir: WorkDir;
let group: ProcessGroup;
let mariadb: LocalMariaDb;
let readers: Readers;

beforeAll(async () => {
  workDir = await makeWorkDir();
  readers = await Readers.in(workDir.path);
  group = processGroup(workDir.path);
  // What of the generated configuration says how a text is read.
  const { sql_mode, character_set_server, collation_server } = serverConfiguration({ ...jobs.database, engine: 'mariadb' }).mysqld ?? {};
  const reading = { sql_mode: sql_mode ?? '', character_set_server: character_set_server ?? '', collation_server: collation_server ?? '' };
  mariadb = new LocalMariaDb(group, { ...reading, innodb_flush_log_at_trx_commit: 0, innodb_buffer_pool_size: 32 * 1024 ** 2 });
});

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

/** What a table holds: hexadecimal digits by number. */
async function held(table: string): Promise<Map<number, string>> {
  const connection = await mariadb.connect();
  try {
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT id, HEX(text) AS hex FROM hostile.${table}`);
    return new Map(rows.map(({ id, hex: digits }) => [id, digits]));
  } finally {
    await connection.end();
  }
}

const table = (name: string) => `CREATE TABLE hostile.${name} (id INT PRIMARY KEY, text LONGTEXT CHARACTER SET utf8mb4)`;
const insert = (name: string, id: number, literal: string) => `INSERT INTO hostile.${name} VALUES (${id}, ${literal})`;

/** A folder of busybox' programs. */
function applets(): string {
  const folder = join(workDir.path, 'applets');
  mkdirSync(folder, { recursive: true });
  execFileSync('/usr/bin/busybox', ['--install', '-s', folder]);
  return folder;
}

/** A script of the job database's pod, run by a shell. */
async function inShell(shell: readonly string[], script: string, name: string) {
  const folder = join(workDir.path, name);
  const canary = join(folder, 'canary');
  mkdirSync(join(folder, 'work'), { recursive: true });
  for (const file of ['common.sh', 'start.sh']) writeFileSync(join(folder, file), files[file] ?? '');
  writeFileSync(join(folder, 'script.sh'), `. "$CONFIGURATION/common.sh"\n. "$CONFIGURATION/start.sh"\n${script}`);
  const [program = '', ...args] = shell;
  // The shell's own programs, as in an image of that shell.
  const path = program.endsWith('busybox') ? { PATH: applets() } : {};
  const env = {
    ...path,
    CONFIGURATION: folder,
    ENGINE: 'mariadb',
    RUN: folder,
    CANARY: canary,
    LOGINS: join(folder, 'logins'),
    NAME: 'leaked',
  };
  const { code, said } = await run(program, [...args, join(folder, 'script.sh')], env);
  return { folder, code, said, canary: existsSync(canary) };
}

/** Printable ASCII is what passwords may be: two of three texts are made so, and the rest must be refused or carried. */
const passwords = [...new Set(texts.map((text, index) => (index % 3 === 0 ? text : text.replace(/[^ -~]/g, ''))))];
/** What a script makes of a Secret's file: nothing where it refuses it. */
const asRead = (text: string) => (/^[ -~]{1,1000}\n?$/.test(text) && Buffer.byteLength(text) <= 1000 ? text.replace(/\n$/, '') : undefined);

const SHELLS = [
  ['dash', ['/bin/dash'], 0],
  ['bash, called sh', ['/bin/bash', '--posix'], 1],
  ['busybox', ['/usr/bin/busybox', 'sh'], 2],
] as const;

/** Texts that a shell is given at once. */
const PART = 1_000;

/** Statements that the shells' literals make, for the database to execute. */
const ofShells: { name: string; statements: string[]; meant: string[] }[] = [];

describe('the scripts of the job database with hostile passwords', () => {
  test.each(SHELLS)(
    'write them to option files and statements so that %s runs none of them, and they are read as they were',
    async (shell, command, third) => {
      const name = shell.replace(/\W.*/, '');
      const own = passwords.filter((_, index) => index % 3 === third);
      const given = join(workDir.path, `given-${name}`);
      mkdirSync(given);
      for (const [index, text] of own.entries()) writeFileSync(join(given, `${index}`), text);
      const folder = join(workDir.path, name);
      // In parts, because a shell starts programs for each text.
      for (let first = 0; first < own.length; first += PART) {
        const { code, said, canary } = await inShell(
          command,
          `cd "$RUN/work"
           [ -e "$RUN/my.cnf" ] || echo '[client]' > "$RUN/my.cnf"
           i=${first}
           while [ "$i" -lt ${Math.min(first + PART, own.length)} ]; do
             if text=$(value_of "${given}/$i" 2> /dev/null); then
               printf 'x%s = %s\\n' "$i" "$(quoted "$text" '"')" >> "$RUN/my.cnf"
               printf 'INSERT INTO hostile.${name} VALUES (%s, %s);\\n' "$i" "$(quoted "$text" "'")" >> "$RUN/literals"
             fi
             i=$((i + 1))
           done`,
          name,
        );
        expect([code, said.replace(/.*ignored null byte.*\n/g, ''), canary]).toEqual([0, '', false]);
      }
      const meant = own.flatMap((text, index) => (asRead(text) === undefined ? [] : [`x${index}=${asRead(text)}`]));
      const options = await readers.options(join(folder, 'my.cnf'), 'client');
      expect(options.filter((option) => !meant.includes(option))).toEqual([]);
      expect(meant.filter((option) => !options.includes(option))).toEqual([]);
      const statements = readFileSync(join(folder, 'literals'), 'utf8').split('\n').slice(0, -1);
      expect(statements).toHaveLength(meant.length);
      ofShells.push({ name, statements: statements.map((line) => line.replace(/;$/, '')), meant: own.map((text) => asRead(text) ?? '') });
      console.log(`shell ${shell}: ${own.length} texts tried, ${meant.length} carried unchanged, ${own.length - meant.length} refused`);
    },
    900_000,
  );

  test('put them into the statements that make users, at their place and nowhere else', async () => {
    const own = passwords.filter((text) => asRead(text) !== undefined).slice(0, HOSTILE_COUNT / 16);
    const folder = join(workDir.path, 'users');
    own.forEach((text, index) => {
      mkdirSync(join(folder, 'logins', `u${index}`), { recursive: true });
      writeFileSync(join(folder, 'logins', `u${index}`, 'password'), text);
      writeFileSync(join(folder, `users-u${index}.sql`), `SET @a = '\\\\x';\n${insert('users', index, '@PASSWORD@')};\n`);
    });
    const { code, said, canary } = await inShell(['/bin/dash'], 'user_statements > "$RUN/users.sql"', 'users');
    expect([code, said, canary]).toEqual([0, '', false]);
    const lines = readFileSync(join(folder, 'users.sql'), 'utf8').split('\n').slice(0, -1);
    expect(lines).toHaveLength(2 * own.length);
    expect(lines.filter((line) => line === "SET @a = '\\\\x';")).toHaveLength(own.length);
    // Users come in the order of their names.
    const statements = lines.filter((line) => line.startsWith('INSERT')).map((line) => line.replace(/;$/, ''));
    ofShells.push({ name: 'users', statements, meant: own.map((text) => asRead(text) ?? '') });
  }, 900_000);
});

describe('the script that sets the historian up with hostile passwords', () => {
  test('takes nothing but letters, digits, - and _ into its JSON and headers, and runs none of them', async () => {
    const [reading = ''] = /^secret\(\) \{[\s\S]*?^\}/m.exec(SETUP_SCRIPT) ?? [];
    expect(reading).toContain('fail');
    const own = passwords.flatMap((text, index) => (index % 8 === 0 ? [text, text.replace(/[^A-Za-z0-9_-]/g, '')] : []));
    const given = join(workDir.path, 'given-historian');
    mkdirSync(given);
    for (const [index, text] of own.entries()) writeFileSync(join(given, `${index}`), text);
    const { code, said, canary } = await inShell(
      ['/usr/bin/busybox', 'sh'],
      `fail() { exit 1; }
       ${reading}
       cd "$RUN/work"
       i=0
       while [ "$i" -lt ${own.length} ]; do
         if text=$(secret "${given}/$i"); then printf '%s %s\\n' "$i" "$text"; fi
         i=$((i + 1))
       done`,
      'historian',
    );
    expect([code, canary]).toEqual([0, false]);
    // A shell leaves out NUL, and line feeds at the end.
    const read = own.map((text) => text.replaceAll('\0', '').replace(/\n+$/, ''));
    const meant = read.flatMap((text, index) => (/^[A-Za-z0-9_-]+$/.test(text) ? [`${index} ${text}`] : []));
    expect(said.split('\n').slice(0, -1)).toEqual(meant);
    console.log(`historian's setup: ${own.length} texts tried, ${meant.length} carried unchanged, ${own.length - meant.length} refused`);
  }, 900_000);
});

describe('an init file with hostile texts', () => {
  test('makes the server execute just the statements that were meant, with the texts that were meant', async () => {
    const taken = texts.filter(isTaken);
    const names = ['texts', ...ofShells.map(({ name }) => name)];
    await mariadb.start(
      toSqlFile([
        'CREATE DATABASE jobs',
        'CREATE TABLE jobs.jobs (id INT)',
        'CREATE DATABASE hostile',
        ...names.map(table),
        ...taken.map((text, index) => insert('texts', index, sqlString(text))),
        ...ofShells.flatMap(({ statements }) => statements),
      ]),
    );
    const read = await held('texts');
    expect(changed(taken, read)).toEqual([]);
    expect(read.size).toBe(taken.length);
    for (const { name, statements, meant } of ofShells) {
      const found = await held(name);
      expect([name, found.size]).toEqual([name, statements.length]);
      expect([...found].flatMap(([id, digits]) => (hex(meant[id] ?? '') === digits ? [] : [shown(meant[id] ?? '')]))).toEqual([]);
    }
    const connection = await mariadb.connect();
    const [tables] = await connection.query<RowDataPacket[]>(
      "SELECT CONCAT(table_schema, '.', table_name) AS name FROM information_schema.tables WHERE table_schema IN ('hostile', 'jobs')",
    );
    await connection.end();
    expect(tables.map(({ name }) => name).sort()).toEqual(['jobs.jobs', ...names.map((name) => `hostile.${name}`)].sort());
    console.log(`SQL literals: ${taken.length} texts read back unchanged, ${texts.length - taken.length} refused`);
  }, 300_000);
});

const isRow = (read: Row | undefined, name: string, value: number) =>
  read !== undefined && 'row' in read && JSON.stringify(JSON.parse(read.row)) === JSON.stringify({ [name]: value });

describe('a hostile name in the statement of a gateway', () => {
  // The client of this test takes no column of the name of a member that every object has.
  const isName = (text: string) => lineOfText(128).safeParse(text).success && !(text in {});
  const statement = (engine: Engine, text: string, index: number) => {
    const name = engineFacts(engine).quoted(text);
    return `SELECT ${name}.${name} AS ${name} FROM (SELECT ${index} AS ${name}) AS ${name}`;
  };

  test.each([
    '',
    'ANSI_QUOTES',
    'NO_BACKSLASH_ESCAPES',
    'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE',
    'ORACLE',
    'MSSQL',
  ])(
    'names that column and that table of MariaDB, and nothing else, with sql_mode "%s"',
    async (mode) => {
      // Names there have 64 characters of the basic plane (MariaDB documentation, “Identifier Names”).
      const names = texts.filter((text) => isName(text) && [...text].length <= 64 && !/[\u{10000}-\u{10ffff}]/u.test(text));
      const own = mode === '' ? names : names.filter((_, index) => index % 5 === 0);
      const connection = await mariadb.connect();
      try {
        await connection.query(`SET SESSION sql_mode = '${mode}'`);
        const wrong: string[] = [];
        for (const [index, name] of own.entries()) {
          const [rows, fields] = await connection.query<RowDataPacket[]>({ sql: statement('mariadb', name, index), rowsAsArray: true });
          if (fields.length !== 1 || fields[0]?.name !== name || JSON.stringify(rows) !== `[[${index}]]`) wrong.push(shown(name));
        }
        expect(wrong).toEqual([]);
        console.log(`names in MariaDB, ${mode || 'no mode'}: ${own.length} read back unchanged`);
      } finally {
        await connection.end();
      }
    },
    300_000,
  );

  test.each(['on', 'off'])(
    'names that column and that table of PostgreSQL, and nothing else, with standard_conforming_strings %s',
    (setting) => {
      // What is longer than 63 bytes is cut by the server, alike where a table is made.
      const names = texts.filter((text) => isName(text) && Buffer.byteLength(text) <= 63);
      const own = setting === 'on' ? names : names.filter((_, index) => index % 5 === 0);
      const server = new SinglePostgreSql();
      try {
        const read = server.rows(
          own.map((name, index) => statement('postgresql', name, index)),
          `standard_conforming_strings = ${setting}`,
        );
        expect(own.flatMap((name, index) => (isRow(read[index], name, index) ? [] : [[shown(name), read[index]]]))).toEqual([]);
        console.log(`names in PostgreSQL, standard_conforming_strings ${setting}: ${own.length} read back unchanged`);
      } finally {
        server.remove();
      }
    },
  );
});
