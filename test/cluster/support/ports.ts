import { createServer } from 'node:net';

// Below the range from which the kernel takes the ports of outgoing connections, so that no
// connection of the test itself lands on a port between the check here and the program's start.
const lowest = 20_000;
const highest = 32_000;

const handedOut = new Set<number>();

/**
 * Returns a TCP port on 127.0.0.1 that nothing listens on and that was not returned before.
 *
 * @throws when fifty random ports in a row are taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free TCP port found on 127.0.0.1 between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
