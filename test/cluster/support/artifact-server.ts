import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves packed folders on loopback, as source-controller does. */
export interface ArtifactServer {
  /** Keeps an artifact and returns its address. */
  publish(path: string, content: Buffer): string;
  /** Forgets all that was published. */
  clear(): void;
  /** Closes the server and every connection to it. */
  stop(): Promise<void>;
}

/** Starts an HTTP server on a free loopback port. */
export async function startArtifactServer(): Promise<ArtifactServer> {
  const artifacts = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const artifact = artifacts.get(request.url ?? '');
    response.writeHead(artifact ? 200 : 404, { 'content-type': 'application/gzip' }).end(artifact);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    publish(path, content) {
      artifacts.set(`/${path}`, content);
      return `http://127.0.0.1:${port}/${path}`;
    },
    clear: () => artifacts.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
