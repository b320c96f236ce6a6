import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Programs } from '../programs/build';

const run = promisify(execFile);

/** An age key pair. */
export interface AgeKey {
  /** Private half, `AGE-SECRET-KEY-1…`: goes into the Secret that a Kustomization's `spec.decryption` names. */
  readonly identity: string;
  /** Public half, `age1…`: what files are encrypted for. */
  readonly recipient: string;
}

/** Makes an age key pair. */
export async function makeAgeKey(programs: Programs): Promise<AgeKey> {
  const { stdout } = await run(programs.path('age-keygen'), []);
  const identity = stdout.match(/^AGE-SECRET-KEY-\S+/m)?.[0];
  const recipient = stdout.match(/public key: (age1\S+)/)?.[1];
  if (!identity || !recipient) throw new Error('age-keygen printed no key pair');
  return { identity, recipient };
}

/** Encrypts the `data` and `stringData` of a file of Kubernetes Secrets in place, as operators do. */
export async function encryptSecrets(programs: Programs, recipient: string, file: string): Promise<void> {
  const args = ['--encrypt', '--in-place', '--age', recipient, '--encrypted-regex', '^(data|stringData)$', file];
  // An empty configuration, so that no .sops.yaml of a parent folder takes part.
  await run(programs.path('sops'), ['--config', '/dev/null', ...args]);
}
