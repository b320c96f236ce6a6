import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** File types of a mode (inode(7)). */
const TYPE = { folder: 0o040000, file: 0o100000, link: 0o120000 } as const;

/**
 * An archive that a Linux kernel unpacks into its first root (cpio, "newc": Documentation/driver-api/early-userspace/buffer-format.rst). Several, one behind
 * the other, are unpacked over each other.
 */
export class BootArchive {
  readonly #parts: Buffer[] = [];
  readonly #paths = new Set<string>();

  /** Adds a folder, and those that it is in; none of them twice. */
  folder(path: string, mode = 0o755): this {
    if (path === '/' || this.#paths.has(path)) return this;
    this.folder(dirname(path));
    return this.#add(path, TYPE.folder | mode, Buffer.alloc(0));
  }

  /** Adds a file of root's, and the folders that it is in. A second one of the same path is passed over. */
  file(path: string, content: Buffer | string, mode = 0o644, group = 0): this {
    if (this.#paths.has(path)) return this;
    this.folder(dirname(path));
    return this.#add(path, TYPE.file | mode, Buffer.from(content), group);
  }

  /** Adds a symbolic link. */
  link(path: string, target: string): this {
    if (this.#paths.has(path)) return this;
    this.folder(dirname(path));
    return this.#add(path, TYPE.link | 0o777, Buffer.from(target));
  }

  /** Copies a file or folder of this computer, with all that is in it, below a root. Links are followed. */
  copy(path: string, root: string): this {
    // /lib and /usr/lib are one folder in Debian, and two to an archive.
    const place = join(root, realpathSync(dirname(path)), basename(path));
    if (!statSync(path).isDirectory()) return this.file(place, readFileSync(path), statSync(path).mode & 0o777);
    this.folder(place);
    for (const name of readdirSync(path).sort()) this.copy(join(path, name), root);
    return this;
  }

  /** The archive's bytes. */
  bytes(): Buffer {
    const closing = new BootArchive().#add('/TRAILER!!!', 0, Buffer.alloc(0));
    return Buffer.concat([...this.#parts, ...closing.#parts]);
  }

  #add(path: string, mode: number, content: Buffer, group = 0): this {
    const name = Buffer.from(`${path.slice(1)}\0`);
    const number = (value: number) => value.toString(16).padStart(8, '0').toUpperCase();
    const fields = [this.#paths.size + 1, mode, 0, group, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
    const header = Buffer.from(`070701${fields.map(number).join('')}`);
    this.#parts.push(...padded(Buffer.concat([header, name])), ...padded(content));
    this.#paths.add(path);
    return this;
  }
}

function padded(bytes: Buffer): Buffer[] {
  return [bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)];
}

/**
 * The root of a container whose image is this computer's Debian, less what its programs do not need: the programs, the libraries that they are linked
 * with, and further folders.
 *
 * @param root where in the archive
 * @param paths absolute paths of programs and folders
 */
export async function imageRoot(root: string, paths: readonly string[]): Promise<BootArchive> {
  const archive = new BootArchive();
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) archive.folder(`${root}/usr/${name}`).link(`${root}/${name}`, `usr/${name}`);
  for (const name of ['dev', 'proc', 'run', 'tmp', 'var']) archive.folder(`${root}/${name}`);
  for (const file of ['/etc/passwd', '/etc/group', '/etc/nsswitch.conf', '/etc/ld.so.cache']) archive.copy(file, root);
  for (const path of paths) {
    archive.copy(path, root);
    for (const library of await librariesOf(path)) archive.copy(library, root);
  }
  return archive;
}

/** Libraries that a program is linked with; none for a folder, a script or a program that is linked statically. */
async function librariesOf(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [path]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+)/gm)].flatMap(([, library]) => library ?? []);
}

/** Paths of the programs that users call, of Debian packages that are installed. */
export async function programsOf(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('dpkg-query', ['--listfiles', ...packages]);
  return stdout.split('\n').filter((path) => /^(\/usr)?\/bin\/./.test(path));
}
