import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { millwright } from '../../cli/fake-terminal';

/** What {@link Bootstrap.make} takes. */
export interface BootstrapOptions {
  /** Folder for the scripts and what they are tried with. */
  readonly workDir: string;
  /** Estate, as plain data. */
  readonly estate: unknown;
  readonly cluster: string;
  readonly kubeconfig: string;
  /** The real kubectl. */
  readonly kubectl: string;
  /** Words that run a program where the pod of the principals would run it; its script and files are those of its ConfigMap. */
  readonly inPod?: readonly string[];
}

/** How a script ended, what it said, and which calls of kubectl it made. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
  /** Arguments of each call, without those that are the same in all. */
  readonly calls: readonly string[];
  /** Arguments and environment of each process that called kubectl, and of kubectl: what others on the machine see of them. */
  readonly seen: string;
}

/** What a run is given. */
export interface RunOptions {
  /** What it reads from its standard input. @default - it has none */
  readonly input?: string;
  /**
   * Kills the script and all its children after the first call of kubectl that was killed in no run so far. `changes`: of those that change something or
   * are for the pod, one of each sort: the same verb for the same kind, file or object. Between two of them a script does nothing that lasts.
   * @default - nobody does
   */
  readonly killAfter?: 'all' | 'changes';
  /** Programs of the machine that are not there. @default - none */
  readonly without?: readonly string[];
}

/**
 * The kubectl of a script under test: the real one, but for what takes a kubelet. It waits for no pod and no rollout, and what is told to the pod of the
 * principals is done here, by the pod's own script.
 */
const KUBECTL = String.raw`#!/bin/sh
printf '%s\n' "$*" | tr '\n' ' ' | sed 's/ $/\n/' >> "$TRIAL/calls"
# What it is: its arguments, and the name of what comes by the standard input.
call="$*"
case "$call" in
  *' -f -')
    input=$(cat)
    call="$call $(printf '%s' "$input" | sed -n 's/.*"name":"\([^"]*\)".*/\1/p')"
    ;;
esac
kill=''
sort="$call"
[ "$TRIAL_KILL_AFTER" != changes ] ||
  sort=$(printf '%s' "$call" | sed -e 's#.* \(apply\|delete\) .*/\([a-z-]*\.yaml\)$#\1 \2#' -e t -e 's#.* \(patch\|delete\|label\) \([^ /]*\).*#\1 \2#')
case "$TRIAL_KILL_AFTER $call " in
  all* | changes*' apply '* | changes*' delete '* | changes*' patch '* | changes*' label '* | changes*' exec '*)
    grep -q -x -F -e "$sort" "$TRIAL/killed" 2> /dev/null || kill=1
    ;;
esac
cat /proc/$PPID/cmdline /proc/$PPID/environ /proc/$$/cmdline /proc/$$/environ >> "$TRIAL/seen" 2> /dev/null
real() {
  case "$*" in
    *' -f -') printf '%s' "$input" | "$TRIAL_KUBECTL" "$@" ;;
    *) "$TRIAL_KUBECTL" "$@" ;;
  esac
}
# What is told to the pod, from the script on.
in_pod() {
  while [ "$1" != -- ]; do shift; done
  shift 3
  mkdir -p "$TRIAL/pod"
  for file in krb5.conf first-keys.sh; do
    real -n factory-plus get configmap edge-bootstrap -o "go-template={{index .data \"$file\"}}" > "$TRIAL/pod/$file" || exit 1
  done
  real -n factory-plus get pod edge-bootstrap -o name > /dev/null || exit 1
  # shellcheck disable=SC2086
  exec $TRIAL_IN_POD env "KRB5_CONFIG=$TRIAL/pod/krb5.conf" "MEMORY=$TRIAL/pod/memory" /bin/sh "$TRIAL/pod/first-keys.sh" "$@"
}
code=0
case "$*" in
  *' exec -i edge-bootstrap '*) (in_pod "$@") || code=$? ;;
  'version '*) if [ -f "$TRIAL/client-version" ]; then cat "$TRIAL/client-version"; else real "$@" || code=$?; fi ;;
  *' rollout status '* | *' wait '*' pod/'*) ;;
  *' delete '*keys.yaml*) rm -rf "$TRIAL/pod"; real "$@" --grace-period=0 --force || code=$? ;;
  *) real "$@" || code=$? ;;
esac
if [ -n "$kill" ]; then
  printf '%s\n' "$sort" >> "$TRIAL/killed"
  kill -KILL 0
fi
exit "$code"
`;

/** The bootstrap of a cluster, rendered by the command that a user runs, and ways to run its scripts. */
export class Bootstrap {
  readonly folder: string;
  readonly #trial: string;

  private constructor(private readonly options: BootstrapOptions) {
    this.folder = join(options.workDir, 'bootstrap', options.cluster);
    this.#trial = join(options.workDir, 'trial');
  }

  /** Renders it. */
  static async make(options: BootstrapOptions): Promise<Bootstrap> {
    const made = new Bootstrap(options);
    const bin = join(made.#trial, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'kubectl'), KUBECTL);
    chmodSync(join(bin, 'kubectl'), 0o755);
    await made.render(options.estate);
    return made;
  }

  /** Renders it again, from another estate. */
  async render(estate: unknown): Promise<void> {
    const file = join(this.options.workDir, 'estate.json');
    writeFileSync(file, JSON.stringify(estate));
    const out = join(this.options.workDir, 'bootstrap');
    const { exitCode, err } = await millwright('bootstrap', this.options.cluster, '--estate', file, '--out', out);
    if (exitCode !== 0) throw new Error(err);
  }

  /** Has kubectl tell another version of itself; or none other any more. */
  clientVersion(version?: string): void {
    const file = join(this.#trial, 'client-version');
    if (version === undefined) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify({ clientVersion: { major: '1', gitVersion: version } }, undefined, 2));
  }

  /**
   * Runs a script to its end, as the leader of a process group of its own. Whoever calls it has exported variables of all names that the script
   * uses, with nonsense in them.
   */
  run(script: 'bootstrap.sh' | 'remove.sh', args: readonly string[], { input, killAfter, without = [] }: RunOptions = {}): Promise<Run> {
    for (const file of ['calls', 'seen']) rmSync(join(this.#trial, file), { force: true });
    const { kubectl, kubeconfig, inPod = [], workDir } = this.options;
    const env = {
      ...exported(readFileSync(join(this.folder, script), 'utf8')),
      PATH: `${join(this.#trial, 'bin')}:${without.length === 0 ? process.env.PATH : this.#programsWithout(without)}`,
      HOME: workDir,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: join(workDir, 'kubectl'),
      TRIAL: this.#trial,
      TRIAL_KUBECTL: kubectl,
      TRIAL_IN_POD: inPod.join(' '),
      TRIAL_KILL_AFTER: killAfter ?? 'none',
    };
    return new Promise((resolve, reject) => {
      const child = spawn(join(this.folder, script), args, { env, detached: true, stdio: 'pipe' });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (said += part));
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code, signal, said, calls: this.#lines('calls'), seen: this.#lines('seen').join('\n') }),
      );
      child.stdin.on('error', () => {});
      child.stdin.end(input ?? '');
    });
  }

  /** Runs a script again and again, and kills it after each of its calls once, until it comes to its end. Returns all runs, the last one whole. */
  async runKilled(script: 'bootstrap.sh' | 'remove.sh', args: readonly string[], killAfter: 'all' | 'changes'): Promise<readonly Run[]> {
    rmSync(join(this.#trial, 'killed'), { force: true });
    const runs: Run[] = [];
    do runs.push(await this.run(script, args, { killAfter }));
    while (runs.at(-1)?.signal === 'SIGKILL');
    return runs;
  }

  /** Texts of all files that the last run left in the folders that it could write to. */
  left(): string {
    return execFileSync('/bin/sh', ['-c', 'find "$1" "$2" -type f ! -path "*/pod/*" -exec cat {} +', 'sh', this.#trial, this.folder], {
      encoding: 'latin1',
      maxBuffer: 64 << 20,
    });
  }

  /** A folder with all programs of the machine but some. */
  #programsWithout(hidden: readonly string[]): string {
    const folder = join(this.#trial, 'without');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const folders = (process.env.PATH ?? '').split(':').filter((name) => name !== '' && existsSync(name));
    const programs = new Map(folders.reverse().flatMap((from) => readdirSync(from).map((name) => [name, join(from, name)] as const)));
    for (const [name, path] of programs) if (!hidden.includes(name)) symlinkSync(path, join(folder, name));
    return folder;
  }

  #lines(name: string): string[] {
    const file = join(this.#trial, name);
    return existsSync(file) ? readFileSync(file, 'latin1').trimEnd().split('\n') : [];
  }
}

/** A variable of each name to which a script gives a value anywhere, as somebody may have exported it. */
function exported(script: string): Record<string, string> {
  const names = [
    ...[...script.matchAll(/\b([A-Za-z_]\w*)=/g)].map(([, name = '']) => name),
    ...[...script.matchAll(/\bfor (\w+) in\b/g)].map(([, name = '']) => name),
    ...[...script.matchAll(/\bread -r ([\w ]+)/g)].flatMap(([, found = '']) => found.split(' ')),
  ];
  return Object.fromEntries(names.filter((name) => name !== '' && name !== 'IFS').map((name) => [name, 'exported by somebody']));
}
