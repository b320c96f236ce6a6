import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import type { Contract } from '../../infra/model/contract';
import { factoryPlusClient, type Send } from '../factory-plus-client';
import { UserError } from '../user-error';

/** Environment variable with the password, where no file is named. */
const PASSWORD_VARIABLE = 'MILLWRIGHT_PASSWORD';

/** Options of every command that logs in at Factory+. */
export interface LoginOptions {
  /** URL of the ConfigDB. @default - its public name */
  readonly url?: string;
  /** URL of Auth. @default - its public name */
  readonly authUrl?: string;
  readonly principal: string;
  /** File with the password; `-` for standard input. @default - the environment variable */
  readonly passwordFile?: string;
}

/** A client of a centre's services that has a login. The password is never printed, and sent in clear to this machine alone. */
export async function logIn(contract: Contract, options: LoginOptions): Promise<Send> {
  const scheme = contract.tls ? 'https' : 'http';
  const urls = {
    configdb: checkedUrl('--url', options.url ?? `${scheme}://configdb.${contract.domain}`, contract.tls),
    auth: checkedUrl('--auth-url', options.authUrl ?? `${scheme}://auth.${contract.domain}`, contract.tls),
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9_./-]*(?:@[A-Za-z0-9.-]+)?$/.test(options.principal)) {
    throw new UserError(`--principal ${JSON.stringify(options.principal)} must be a Kerberos principal, such as admin.`, 2);
  }
  return factoryPlusClient({
    urls,
    principal: options.principal,
    password: await passwordOf(options.passwordFile),
    ...(contract.certificateAuthority === undefined ? {} : { authority: contract.certificateAuthority }),
  });
}

/** A URL without a slash at its end. Where the centre has TLS, http leads to this machine only, as `kubectl port-forward` makes it. */
function checkedUrl(option: string, text: string, tls: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new UserError(`${option} ${text} must be a URL such as https://configdb.factory.example.com.`, 2);
  }
  if (tls && url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new UserError(`${option} ${text} would send the password in clear; use https, or http to localhost.`, 2);
  }
  return text.replace(/\/+$/, '');
}

async function passwordOf(file: string | undefined): Promise<string> {
  const text =
    file === undefined ? process.env[PASSWORD_VARIABLE] : file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  const password = text?.replace(/\r?\n$/, '') ?? '';
  if (password === '') {
    throw new UserError(`there is no password; name a file with --password-file (- reads standard input), or set ${PASSWORD_VARIABLE}.`, 2);
  }
  // js-service-api 6.8.1 reads a login as Latin-1, and one line of it.
  if (!/^[\x20-\x7e]+$/.test(password))
    throw new UserError('the password must be one line of ASCII: Factory+ reads no other one at a login by HTTP.', 2);
  return password;
}
