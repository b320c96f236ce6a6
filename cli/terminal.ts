/** Where a command writes: results to standard output, everything else to standard error. Tests give their own. */
export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line for the person at the terminal. */
  say(line: string): void;
  /** Progress that replaces itself; nothing when nobody looks. An empty text clears it. */
  progress(text: string): void;
}

/** The terminal of this process. Progress is shown on a terminal only, never in a log or a pipe. */
export function processTerminal(): Terminal {
  const live = process.stderr.isTTY === true;
  let shown = false;
  const clear = () => {
    if (shown) process.stderr.write('\r\u001b[2K');
    shown = false;
  };
  return {
    out: (line) => {
      clear();
      process.stdout.write(`${line}\n`);
    },
    say: (line) => {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress: (text) => {
      if (!live) return;
      clear();
      if (text !== '') {
        process.stderr.write(text);
        shown = true;
      }
    },
  };
}
