import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../support/cache';
import { mavenArtefacts } from '../maven';

const run = promisify(execFile);
const sources = join(__dirname, 'extension');

/** Main class of the server. */
export const HIVEMQ_MAIN = 'com.hivemq.HiveMQServer';

/**
 * Gets HiveMQ Community Edition from Maven Central and compiles the extension of ours that logs users in, once, into the cache. Returns a
 * folder: `lib` holds the jars, `extensions` what HiveMQ expects in a folder of that name.
 *
 * @throws when Java or a part of HiveMQ cannot be had; tests fail then, they are never skipped
 */
export async function getHiveMq(log: (line: string) => void = () => {}): Promise<string> {
  const jars = await mavenArtefacts(join(__dirname, 'artifacts.txt'), log);
  const [source, description] = ['PermissionsExtension.java', 'hivemq-extension.xml'].map((name) => join(sources, name)) as [
    string,
    string,
  ];
  const hash = createHash('sha256').update(jars);
  for (const file of [source, description]) hash.update(await readFile(file));
  const parent = cacheFolder('programs');
  const finished = join(parent, `hivemq-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(finished)) return finished;

  log('compiling the extension of HiveMQ');
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, 'unfinished-hivemq-'));
  const [classes, extension] = [join(unfinished, 'classes'), join(unfinished, 'extensions', 'permissions')];
  try {
    const services = join(classes, 'META-INF', 'services');
    for (const folder of [services, extension]) await mkdir(folder, { recursive: true });
    await writeFile(join(services, 'com.hivemq.extension.sdk.api.ExtensionMain'), 'PermissionsExtension\n');
    await run('javac', ['--release', '11', '-cp', join(jars, '*'), '-d', classes, source]);
    await run('jar', ['--create', '--file', join(extension, 'permissions.jar'), '-C', classes, '.']);
    await copyFile(description, join(extension, 'hivemq-extension.xml'));
    await rm(classes, { recursive: true });
    await symlink(jars, join(unfinished, 'lib'));
    await rename(unfinished, finished).catch((error) => {
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return finished;
}
