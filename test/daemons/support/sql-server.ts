import { execFile, execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningProcess } from '../../support/process';
import type { Host } from './network';
import type { PlantOnTrial } from './plant';

const run = promisify(execFile);

/** How one engine is installed, started and asked; programs are Debian's, run as Debian's user of the engine. */
interface Engine {
  readonly user: string;
  readonly install: (folder: string) => readonly string[];
  readonly serve: (folder: string, address: string) => readonly string[];
  readonly ask: (folder: string, sql: string, database: string) => readonly string[];
}

const postgresBin = () => {
  const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse();
  return join('/usr/lib/postgresql', version, 'bin');
};

const ENGINES: Record<'mariadb' | 'postgresql', Engine> = {
  mariadb: {
    user: 'mysql',
    install: (folder) => [
      ...['/usr/bin/mariadb-install-db', '--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal'],
      '--skip-test-db',
    ],
    serve: (folder, address) => [
      ...['/usr/sbin/mariadbd', '--no-defaults', `--datadir=${folder}/data`, `--socket=${folder}/socket`, `--bind-address=${address}`],
      ...[`--pid-file=${folder}/pid`, '--skip-name-resolve', '--require-secure-transport=ON', '--innodb-buffer-pool-size=16M'],
      ...[`--ssl-cert=${folder}/server.crt`, `--ssl-key=${folder}/server.key`],
    ],
    ask: (folder, sql, database) => [
      ...['/usr/bin/mariadb', '--no-defaults', `--socket=${folder}/socket`, '-uroot', '--ssl', '-N', '-e', sql, database],
    ],
  },
  postgresql: {
    user: 'postgres',
    install: (folder) => [`${postgresBin()}/initdb`, `--pgdata=${folder}/data`, '--auth=trust', '--encoding=UTF8', '--no-sync'],
    serve: (folder, address) => [
      ...[`${postgresBin()}/postgres`, '-D', `${folder}/data`, '-k', folder, '-c', `listen_addresses=${address}`, '-c', 'ssl=on'],
      ...['-c', `ssl_cert_file=${folder}/server.crt`, '-c', `ssl_key_file=${folder}/server.key`, '-c', `hba_file=${folder}/hba`],
    ],
    ask: (folder, sql, database) => ['/usr/bin/psql', '-h', folder, '-d', database, '-v', 'ON_ERROR_STOP=1', '-Atc', sql],
  },
};

/** A real database server where a machine is, as an unprivileged user, with a certificate for its address. Its data outlive it. */
export class SqlServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'millwright-sql-'));
  readonly #engine: Engine;
  #process: RunningProcess | undefined;

  /** PEM of the server's certificate, which is its own authority. */
  readonly authority: string;

  private constructor(
    private readonly kind: keyof typeof ENGINES,
    private readonly address: string,
  ) {
    this.#engine = ENGINES[kind];
    const [certificate, key] = [join(this.#folder, 'server.crt'), join(this.#folder, 'server.key')];
    execFileSync(
      '/usr/bin/openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=database'],
        ...['-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(join(this.#folder, 'hba'), 'local all all trust\nhostssl all all all scram-sha-256\n');
    this.authority = execFileSync('/bin/cat', [certificate], { encoding: 'utf8' });
    mkdirSync(join(this.#folder, 'data'), { mode: 0o700 });
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('/usr/bin/id', [flag, this.#engine.user], { encoding: 'utf8' })));
    for (const path of ['', 'server.crt', 'server.key', 'hba', 'data']) chownSync(join(this.#folder, path), uid ?? 0, gid ?? 0);
  }

  /** Installs a server; nothing runs yet. */
  static async of(kind: keyof typeof ENGINES, address: string): Promise<SqlServer> {
    const server = new SqlServer(kind, address);
    await server.#run(server.#engine.install(server.#folder));
    return server;
  }

  /** Starts it on its machine's host; returns when it answers. */
  async start(trial: PlantOnTrial, host: Host): Promise<void> {
    const [program = '', ...args] = this.#as(this.#engine.serve(this.#folder, this.address));
    this.#process = trial.startOn(host, `${this.kind}-${host.name}`, program, args);
    await this.#process.ready(() => this.ask('SELECT 1', this.kind === 'mariadb' ? 'mysql' : 'postgres'), 30_000);
  }

  /** Carries out statements as the administrator, on the server's own socket. */
  async ask(sql: string, database = 'line'): Promise<string> {
    return this.#run(this.#engine.ask(this.#folder, sql, database));
  }

  /** Stops it as a power failure does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#process?.stop();
  }

  /** Sends a signal to every process of the server: setpriv becomes the server, and PostgreSQL's others are its children. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    const pid = this.#process?.pid ?? 0;
    const children = execFileSync('/bin/sh', ['-c', `cat /proc/${pid}/task/*/children`], { encoding: 'utf8' }).split(' ');
    for (const child of [`${pid}`, ...children]) if (child.trim()) process.kill(Number(child), signal);
  }

  /** Removes the data. After the trial has ended. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #as(command: readonly string[]): string[] {
    const { user } = this.#engine;
    return ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--', ...command];
  }

  async #run(command: readonly string[]): Promise<string> {
    const [program = '', ...args] = this.#as(command);
    const { stdout } = await run(program, args, { cwd: this.#folder, timeout: 60_000 });
    return stdout;
  }
}
