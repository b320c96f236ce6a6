import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache';

const run = promisify(execFile);

/** A small Go module of ours that pins real programs, and what is made from it. */
export interface GoModule {
  /** Absolute path of the folder that holds its go.mod and go.sum; its last part names the folder in the cache. */
  readonly folder: string;
  /** Program name → the Go package it is built from. */
  readonly packages: Readonly<Record<string, string>>;
  /** Extra linker flags, such as the version that a program reports. @default "-s -w" alone */
  readonly ldflags?: string;
  /** Go build tags. @default - none */
  readonly tags?: readonly string[];
  /** Name of a folder to make beside the programs → the files that are copied to it. @default - none */
  readonly copies?: Readonly<Record<string, GoModuleFiles>>;
  /** Go files of our own that are built, by their paths in the folder. @default - none: all comes from modules that go.sum pins */
  readonly sources?: readonly string[];
  /**
   * Folder whose files stand in for those of required modules, at `PACKAGE/FILE`: for parts that take the compiler of another language.
   * `sources` names them too. @default - none
   */
  readonly standIns?: string;
}

/** The files of one folder in a Go module that a go.mod of ours requires. */
export interface GoModuleFiles {
  /** Path of the module, such as `github.com/fluxcd/kustomize-controller`. */
  readonly module: string;
  /** Folder in the module; it holds files alone. */
  readonly folder: string;
}

// Readonly: a build must fail rather than change the pins. The rest keeps the result independent
// of the checkout: no stamp of its commit, no workspace file from a parent folder, no C compiler.
const goEnvironment = { GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off', CGO_ENABLED: '0' };

/**
 * Builds a module's programs unless they are there already, and returns the folder that holds them.
 *
 * Each module has its own folder under the cache's `programs`, keyed by its pins, its flags and the Go version. A folder appears
 * complete or not at all.
 *
 * @param log is told one line for each step that takes time
 * @throws when Go is missing or a build fails; tests fail then, they are never skipped
 */
export async function buildGoModule(module: GoModule, log: (line: string) => void): Promise<string> {
  const name = basename(module.folder);
  const parent = cacheFolder('programs');
  const finished = join(parent, `${name}-${await keyOf(module)}`);
  if (existsSync(finished)) return finished;

  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, `unfinished-${name}-`));
  try {
    const vendored = module.standIns === undefined ? undefined : await vendor(module, module.standIns, join(unfinished, 'source'));
    for (const [program, goPackage] of Object.entries(module.packages)) {
      log(`building ${program} from ${goPackage}`);
      const flags = [`-ldflags=${ldflagsOf(module)}`, `-tags=${(module.tags ?? []).join(',')}`, ...(vendored ? ['-mod=vendor'] : [])];
      await go(vendored ?? module, ['build', '-trimpath', '-o', join(unfinished, program), ...flags, goPackage]);
    }
    if (vendored) await rm(vendored.folder, { recursive: true });
    for (const [folder, files] of Object.entries(module.copies ?? {})) await copyFiles(module, files, join(unfinished, folder));
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

/** Writes a module's sources and all that it requires to a folder, with the files that stand in for others. */
async function vendor(module: GoModule, standIns: string, folder: string): Promise<GoModule> {
  await mkdir(folder);
  for (const file of ['go.mod', 'go.sum', 'tools.go']) await copyFile(join(module.folder, file), join(folder, file));
  const copy = { ...module, folder };
  await go(copy, ['mod', 'vendor']);
  await cp(join(module.folder, standIns), join(folder, 'vendor'), { recursive: true });
  return copy;
}

/** Copies files out of Go's module cache; `go mod download` checks their module against go.sum first. */
async function copyFiles(module: GoModule, files: GoModuleFiles, target: string): Promise<void> {
  const { Dir } = JSON.parse(await go(module, ['mod', 'download', '-json', files.module])) as { Dir: string };
  const source = join(Dir, files.folder);
  await mkdir(target);
  for (const file of await readdir(source)) {
    await copyFile(join(source, file), join(target, file));
    await chmod(join(target, file), 0o644); // Go's module cache is read-only; the copy must stay removable
  }
}

async function keyOf(module: GoModule): Promise<string> {
  const { packages, tags = [], copies = {} } = module;
  const hash = createHash('sha256').update(JSON.stringify([packages, tags, ldflagsOf(module), copies, goEnvironment, await goVersion()]));
  for (const file of ['go.mod', 'go.sum', ...(module.sources ?? [])]) hash.update(await readFile(join(module.folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function ldflagsOf(module: GoModule): string {
  return ['-s -w', module.ldflags].filter(Boolean).join(' ');
}

async function go(module: GoModule, args: string[]): Promise<string> {
  return (await run('go', args, { cwd: module.folder, env: { ...process.env, ...goEnvironment }, maxBuffer: 64 << 20 })).stdout;
}

async function goVersion(): Promise<string> {
  try {
    return (await run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'])).stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('Go 1.25 or newer must be on the PATH: these tests build the real programs with it');
  }
}
