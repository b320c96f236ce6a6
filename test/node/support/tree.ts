import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../cli/program';
import { plantManifests } from '../../../stacks/manifest/build';
import { takesLogin } from '../../../stacks/secrets/fill';
import type { AgeKey } from '../../cluster/support/sops';
import { type EstateKeys, trialEstate, trialPlant } from './estate';

/** What somebody gives for the login at the central broker. */
export const CENTRAL_LOGIN = { username: 'york', password: 'correct horse' };

/**
 * Writes the tree of the plant as `millwright synth` and `millwright secrets` do, its Secrets encrypted.
 *
 * @returns the cluster's folder: what its Git repository holds
 */
export async function writeTree(folder: string, keys: EstateKeys, owner: AgeKey, sops: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const [estate, given, keyFile, out] = ['estate.json', 'given.json', 'owner.txt', 'tree'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const millwright = async (...args: string[]) => {
    const said: string[] = [];
    const terminal = { out: (line: string) => said.push(line), say: (line: string) => said.push(line), progress: () => {} };
    const code = await run([...args, '--estate', estate, '--out', out], terminal);
    if (code !== 0) throw new Error(`millwright ${args.join(' ')} exited with ${code}:\n${said.join('\n')}`);
  };
  const logins = plantManifests(trialPlant(keys)).secrets.filter(takesLogin);
  await writeFile(estate, JSON.stringify(trialEstate(keys)));
  await writeFile(given, JSON.stringify(Object.fromEntries(logins.map(({ namespace, name }) => [`${namespace}/${name}`, CENTRAL_LOGIN]))));
  await writeFile(keyFile, `${owner.identity}\n`, { mode: 0o600 });
  process.env.SOPS_AGE_KEY_FILE = keyFile;
  try {
    await millwright('synth');
    await millwright('secrets', 'york', '--given', given, '--sops', sops);
  } finally {
    delete process.env.SOPS_AGE_KEY_FILE;
    await Promise.all([rm(keyFile), rm(given)]);
  }
  return join(out, 'york');
}
