import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

// Reads "add PID" and "drop PID" lines. When its input ends, however this process came to its end
// (even by SIGKILL, or by a test runner that runs no exit handlers), it kills what is left.
const script = `
children=" "
while read -r action pid; do
  case $action in
    add) children="$children$pid " ;;
    drop) children="\${children%% $pid *} \${children#* $pid }" ;;
  esac
done
for pid in $children; do kill -KILL "$pid"; done 2>/dev/null
`;

let reaper: ChildProcess | undefined;
const guarded = new Set<number>();

/** Makes sure that the process with this id does not outlive this one. */
export function guard(pid: number): void {
  // Detached: a Ctrl-C at the terminal must not end the reaper before it has done its work.
  reaper ??= spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  reaper.unref();
  guarded.add(pid);
  reaper.stdin?.write(`add ${pid}\n`);
}

/** Forgets a process that has ended, since its id may be given to another one. */
export function release(pid: number): void {
  if (!guarded.delete(pid)) return;
  reaper?.stdin?.write(`drop ${pid}\n`);
  if (guarded.size > 0) return;
  reaper?.stdin?.end();
  reaper = undefined;
}
