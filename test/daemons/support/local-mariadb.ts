import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { type MyCnfGroup, toMyCnf } from '../../../infra/formats/my-cnf';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';

/** A real MariaDB of an empty data folder, on a socket alone. */
export class LocalMariaDb {
  readonly #folder: string;
  #process: RunningProcess | undefined;

  /** @param options of its option file, beside where things lie */
  constructor(
    private readonly group: ProcessGroup,
    options: MyCnfGroup,
  ) {
    this.#folder = join(group.workDir, 'mariadb');
    const at = { datadir: this.#folder, socket: this.#socket, pid_file: `${this.#folder}.pid`, skip_networking: true };
    writeFileSync(`${this.#folder}.cnf`, toMyCnf({ mysqld: { ...options, ...at, user: 'root' } }));
    const install = [`--defaults-file=${this.#folder}.cnf`, '--auth-root-authentication-method=normal', '--skip-test-db'];
    execFileSync('/usr/bin/mariadb-install-db', install, { stdio: 'ignore' });
  }

  get #socket(): string {
    return `${this.#folder}.sock`;
  }

  /** Starts it, which executes an init file; returns when it answers. */
  async start(initFile: string): Promise<void> {
    writeFileSync(`${this.#folder}.sql`, initFile);
    const args = [`--defaults-file=${this.#folder}.cnf`, `--init-file=${this.#folder}.sql`];
    this.#process = this.group.start({ name: 'mariadb', program: '/usr/sbin/mariadbd', args });
    await this.#process.ready(async () => (await this.connect()).end());
  }

  /** A connection as the administrator, whose texts are UTF-8. */
  connect(): Promise<Connection> {
    return createConnection({ socketPath: this.#socket, user: 'root', charset: 'utf8mb4' });
  }
}
