import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const blockSize = 512;

/**
 * Packs a folder's files into a tar.gz that depends on their names and contents only, so that an unchanged
 * folder keeps its digest.
 *
 * @throws when a path does not fit the format: 100 bytes of file name, 155 of folder
 */
export async function packFolder(folder: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const path of await filesIn(folder)) {
    const content = await readFile(join(folder, path));
    parts.push(header(path, content.length), content, Buffer.alloc(-content.length & (blockSize - 1)));
  }
  parts.push(Buffer.alloc(2 * blockSize)); // the end of an archive
  return gzipSync(Buffer.concat(parts));
}

async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const collect = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) await collect(path);
      else if (entry.isFile()) paths.push(path);
    }
  };
  await collect('');
  return paths.sort();
}

/** A POSIX ustar header of a plain file. */
function header(path: string, size: number): Buffer {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  const prefix = cut < 0 ? '' : path.slice(0, cut);
  if (Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155) throw new Error(`${path} is too long a path for a tar`);

  const block = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at);
  };
  block.write(name, 0);
  octal(0o644, 100, 7); // mode
  octal(0, 108, 7); // owner
  octal(0, 116, 7); // group
  octal(size, 124, 11);
  octal(0, 136, 11); // modification time
  block.write(' '.repeat(8), 148); // the checksum counts itself as spaces
  block.write('0', 156); // a plain file
  block.write('ustar\u000000', 257);
  block.write(prefix, 345);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
