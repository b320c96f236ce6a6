import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Programs } from '../programs/build';

/** What a call of kubectl may be given besides its arguments. */
export interface KubectlOptions {
  /** Text for its standard input, as in `kubectl apply -f -`. */
  readonly stdin?: string;
}

/** Runs kubectl and returns its standard output. Throws with its standard error when it fails. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>;

/** Returns a kubectl that speaks to the cluster of a kubeconfig and keeps its caches under `workDir`. */
export function kubectlFor(programs: Programs, kubeconfig: string, workDir: string): Kubectl {
  const program = programs.path('kubectl');
  const env = { PATH: process.env.PATH, HOME: workDir, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(workDir, 'kubectl') };
  return (args, { stdin = '' } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { env, stdio: 'pipe', timeout: 120_000 });
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(out);
        else reject(new Error(`kubectl ${args.join(' ')} failed: ${err.trim() || out.trim()}`));
      });
      child.stdin.on('error', () => {}); // kubectl may end before it has read everything; its exit code tells
      child.stdin.end(stdin);
    });
}
