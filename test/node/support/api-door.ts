import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Host, onHost } from '../../daemons/support/network';
import type { ProcessGroup } from '../../support/process-group';

/**
 * Lets hosts of a network reach the API server, which listens on the loopback of this computer: at the same address and port, which is
 * theirs, so that its certificate and every kubeconfig hold as they are.
 */
export class ApiDoor {
  private constructor(
    private readonly group: ProcessGroup,
    private readonly server: Server,
    private readonly path: string,
    private readonly port: number,
  ) {}

  /** Opens the door to an API server at `https://127.0.0.1:PORT`. */
  static async to(url: string, group: ProcessGroup): Promise<ApiDoor> {
    const port = Number(new URL(url).port);
    const path = join(group.workDir, 'api.sock');
    const server = createServer((inside) => {
      const outside = connect(port, '127.0.0.1');
      const both = () => {
        inside.destroy();
        outside.destroy();
      };
      inside.on('error', both).on('close', both);
      outside.on('error', both).on('close', both);
      inside.pipe(outside).pipe(inside);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, () => resolve()));
    return new ApiDoor(group, server, path, port);
  }

  /** Makes it reachable from a host. */
  async onHost(host: Host): Promise<void> {
    const words = [join(__dirname, 'inner-door.cjs'), String(this.port), this.path];
    const door = this.group.start({ name: `api-${host.name}`, ...onHost(host, process.execPath, words) });
    await door.ready(async () => {
      if (!door.log().includes('open')) throw new Error('not open yet');
    }, 20_000);
  }

  close(): void {
    this.server.close();
  }
}
