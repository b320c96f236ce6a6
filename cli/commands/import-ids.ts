import { writeFile } from 'node:fs/promises';
import { INSTALLED_IDS, readInstalledIds } from '../../infra/factory-plus/installed-ids';
import { entryPath } from '../../stacks/configdb/requests';
import { type LoginOptions, logIn } from '../configdb/login';
import { refusal } from '../configdb/refusal';
import { type EstateOptions, openEstate } from '../door';
import type { Terminal } from '../terminal';
import { UserError } from '../user-error';
import { centralNamed } from './configdb';

/** Options of {@link importIds}. */
export interface ImportIdsOptions extends Omit<EstateOptions, 'only' | 'json'>, Omit<LoginOptions, 'authUrl'> {
  /** File that the ids are written to. @default - standard output */
  readonly out?: string;
}

/** `millwright import-ids CENTRAL`: reads the ids that Factory+ made when it was installed, as data for the estate. Returns the exit code. */
export async function importIds(name: string, options: ImportIdsOptions, terminal: Terminal): Promise<number> {
  const checked = openEstate({ ...options, only: [name], json: false }, terminal);
  if (!checked.ok) {
    terminal.say('The estate is not in order.');
    return 1;
  }
  const central = centralNamed(checked.centralClusters, name);
  const send = await logIn(central.contract, options);
  const answer = await send({ service: 'configdb', method: 'GET', path: entryPath(INSTALLED_IDS.application, INSTALLED_IDS.object) });
  if (answer.status === 404) throw new UserError('the ConfigDB has no ids yet: service-setup makes them; look at its Job.');
  if (answer.status !== 200) throw refusal('tell the ids of the installation', answer);
  const read = readInstalledIds(answer.body);
  if ('missing' in read) {
    throw new UserError(
      `the ConfigDB lacks ${read.missing.join(', ')}: service-setup of ACS 6.8.1 has not run to its end, or is of another version.`,
    );
  }
  const text = JSON.stringify(read.ids, null, 2);
  if (options.out === undefined) {
    terminal.out(text);
    return 0;
  }
  await writeFile(options.out, `${text}\n`);
  terminal.say(`Wrote ${options.out}; name it in the estate as centrals.${name}.installed.`);
  return 0;
}
