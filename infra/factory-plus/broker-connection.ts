import { componentAddress } from '../model/central-components';

/** Commands that a container with a shell, `grep` and Node.js answers with exit code 0: while a program is alive, and while it works. */
export interface ConnectionCommands {
  readonly liveness: readonly string[];
  readonly readiness: readonly string[];
}

/**
 * Whether a program that listens on nothing works: whether its pod has an established connection to a port of a server, as the kernel
 * lists them (Linux, proc(5), `/proc/net/tcp`: remote port in four hexadecimal digits, then the state, of which 01 is “established”).
 * It is alive with a connection, and without one while the server itself cannot be reached: then there is nothing that a start would mend.
 *
 * @param host name of the server
 * @param port its port, 1–65535
 * @param but.butApiServer whether connections to the API server of the cluster are not counted, which has port 443 inside it as well; by its
 * IPv4 address in KUBERNETES_SERVICE_HOST. @default false
 * @throws RangeError for a name that is no host name, or no port
 */
export function connectionCommands(
  host: string,
  port: number,
  { butApiServer = false }: { readonly butApiServer?: boolean } = {},
): ConnectionCommands {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/.test(host) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`${JSON.stringify(host)}, port ${port}, is not the address of a server`);
  }
  const digits = port.toString(16).toUpperCase().padStart(4, '0');
  const plain = ['grep', '-q', '-s', `:${digits} 01 `, '/proc/net/tcp', '/proc/net/tcp6'];
  const counted = butApiServer ? CONNECTED_BESIDES.replaceAll('PORT', digits) : plain.map((word) => `'${word}'`).join(' ');
  const reachable = [
    `const it = require('node:net').connect({ host: '${host}', port: ${port} });`,
    "it.on('connect', () => process.exit(0)).on('error', () => process.exit(1));",
    'it.setTimeout(3000, () => process.exit(1));',
  ];
  return {
    readiness: butApiServer ? ['sh', '-c', counted] : plain,
    liveness: ['sh', '-c', `${counted} || ! node -e "$0"`, reachable.join(' ')],
  };
}

/** A connection to the port that is not one to the API server: the kernel writes an address with its last number first. */
const CONNECTED_BESIDES = [
  `api=$(IFS=.; set -- \${KUBERNETES_SERVICE_HOST:-}; printf '%02X%02X%02X%02X' "\${4:-0}" "\${3:-0}" "\${2:-0}" "\${1:-0}" 2> /dev/null || true)`,
  'cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep ":PORT 01 " | grep -q -v "$api:PORT "',
].join('; ');

/** {@link connectionCommands} of the central MQTT broker, as a health check: it may take 60 s until it has connected again. */
export function brokerConnection(): ConnectionCommands & { readonly readinessSeconds: number; readonly startSeconds: number } {
  const { host, port } = componentAddress('mqtt', 'mqtt');
  return { ...connectionCommands(host, port), readinessSeconds: 15, startSeconds: 1800 };
}
