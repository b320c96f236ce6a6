import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ProcessGroup } from '../../support/process-group';
import { type Host, onHost } from './network';

/** A way from the test, which is outside the network, to the programs inside it. */
export interface Gate {
  /** Opens a TCP connection from the gate's host; it closes when the other side refuses. */
  connect(address: string, port: number): Socket;
  /** Whether somebody takes TCP connections. */
  accepts(address: string, port: number): Promise<boolean>;
  /** Status of an HTTP GET, as a kubelet asks. Throws when there is no answer within five seconds. */
  status(address: string, port: number, path: string): Promise<number>;
  /** Body of an HTTP GET. */
  text(address: string, port: number, path: string): Promise<string>;
  /** Body of an HTTP GET, as JSON. */
  json<T>(address: string, port: number, path: string): Promise<T>;
}

/** Opens a gate on a host. */
export async function openGate(group: ProcessGroup, host: Host): Promise<Gate> {
  const path = join(group.workDir, `gate-${host.name}.sock`);
  const gate = group.start({ name: `gate-${host.name}`, ...onHost(host, process.execPath, [join(__dirname, 'doorway.cjs'), path]) });
  await gate.ready(async () => {
    if (!gate.log().includes('open')) throw new Error('not open yet');
  }, 20_000);

  const open = (address: string, port: number) => {
    const socket = connect(path);
    socket.on('error', () => socket.destroy());
    socket.write(`${address} ${port}\n`);
    return socket;
  };
  const get = (address: string, port: number, target: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const asked = request(
        {
          createConnection: () => open(address, port),
          path: target,
          timeout: 5_000,
          headers: { host: `${address}:${port}`, connection: 'close' },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`no answer from ${address}:${port}${target}`)));
      asked.on('error', reject);
      asked.end();
    });
  return {
    connect: open,
    accepts: (address, port) =>
      new Promise((resolve) => {
        // Whoever connects to a port that nobody serves is cut off at once.
        const socket = open(address, port);
        const accepted = setTimeout(() => {
          resolve(true);
          socket.destroy();
        }, 100);
        socket.once('close', () => {
          clearTimeout(accepted);
          resolve(false);
        });
      }),
    status: async (address, port, target) => (await get(address, port, target)).status,
    text: async (address, port, target) => (await get(address, port, target)).body,
    json: async (address, port, target) => JSON.parse((await get(address, port, target)).body),
  };
}
