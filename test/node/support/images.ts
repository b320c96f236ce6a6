import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Name of the image of a pod's sandbox; what is in it is test/node/programs/platform/pause. */
export const PAUSE_IMAGE = 'millwright.test/pause:1';

/** An image to make: the real program in a packaging of ours, which is not its vendor's image. */
export interface ImageParts {
  /** Full reference, as a manifest names it. */
  readonly name: string;
  /** Path in the image → path of the file on this computer that is copied there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Path in the image → its text. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Debian packages whose installed files are in it, with those that they depend on. @default - none */
  readonly packages?: readonly string[];
  /** Program that is run where a pod names no command. @default - none, so that a pod's arguments begin with the program */
  readonly entrypoint?: readonly string[];
}

/**
 * Writes an archive (OCI image layout) that containerd loads.
 *
 * @param scratch an existing folder for what is in it; nothing of it is needed afterwards
 * @returns path of the archive
 */
export async function writeImageArchive(scratch: string, images: readonly ImageParts[]): Promise<string> {
  const layout = join(scratch, 'layout');
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (content: object) => {
    const text = JSON.stringify(content);
    const digest = createHash('sha256').update(text).digest('hex');
    await writeFile(join(blobs, digest), text);
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const manifests: object[] = [];
  for (const [index, image] of images.entries()) {
    const tar = join(scratch, `${index}.tar`);
    await writeLayer(join(scratch, `${index}`), tar, image);
    const layer = { digest: `sha256:${await digestOf(tar)}`, size: (await stat(tar)).size };
    await rename(tar, join(blobs, layer.digest.replace('sha256:', '')));
    const config = await put({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: [`PATH=${PATH}`], WorkingDir: '/', ...(image.entrypoint ? { Entrypoint: image.entrypoint } : {}) },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    const manifest = await put({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: { mediaType: `${OCI}.config.v1+json`, ...config },
      layers: [{ mediaType: `${OCI}.layer.v1.tar`, ...layer }],
    });
    manifests.push({
      mediaType: `${OCI}.manifest.v1+json`,
      ...manifest,
      platform: { architecture: 'amd64', os: 'linux' },
      annotations: { 'io.containerd.image.name': image.name },
    });
  }
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const archive = join(scratch, 'images.tar');
  await run('tar', ['--create', '--file', archive, '--directory', layout, 'oci-layout', 'index.json', 'blobs']);
  await rm(layout, { recursive: true });
  return archive;
}

const OCI = 'application/vnd.oci.image';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Users of every image. None of them is the pods': no image needs to know that one. */
const USERS = { 'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n', 'etc/group': 'root:x:0:\n' };

async function writeLayer(root: string, tar: string, { files = {}, texts = {}, packages = [] }: ImageParts): Promise<void> {
  for (const folder of ['dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'var/lib', 'usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${folder}`, join(root, folder));
  for (const [path, file] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(file, join(root, path));
  }
  for (const [path, text] of Object.entries({ ...USERS, ...texts })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: 0o644 });
  }
  await run('tar', [...TAR, '--create', '--file', tar, '--directory', root, '.']);
  if (packages.length > 0) {
    const list = `${tar}.list`;
    await writeFile(list, (await installedFiles(packages)).map((path) => `${path.slice(1)}\n`).join(''));
    await run('tar', [...TAR, '--append', '--file', tar, '--directory', '/', '--no-recursion', '--files-from', list]);
  }
  await rm(root, { recursive: true });
}

// The same bytes every time, so that a layer has the same name.
const TAR = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--format=gnu'];

/** Paths of the files of installed packages and of those that they depend on, without what only people read. */
async function installedFiles(packages: readonly string[]): Promise<string[]> {
  const quiet = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const { stdout: closure } = await run('apt-cache', ['depends', '--installed', '--recurse', ...quiet, ...packages]);
  // A dependency may be on one of several packages, of which one is there.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const { stdout: there } = await run('dpkg-query', ['--show', '--showformat', '${Package} ${db:Status-Status}\\n']);
  const installed = new Set(there.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])));
  const names = [...new Set(closure.split('\n'))].filter((name) => installed.has(name));
  const { stdout } = await run('dpkg-query', ['--listfiles', ...names], { maxBuffer: 16 << 20 });
  const paths = stdout.split('\n').flatMap((path) => {
    if (!/^\/(usr|bin|sbin|lib|lib64)\//.test(path) || /^\/usr\/share\/(doc|man|locale|lintian|bug)\b/.test(path)) return [];
    return [path.startsWith('/usr/') ? path : `/usr${path}`];
  });
  const found = await Promise.all([...new Set([...paths, '/usr/bin/sh'])].sort().map(async (path) => ((await isFile(path)) ? [path] : [])));
  return found.flat();
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isFile() || entry.isSymbolicLink(),
    () => false,
  );
}

function digestOf(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(file)
      .on('error', reject)
      .on('data', (part) => hash.update(part))
      .on('end', () => resolve(hash.digest('hex')));
  });
}
