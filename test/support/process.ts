import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard, release } from './reaper';
import { eventually, GiveUp } from './wait';

/** What to start. */
export interface ProcessOptions {
  /** Names the process in error messages and its log file; unique within `workDir`. */
  readonly name: string;
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Folder for the log; also the program's home and working folder. */
  readonly workDir: string;
  /** Variables in addition to PATH and HOME; nothing else is inherited, above all no proxy. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A started program. It is ended with this process at the latest. */
export interface RunningProcess {
  readonly pid: number;
  /** Waits until the probe returns. Throws with the last log lines when the program ends or the time is up. */
  ready(probe: () => Promise<unknown>, timeoutMs?: number): Promise<void>;
  /** Its last log lines. @default 20 lines */
  log(lines?: number): string;
  /** Ends it: SIGTERM, and SIGKILL two seconds later. Returns when it is gone; harmless when it already is. */
  stop(): Promise<void>;
}

/** Starts a program whose output goes to `<workDir>/logs/<name>.log`. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const { name, program, args, workDir, env } = options;
  const logFile = join(workDir, 'logs', `${name}.log`);
  mkdirSync(join(workDir, 'logs'), { recursive: true });
  const output = openSync(logFile, 'a');
  const child = spawn(program, args, {
    cwd: workDir,
    env: { PATH: process.env.PATH, HOME: workDir, ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);

  let ending: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ending = signal ? `ended by ${signal}` : `exited with ${code}`;
      if (child.pid) release(child.pid);
      resolve();
    });
  });
  const { pid = -1 } = child;
  if (pid > 0) guard(pid);

  const log = (lines = 20): string => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');

  return {
    pid,
    log,
    async ready(probe, timeoutMs = 60_000) {
      try {
        await eventually('it to become ready', timeoutMs, async () => {
          if (ending) throw new GiveUp(ending);
          await probe();
        });
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}; its log ends with\n${log()}`);
      }
    },
    async stop() {
      if (ending) return;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await ended;
      clearTimeout(impatience);
    },
  };
}
