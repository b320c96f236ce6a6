import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** A variable that the pod would have. Throws when it is missing. */
export function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Certificate, key and authority as a pod has them mounted. */
export function tlsFiles() {
  const file = (name: string) => readFileSync(join(told('MILLWRIGHT_TLS'), name), 'utf8');
  return { cert: file('tls.crt'), key: file('tls.key'), ca: file('ca.crt'), minVersion: 'TLSv1.2' as const };
}

/** Address of a host in the test's network, where there is no DNS. */
export function addressOf(host: string): string {
  const address = isIP(host) ? host : JSON.parse(process.env.TEST_HOSTS ?? '{}')[host];
  if (address === undefined) throw new Error(`TEST_HOSTS has no ${host}`);
  return address;
}
