import { milliseconds } from '../../model/duration';
import { secretText } from '../../model/secret-store';
import { machineFilePath } from '../../model/services';
import { engineFacts } from './engines';
import { portOf, type SqlMachine, type SqlSettings } from './settings';

/** Id of the Secret with the user name and the password. */
export const LOGIN = 'login';

/** Id of the file with the certificates of the authority that signs the server. */
export const AUTHORITY = 'authority.pem';

/**
 * Data source name for Telegraf's sql input; user name and password are references to the machine's Secret. A MySQL name takes a
 * password as it is: the driver looks for the last `/` and the last `@` (go-sql-driver 1.9.3, ParseDSN); only the user name has no colon.
 * The other two are URLs, and take the login in its encoded form. Every session is in UTC and, where the engine knows that, read-only.
 */
export function dataSourceName(machine: SqlMachine): string {
  const { name, address, settings } = machine;
  const { driver } = engineFacts(settings.engine);
  const host = `${address.includes(':') ? `[${address}]` : address}:${portOf(settings)}`;
  const secret = (key: string) => secretText(name, LOGIN, key);
  const seconds = Math.ceil(milliseconds(settings.timeout) / 1000);
  switch (driver) {
    case 'mysql': {
      const parameters = query({
        charset: 'utf8mb4',
        parseTime: 'true',
        loc: 'UTC',
        time_zone: "'+00:00'",
        [settings.engine === 'mariadb' ? 'tx_read_only' : 'transaction_read_only']: '1',
        timeout: `${seconds}s`,
        readTimeout: `${seconds}s`,
        writeTimeout: `${seconds}s`,
        tls: { verify: 'true', encrypt: 'skip-verify', off: 'false' }[settings.tls.mode],
      });
      return `${secret('username')}:${secret('password')}@tcp(${host})/${encodeURIComponent(settings.database)}?${parameters}`;
    }
    case 'pgx': {
      const parameters = query({
        // Not in the path, of which the driver cuts off slashes that the name begins with (pgconn 1.14.3, parseURLSettings).
        dbname: settings.database,
        application_name: 'millwright-gateway',
        timezone: 'UTC',
        default_transaction_read_only: 'on',
        statement_timeout: `${seconds}s`,
        connect_timeout: `${seconds}`,
        sslmode: { verify: 'verify-full', encrypt: 'require', off: 'disable' }[settings.tls.mode],
        ...(settings.tls.mode === 'verify' ? { sslrootcert: machineFilePath(name, AUTHORITY) } : {}),
      });
      return `postgres://${secret('username_url')}:${secret('password_url')}@${host}/?${parameters}`;
    }
    case 'sqlserver': {
      const parameters = query({
        database: settings.database,
        'app name': 'millwright-gateway',
        ApplicationIntent: 'ReadOnly',
        'dial timeout': `${seconds}`,
        'connection timeout': `${seconds}`,
        ...sqlServerEncryption(name, settings),
      });
      return `sqlserver://${secret('username_url')}:${secret('password_url')}@${host}?${parameters}`;
    }
  }
}

function sqlServerEncryption(machine: string, { tls }: SqlSettings): Record<string, string> {
  if (tls.mode === 'off') return { encrypt: 'disable' };
  if (tls.mode === 'encrypt') return { encrypt: 'true', TrustServerCertificate: 'true' };
  return { encrypt: 'true', TrustServerCertificate: 'false', certificate: machineFilePath(machine, AUTHORITY) };
}

function query(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
}
