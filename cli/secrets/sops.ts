import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { UserError } from '../user-error';

/** What Millwright needs of the program sops. */
export interface Sops {
  /**
   * Encrypts YAML to those whom the rules name for the file; nothing is written.
   *
   * @param text YAML in clear
   * @param path absolute path of the file that it is for; it need not exist
   * @param configFile absolute path of the `.sops.yaml` with the rules
   * @returns YAML of which the values are encrypted
   * @throws UserError
   */
  encrypt(text: string, path: string, configFile: string): Promise<string>;

  /**
   * Decrypts a file, with what private keys sops finds by itself; nothing is written.
   *
   * @returns YAML in clear
   * @throws NoKeyError when none of the keys that it finds opens the file; UserError when it fails otherwise
   */
  decrypt(file: string): Promise<string>;
}

/** None of the private keys that sops found opens a file. */
export class NoKeyError extends Error {
  override readonly name = 'NoKeyError';
}

/** The first version that reads standard input by itself, and takes `--filename-override` for a path of the rules. */
const OLDEST_SOPS = '3.10';

/** sops's exit status when no key opens the data key. */
const NO_KEY = 128;

/** The program sops. @param program its path, or its name to find it on PATH */
export function sopsProgram(program = 'sops'): Sops {
  return {
    async encrypt(text, path, configFile) {
      const args = ['--config', configFile, 'encrypt', '--filename-override', path, '--input-type', 'yaml', '--output-type', 'yaml'];
      const { status, stdout, stderr } = await run(program, args, { cwd: dirname(configFile), env: withoutSops(process.env), input: text });
      if (status !== 0) throw new UserError(`${program} cannot encrypt ${path} by the rules of ${configFile}: ${firstLine(stderr)}`);
      return stdout;
    },
    async decrypt(file) {
      const args = ['decrypt', '--input-type', 'yaml', '--output-type', 'yaml', file];
      const { status, stdout, stderr } = await run(program, args, { cwd: dirname(file), env: process.env });
      if (status === NO_KEY) throw new NoKeyError(stderr);
      if (status !== 0) throw new UserError(`${program} cannot decrypt ${file}: ${firstLine(stderr)}`);
      return stdout;
    },
  };
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv; input?: string }): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, windowsHide: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // It may end before it has read everything: its status tells why.
    child.stdin.on('error', () => {});
    child.on('error', (error: NodeJS.ErrnoException) => reject(new UserError(cannotStart(program, error))));
    child.on('close', (status) => resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }));
    child.stdin.end(options.input ?? '');
  });
}

function cannotStart(program: string, { code, message }: NodeJS.ErrnoException): string {
  const why = code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be run' : `does not start (${message})`;
  return `the program ${program} ${why}: millwright encrypts Secrets with sops ${OLDEST_SOPS} or newer (github.com/getsops/sops); put it on PATH, or name it with --sops PATH`;
}

/** A variable such as SOPS_AGE_RECIPIENTS would stand in for the rules of the tree. */
function withoutSops(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('SOPS_')));
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 300) || 'it says nothing';
}
