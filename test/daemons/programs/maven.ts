import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../../support/cache';

/** Artefacts that are fetched at once. */
const AT_ONCE = 6;

/**
 * Downloads the jars of a list unless they are there already, and returns the folder that holds them.
 *
 * A line of the list is `group:artefact:version sha256`. The folder appears complete or not at all.
 *
 * @param list path of the list; the name of its folder names the folder in the cache
 * @throws when one cannot be had, or is not the one that the list means
 */
export async function mavenArtefacts(list: string, log: (line: string) => void): Promise<string> {
  const text = await readFile(list, 'utf8');
  const key = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const name = basename(dirname(list));
  const parent = cacheFolder('maven');
  const finished = join(parent, `${name}-${key}`);
  if (existsSync(finished)) return finished;

  log(`downloading ${name} from Maven Central`);
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, `unfinished-${name}-`));
  try {
    const waiting = text.split('\n').filter(Boolean);
    const take = async () => {
      for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) await download(line, unfinished);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    await rename(unfinished, finished).catch((error) => {
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return finished;
}

async function download(line: string, folder: string): Promise<void> {
  const [coordinates = '', sha256 = ''] = line.split(' ');
  const [group = '', artefact = '', version = ''] = coordinates.split(':');
  // A mirror is named by the environment.
  const repository = process.env.MAVEN_REPOSITORY || 'https://repo.maven.apache.org/maven2';
  const url = `${repository}/${group.replaceAll('.', '/')}/${artefact}/${version}/${artefact}-${version}.jar`;
  const answer = await fetch(url).catch((error: Error) => {
    throw new Error(`${coordinates} cannot be had from ${url}: ${String(error.cause ?? error)}`);
  });
  if (!answer.ok) throw new Error(`${coordinates} cannot be had from ${url}: ${answer.status}`);
  const jar = Buffer.from(await answer.arrayBuffer());
  const got = createHash('sha256').update(jar).digest('hex');
  if (got !== sha256) throw new Error(`${url} is not the file that was meant: its SHA-256 is ${got}, not ${sha256}`);
  await writeFile(join(folder, `${artefact}-${version}.jar`), jar);
}
