import type { ProcessOptions, RunningProcess } from './process';
import { startProcess } from './process';

/** Programs that belong together: started into one folder, stopped as one. */
export interface ProcessGroup {
  readonly workDir: string;
  /** Starts a program; the group stops it later even if it never became ready. */
  start(options: Omit<ProcessOptions, 'workDir'>): RunningProcess;
  /** Ends all of them, the youngest first, so that clients go before their servers. */
  stop(): Promise<void>;
}

/** Makes an empty group whose logs go to `<workDir>/logs`. */
export function processGroup(workDir: string): ProcessGroup {
  const started: RunningProcess[] = [];
  return {
    workDir,
    start(options) {
      const child = startProcess({ ...options, workDir });
      started.push(child);
      return child;
    },
    async stop() {
      for (const child of started.splice(0).reverse()) await child.stop();
    },
  };
}

/** Runs `start`; when it throws, stops the group before passing the error on. */
export async function stoppedOnFailure<T>(group: ProcessGroup, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await group.stop();
    throw error;
  }
}
