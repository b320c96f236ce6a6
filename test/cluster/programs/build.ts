/**
 * Builds the real programs that the cluster tests run, once, into a cache folder.
 *
 * Alone: `node --import tsx test/cluster/programs/build.ts` prints what was built and where.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProgramModule } from './catalogue';
import { programModules } from './catalogue';

const run = promisify(execFile);

/** Where the built programs lie. */
export interface Programs {
  /** Absolute path of a program. Throws when nothing in the catalogue is called so. */
  path(name: string): string;
  /** Folders of CRD YAML: Flux's kustomize-controller, then its source-controller. */
  readonly crdFolders: readonly string[];
}

// Readonly: a build must fail rather than change the pins. The rest keeps the result independent
// of the checkout: no stamp of its commit, no workspace file from a parent folder, no C compiler.
const goEnvironment = { GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off', CGO_ENABLED: '0' };

/**
 * Builds what is missing and returns where everything is; takes no time when nothing changed.
 *
 * Each module has its own folder under `$MILLWRIGHT_CACHE` (or else `$XDG_CACHE_HOME`, or else `~/.cache`)
 * `/millwright/programs`, keyed by its pins, its flags and the Go version. A folder appears complete or not at all.
 *
 * @param log is told one line for each step that takes time
 * @throws when Go is missing or a build fails; the cluster tests fail then, they are never skipped
 */
export async function buildPrograms(log: (line: string) => void): Promise<Programs> {
  const goVersion = await readGoVersion();
  const paths = new Map<string, string>();
  const crdFolders: string[] = [];
  // One after another: each build already uses every core, and the Kubernetes ones need gigabytes.
  for (const module of programModules) {
    const folder = await buildModule(module, goVersion, log);
    for (const name of Object.keys(module.packages)) paths.set(name, join(folder, name));
    if (module.crdsOf) crdFolders.push(join(folder, 'crds'));
  }
  return {
    crdFolders,
    path(name) {
      const path = paths.get(name);
      if (!path) throw new Error(`no program is called ${name}; there are ${[...paths.keys()].join(', ')}`);
      return path;
    },
  };
}

async function buildModule(module: ProgramModule, goVersion: string, log: (line: string) => void): Promise<string> {
  const parent = join(cacheRoot(), 'millwright', 'programs');
  const finished = join(parent, `${module.folder}-${await keyOf(module, goVersion)}`);
  if (existsSync(finished)) return finished;

  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, `unfinished-${module.folder}-`));
  try {
    for (const [name, goPackage] of Object.entries(module.packages)) {
      log(`building ${name} from ${goPackage}`);
      await go(module, ['build', '-o', join(unfinished, name), `-ldflags=${ldflagsOf(module)}`, goPackage]);
    }
    if (module.crdsOf) await copyCrds(module, module.crdsOf, join(unfinished, 'crds'));
    await rename(unfinished, finished).catch((error) => {
      // Another test run was quicker; what it built has the same key, so it is as good.
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  log(`built ${finished}`);
  return finished;
}

/** Copies a module's CRDs; `go mod download` checks the module against go.sum first. */
async function copyCrds(module: ProgramModule, goModule: string, target: string): Promise<void> {
  const { Dir } = JSON.parse(await go(module, ['mod', 'download', '-json', goModule])) as { Dir: string };
  const source = join(Dir, 'config', 'crd', 'bases');
  await mkdir(target);
  for (const file of await readdir(source)) {
    await copyFile(join(source, file), join(target, file));
    await chmod(join(target, file), 0o644); // Go's module cache is read-only; the copy must stay removable
  }
}

async function keyOf(module: ProgramModule, goVersion: string): Promise<string> {
  const folder = join(__dirname, module.folder);
  const hash = createHash('sha256').update(JSON.stringify([module, ldflagsOf(module), goEnvironment, goVersion]));
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function ldflagsOf(module: ProgramModule): string {
  return ['-s -w', module.ldflags].filter(Boolean).join(' ');
}

async function readGoVersion(): Promise<string> {
  try {
    return (await run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'])).stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('Go 1.25 or newer must be on the PATH: the cluster tests build a real Kubernetes and Flux with it');
  }
}

async function go(module: ProgramModule, args: string[]): Promise<string> {
  const options = { cwd: join(__dirname, module.folder), env: { ...process.env, ...goEnvironment }, maxBuffer: 64 << 20 };
  return (await run('go', args, options)).stdout;
}

function cacheRoot(): string {
  return process.env.MILLWRIGHT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
}

if (process.argv[1] === __filename) {
  buildPrograms(console.log).then(
    (programs) => {
      for (const { packages } of programModules) for (const name of Object.keys(packages)) console.log(programs.path(name));
      for (const folder of programs.crdFolders) console.log(folder);
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
