import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files and tokens with which the parts of one control plane trust each other. */
export interface Credentials {
  /** Folder in which the API server puts its self-signed certificate. */
  readonly certificateFolder: string;
  /** The certificate, once the API server has made it; it is its own authority. */
  readonly certificateFile: string;
  /** Static tokens of the API server: `token,user,uid,"groups"`. */
  readonly tokenFile: string;
  /** RSA key that signs service-account tokens, PEM. */
  readonly serviceAccountKey: string;
  /** Its public half, PEM. */
  readonly serviceAccountPublicKey: string;
  /** Token of an administrator (group system:masters). */
  readonly adminToken: string;
  /** Writes a kubeconfig and returns its path. */
  kubeconfig(user: User, server: string): Promise<string>;
}

/** The users that exist from the start; RBAC's built-in roles name the last two. */
export type User = 'admin' | 'system:kube-scheduler' | 'system:kube-controller-manager';

/** Makes fresh credentials under `workDir`. */
export async function makeCredentials(workDir: string): Promise<Credentials> {
  const folder = join(workDir, 'credentials');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };

  const token = (): string => randomBytes(24).toString('hex');
  const tokens: Record<User, string> = {
    admin: token(),
    'system:kube-scheduler': token(),
    'system:kube-controller-manager': token(),
  };
  const groups = (user: string): string => (user === 'admin' ? 'system:masters' : '');
  const rows = Object.entries(tokens).map(([user, value]) => `${value},${user},${user},"${groups(user)}"\n`);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificateFile = join(folder, 'apiserver.crt');

  return {
    certificateFolder: folder,
    certificateFile,
    tokenFile: await file('tokens.csv', rows.join('')),
    serviceAccountKey: await file('service-account.key', keys.privateKey),
    serviceAccountPublicKey: await file('service-account.pub', keys.publicKey),
    adminToken: tokens.admin,
    kubeconfig(user, server) {
      // JSON is YAML, so nothing needs quoting.
      const content = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'test', cluster: { server, 'certificate-authority': certificateFile } }],
        users: [{ name: user, user: { token: tokens[user] } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user } }],
        'current-context': 'test',
      };
      return file(`${user.replace(':', '-')}.kubeconfig`, JSON.stringify(content, undefined, 2));
    },
  };
}
