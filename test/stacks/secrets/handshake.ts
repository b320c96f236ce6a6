import type { AddressInfo } from 'node:net';
import { connect, createServer, type DetailedPeerCertificate } from 'node:tls';
import type { KeyedCertificate } from '../../../stacks/secrets/certificate';

/** One end of a connection: who it is, and whom it trusts. */
export interface End {
  readonly identity: KeyedCertificate;
  /** PEM, as `ca.crt` holds it. */
  readonly trusts: string;
}

/**
 * Connects a client to a server, each of which verifies the other, by TLS on the loopback interface.
 *
 * @returns the subject of the client's certificate, as the server sees it
 * @throws what either of them has against the other
 */
export async function handshake(server: End, client: End, servername: string): Promise<DetailedPeerCertificate['subject']> {
  const material = ({ identity, trusts }: End) => ({ key: identity.key, cert: identity.certificate, ca: trusts });
  const listener = createServer({ ...material(server), requestCert: true, rejectUnauthorized: true });
  try {
    return await new Promise((resolve, reject) => {
      listener.on('tlsClientError', reject);
      listener.on('secureConnection', (socket) => {
        socket.on('error', () => {});
        resolve(socket.getPeerCertificate(true).subject);
        socket.end();
      });
      listener.listen(0, '127.0.0.1', () => {
        const { port } = listener.address() as AddressInfo;
        const socket = connect({ ...material(client), host: '127.0.0.1', port, servername }, () => socket.resume());
        socket.on('error', reject);
      });
    });
  } finally {
    listener.close();
  }
}
