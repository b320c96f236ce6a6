import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
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
  /** Makes more files in the folder of the built programs. `go` runs the go command in the module's folder. @default - none */
  readonly alsoMake?: (go: (args: string[]) => Promise<string>, target: string) => Promise<void>;
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
  const go = async (args: string[]) =>
    (await run('go', args, { cwd: module.folder, env: { ...process.env, ...goEnvironment }, maxBuffer: 64 << 20 })).stdout;
  try {
    for (const [program, goPackage] of Object.entries(module.packages)) {
      log(`building ${program} from ${goPackage}`);
      const flags = [`-ldflags=${ldflagsOf(module)}`, `-tags=${(module.tags ?? []).join(',')}`];
      await go(['build', '-trimpath', '-o', join(unfinished, program), ...flags, goPackage]);
    }
    await module.alsoMake?.(go, unfinished);
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

async function keyOf(module: GoModule): Promise<string> {
  const { packages, tags = [] } = module;
  const made = module.alsoMake?.toString() ?? '';
  const hash = createHash('sha256').update(JSON.stringify([packages, tags, ldflagsOf(module), made, goEnvironment, await goVersion()]));
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module.folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function ldflagsOf(module: GoModule): string {
  return ['-s -w', module.ldflags].filter(Boolean).join(' ');
}

async function goVersion(): Promise<string> {
  try {
    return (await run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'])).stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('Go 1.25 or newer must be on the PATH: these tests build the real programs with it');
  }
}
