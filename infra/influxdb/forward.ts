/** Port on which {@link FORWARD_SCRIPT} listens, on the pod's own loopback address only. */
export const FORWARD_PORT = 8087;

/** Variables of {@link FORWARD_SCRIPT}: host and port that it leads to, and the file with the certificates that it trusts. */
export const FORWARD_ENV = { host: 'FORWARD_HOST', port: 'FORWARD_PORT', authority: 'FORWARD_CA' } as const;

/**
 * Carries what comes without TLS on the loopback address to a host over TLS, for a program that cannot: historian-sparkplug (ACS 6.8.1) gives
 * the client of InfluxDB an agent of `node:http`, with which Node.js refuses every `https:` URL. Without an argument it carries; with `alive`
 * it ends with 0 when one carries here, and with `ready` when the host answers through it. CommonJS for Node.js 18 and newer.
 */
export const FORWARD_SCRIPT = `'use strict';
const { readFileSync } = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');

const host = process.env.${FORWARD_ENV.host};
const port = Number(process.env.${FORWARD_ENV.port});
const loopback = { host: '127.0.0.1', port: ${FORWARD_PORT} };

function carry() {
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    // Read for each connection: a certificate may have been renewed meanwhile.
    const ca = readFileSync(process.env.${FORWARD_ENV.authority});
    const far = tls.connect({ host, port, servername: host, ca, minVersion: 'TLSv1.2', allowHalfOpen: true });
    far.on('error', (error) => {
      console.error('%s:%d: %s', host, port, error.message);
      near.destroy();
    });
    near.on('error', () => far.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(loopback);
  process.on('SIGTERM', () => process.exit(0));
}

function look(goodAnswer) {
  const end = (code) => process.exit(code);
  setTimeout(end, 4000, 1);
  const probe = net.connect(loopback, () => {
    if (!goodAnswer) end(0);
    probe.write('GET /health HTTP/1.1\\r\\nHost: ' + host + '\\r\\nConnection: close\\r\\n\\r\\n');
  });
  let answer = '';
  probe.on('data', (part) => {
    answer += part;
  });
  probe.on('end', () => end(answer.startsWith('HTTP/1.1 200 ') ? 0 : 1));
  probe.on('error', () => end(1));
}

if (process.argv[2] === undefined) carry();
else look(process.argv[2] === 'ready');
`;
