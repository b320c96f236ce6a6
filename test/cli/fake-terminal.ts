import { run } from '../../cli/program';
import type { Terminal } from '../../cli/terminal';

/** What a command line did. */
export interface Outcome {
  readonly exitCode: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly err: string;
  /** Texts of progress, in order; an empty one clears it. */
  readonly progress: readonly string[];
}

/** Runs a command line in this process. */
export async function millwright(...args: string[]): Promise<Outcome> {
  const [out, err, progress]: string[][] = [[], [], []];
  const terminal: Terminal = { out: (line) => out?.push(line), say: (line) => err?.push(line), progress: (text) => progress?.push(text) };
  // The help is as wide as a terminal, where there is one.
  process.stdout.isTTY = false;
  process.stderr.isTTY = false;
  const exitCode = await run(args, terminal);
  return { exitCode, out: (out ?? []).join('\n'), err: (err ?? []).join('\n'), progress: progress ?? [] };
}
