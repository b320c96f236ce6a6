import { connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';

/** Serves a function over TCP: a request and an answer are a line of JSON each. */
export function serveLines(port: number, answer: (request: unknown) => unknown): Server {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface(socket).on('line', (line) => socket.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`));
  });
  return server.listen(port, '0.0.0.0');
}

/** Asks a server of lines; each question has a connection of its own. */
export function askLine(address: string, port: number, request: unknown, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
    createInterface(socket)
      .on('line', (line) => {
        resolve(JSON.parse(line));
        socket.destroy();
      })
      .on('error', reject);
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
