import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { CentralBackups } from '../../../constructs/central/central-backups';
import { POD_USER } from '../../../constructs/kube/pod';
import { type BackedUp, backupNames } from '../../../infra/central-backup/plan';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import { exampleCentral } from '../../support/centre';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { installDebianPackages } from '../programs/debian';
import { DebianPod, type Ended, run, type ScriptPodTemplate, volumeFolder } from './debian-pod';
import { type Host, makeNetwork, type Network } from './network';

type Volume = ScriptPodTemplate['volumes'][number];

/** What {@link BackupsOnTrial.of} takes beside the component. */
export interface BackupsOptions {
  /** Debian's packages with the component's programs, by path. */
  readonly packages: Readonly<Record<string, string>>;
  /** What the names of the cluster resolve to on the pods' host. @default - nothing */
  readonly names?: readonly string[];
  /** Files of the Secrets that the pods mount, by Secret. @default - none */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folders with programs that Debian does not have, or that come before Debian's; visible to the pods. @default - none */
  readonly programs?: (workDir: string) => string;
}

/** The rendered Jobs of a component's backups, run with real programs as the pods' user on a read-only root. */
export class BackupsOnTrial {
  private constructor(
    readonly central: CentralCluster,
    readonly of: BackedUp,
    readonly group: ProcessGroup,
    readonly network: Network,
    private readonly host: Host,
    private readonly objects: readonly KubeObject[],
    private readonly options: BackupsOptions,
    private readonly workDir: WorkDir,
  ) {}

  static async of(of: BackedUp, options: BackupsOptions): Promise<BackupsOnTrial> {
    await installDebianPackages(() => {}, { '/usr/bin/busybox': 'busybox', '/usr/bin/unshare': 'util-linux', ...options.packages });
    const workDir = await makeWorkDir();
    // The pods' user works outside of pods too, for the component.
    chmodSync(workDir.path, 0o711);
    const group = processGroup(workDir.path);
    const network = await makeNetwork(group);
    const central = exampleCentral();
    const chart = new Chart(new App(), 'backups');
    if ('off' in central.backups) throw new Error('the example makes no backups');
    new CentralBackups(chart, 'backups', { central, backups: central.backups, of: [of] });
    const host = await network.host('backup', '192.0.2.50');
    return new BackupsOnTrial(central, of, group, network, host, chart.toJson() as KubeObject[], options, workDir);
  }

  /** Where the test keeps what it needs. */
  at(...parts: string[]): string {
    return join(this.workDir.path, ...parts);
  }

  /** Folder of a volume claim: `data-NAME-0` is the component's. */
  volume(claim: string): string {
    const folder = this.at('volumes', claim);
    return existsSync(folder) ? folder : volumeFolder(folder);
  }

  get backups(): string {
    return this.volume(backupNames(this.of).backup);
  }

  /** Names of the backups that are there, the oldest first. */
  made(): string[] {
    const folder = join(this.backups, 'made');
    return existsSync(folder)
      ? readdirSync(folder)
          .map((name) => name.replace('.manifest', ''))
          .sort()
      : [];
  }

  /** Makes a backup, or throws with what the Job said. */
  async backsUp(): Promise<string> {
    const { code, said } = await this.backup();
    if (code !== 0) throw new Error(said);
    return this.made().at(-1) ?? '';
  }

  backup(environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.#pod(backupNames(this.of).backup).run(environment);
  }

  restore(environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.#pod(backupNames(this.of).restore).run(environment);
  }

  /** Starts a backup and ends all of its processes with SIGKILL after so many milliseconds, as a node that dies does. Tells whether it was still running. */
  async killBackup(afterMs: number): Promise<boolean> {
    const pod = this.#pod(backupNames(this.of).backup);
    pod.start();
    const { pid } = pod;
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const running = pod.running;
    for (const one of [pid, ...descendants(pid)]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch (error) {
        // It ended by itself.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await pod.stop();
    return running;
  }

  /** Runs a program as the pods' user, outside of a pod, or throws with what it said. */
  async asPod(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Promise<string> {
    const user = ['--reuid', String(POD_USER), '--regid', String(POD_USER), '--clear-groups', '--'];
    const { code, said } = await run('/usr/bin/setpriv', [...user, program, ...args], { HOME: '/nonexistent', ...env }, input);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${said}`);
    return said;
  }

  /** Changes a manifest and signs it again, as a backup of something else would have been. */
  rewrite(name: string, change: (text: string) => string): void {
    const file = join(this.backups, 'made', `${name}.manifest`);
    const text = change(readFileSync(file, 'utf8').replace(/^end .*\n/m, ''));
    writeFileSync(file, `${text}end ${createHash('sha256').update(text).digest('hex')}\n`);
  }

  /** Digests of the contents of a backup, by path. */
  contents(name: string): Record<string, string> {
    const lines = readFileSync(join(this.backups, 'made', `${name}.manifest`), 'utf8').matchAll(/^file (\S+) \S+ (\S+)$/gm);
    return Object.fromEntries([...lines].map(([, sum = '', path = '']) => [path, sum]));
  }

  async end(): Promise<void> {
    await this.group.stop();
    await this.workDir.remove();
  }

  #pod(cronJob: string): DebianPod {
    const object = this.objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === cronJob);
    const spec = object?.spec as { jobTemplate: { spec: { template: { spec: ScriptPodTemplate } } } } | undefined;
    if (!spec) throw new Error(`there is no CronJob ${cronJob}`);
    const template = spec.jobTemplate.spec.template.spec;
    const [container] = template.containers;
    const { programs } = this.options;
    const folder = programs?.(this.workDir.path);
    // A keytab is no text: its Secret is a folder here.
    const volumes = template.volumes.map((volume) =>
      volume.name === 'keytabs' ? { name: volume.name, persistentVolumeClaim: { claimName: 'keytabs' } } : volume,
    );
    const pod: ScriptPodTemplate = folder
      ? {
          containers: [
            {
              ...container,
              env: [...container.env, { name: 'PATH', value: '/opt/programs:/usr/sbin:/usr/bin:/sbin:/bin' }],
              volumeMounts: [...container.volumeMounts, { name: 'programs', mountPath: '/opt/programs', readOnly: true }],
            },
          ],
          volumes: [...volumes, { name: 'programs', persistentVolumeClaim: { claimName: 'programs' } } satisfies Volume],
        }
      : { ...template, volumes };
    return new DebianPod(this.group, {
      name: cronJob,
      template: pod,
      host: this.host,
      hosts: ['127.0.0.1 localhost', ...(this.options.names ?? []), ''].join('\n'),
      files: (kind, name) => {
        if (kind === 'secret') {
          const files = this.options.secrets?.[name];
          if (!files) throw new Error(`no test gives the Secret ${name}`);
          return files;
        }
        const configMap = this.objects.find((one) => one.kind === 'ConfigMap' && one.metadata.name === name);
        return configMap?.data as Record<string, string>;
      },
      claim: (name) => (name === 'programs' ? (folder ?? '') : this.volume(name)),
    });
  }
}

/** Programs of busybox, as the images of Alpine have them, before those of Debian. */
export function busyboxFolder(workDir: string): string {
  const folder = join(workDir, 'busybox');
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  for (const applet of ['sh', ...TOOLS]) {
    copyFileSync('/usr/bin/busybox', join(folder, applet));
    chmodSync(join(folder, applet), 0o755);
  }
  return folder;
}

/** What the scripts use of busybox; Debian's lacks comm, flock and printenv, which Alpine's has. */
const TOOLS = [
  ...['awk', 'basename', 'cat', 'cmp', 'cp', 'cut', 'date', 'dirname', 'find', 'grep', 'gzip', 'head', 'ln', 'mkdir', 'mv', 'rm', 'rmdir'],
  ...['sed', 'sha256sum', 'sleep', 'sort', 'sync', 'tail', 'tar', 'tr', 'wc'],
];

function descendants(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  try {
    return readFileSync(file, 'utf8')
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => [Number(child), ...descendants(Number(child))]);
  } catch (error) {
    // It ended between the look and the read.
    if (['ESRCH', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/**
 * Shows that a restore refuses whatever is no backup of this, and changes nothing: an empty volume, contents and manifests that are gone, cut or changed, backups of another
 * centre or thing, and a newest one that is older than it should be. The trial must hold at least two backups.
 *
 * @param state what a restore would change
 * @param environment of every restore. @default - none
 */
export async function refusesBadBackups(
  trial: BackupsOnTrial,
  state: () => Promise<unknown>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [older = '', newest = ''] = trial.made().slice(-2);
  const file = (name: string) => join(trial.backups, 'files', name);
  const manifest = join(trial.backups, 'made', `${newest}.manifest`);
  const contents = trial.contents(newest);
  // One that the older backup has not.
  const own = Object.values(contents).filter((sum) => !Object.values(trial.contents(older)).includes(sum));
  const [sum = ''] = own;
  expect(sum).not.toBe('');
  const before = await state();
  const refuses = async (reason: string | RegExp, more: Readonly<Record<string, string>> = {}) => {
    const { code, said } = await trial.restore({ ...environment, ...more });
    expect([code, said]).toEqual([1, typeof reason === 'string' ? expect.stringContaining(reason) : expect.stringMatching(reason)]);
    expect(said).toMatch(/[Nn]othing was changed/);
    expect(await state()).toEqual(before);
  };
  const withFile = async (path: string, text: Buffer | undefined, reason: string | RegExp) => {
    const kept = readFileSync(path);
    if (text) writeFileSync(path, text);
    else rmSync(path);
    await refuses(reason);
    writeFileSync(path, kept);
  };
  const whole = readFileSync(file(sum));
  const changed = Buffer.from(whole);
  const middle = Math.floor(whole.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  await withFile(
    file(sum),
    whole.subarray(0, whole.length - 1),
    /holds \d+ bytes of \d+[\s\S]*set FROM to restore another one\. There are: /,
  );
  await withFile(file(sum), changed, 'is not as it was written');
  await withFile(file(sum), undefined, 'is missing');
  const text = readFileSync(manifest);
  await withFile(manifest, text.subarray(0, text.length - 10), 'is cut or changed');
  await withFile(manifest, text.subarray(0, text.lastIndexOf('\nend ') + 1), 'is cut or changed');
  await withFile(manifest, Buffer.from(text.toString().replace(/^began ./m, 'began 9')), 'is cut or changed');
  await withFile(manifest, Buffer.from(''), 'is not the manifest of a backup');
  const rewritten = async (change: (text: string) => string, reason: string | RegExp, more = {}) => {
    trial.rewrite(newest, change);
    await refuses(reason, more);
    writeFileSync(manifest, text);
  };
  await rewritten((all) => all.replace(/^central .*/m, 'central york'), /of the centre york, and this is sheffield; set CENTRAL/);
  await rewritten((all) => all.replace(/^of .*/m, 'of something'), `is a backup of something, and this is ${trial.of}`);
  await rewritten((all) => all.replace(/^(file \S+ \S+) .*/m, '$1 ../../etc/passwd'), 'that has no place in a backup');
  await rewritten((all) => all.replace(/^lacks .*\n|(?=^file )/m, 'lacks all that matters\n'), 'it lacks all that matters');
  const longAgo = (all: string) => all.replace(/^began (\d+)/m, (_, began: string) => `began ${Number(began) - 28 * 3600}`);
  await rewritten(
    longAgo,
    /the newest backup began at 2\S+Z, 28 h ago, and one is due 27 h after another at the latest; set ACCEPT_LOSS=yes/,
  );
  await refuses('there is no backup 20200101T000000Z', { FROM: '20200101T000000Z' });

  renameSync(trial.backups, `${trial.backups}.away`);
  await refuses('the volume holds no backup');
  rmSync(trial.backups, { recursive: true });
  renameSync(`${trial.backups}.away`, trial.backups);
}

/**
 * Shows that backups that are killed at moments of chance leave nothing that looks like a backup: what there is afterwards is what was there before, or one
 * more whole one; and the next run makes one.
 */
export async function survivesKills(trial: BackupsOnTrial, moments: readonly number[]): Promise<void> {
  let cutOff = 0;
  let inTheMiddle = 0;
  for (const moment of moments) {
    const before = trial.made();
    if (await trial.killBackup(moment)) cutOff++;
    if (existsSync(join(trial.backups, '.making'))) inTheMiddle++;
    const after = trial.made();
    // One that came to its end may have removed what is old.
    expect(after).toEqual(expect.arrayContaining(before.slice(-2)));
    expect(after.filter((name) => !before.includes(name)).length).toBeLessThan(2);
    for (const name of after) {
      for (const sum of Object.values(trial.contents(name))) {
        const digest = createHash('sha256')
          .update(readFileSync(join(trial.backups, 'files', sum)))
          .digest('hex');
        expect([name, digest]).toEqual([name, sum]);
      }
    }
  }
  expect(cutOff).toBeGreaterThan(0);
  // Whoever was killed lets go of the volume when the last of its programs is gone.
  await eventually('a backup after the kills', 30_000, () => trial.backsUp());
  expect(readdirSync(trial.backups).sort()).toEqual(['.lock', 'files', 'made']);
  const named = new Set(trial.made().flatMap((name) => Object.values(trial.contents(name))));
  expect(readdirSync(join(trial.backups, 'files')).sort()).toEqual([...named].sort());
  console.log(
    `killed ${cutOff} of ${moments.length} backups of ${trial.of} before their end, ${inTheMiddle} of them while files were written: none left half a backup`,
  );
}
