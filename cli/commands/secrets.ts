import { plantManifests } from '../../stacks/manifest/build';
import { type EstateOptions, openEstate, problemsJson } from '../door';
import { fillSecrets } from '../secrets/fill-secrets';
import { readGiven } from '../secrets/given';
import { isComplete, reportText } from '../secrets/report';
import { sopsProgram } from '../secrets/sops';
import type { Terminal } from '../terminal';
import { UserError } from '../user-error';

/** Options of {@link secrets}. */
export interface SecretsOptions extends Omit<EstateOptions, 'only'> {
  /** Folder that holds the rendered folder of each cluster. */
  readonly out: string;
  /** File with the logins that somebody else gives; `-` for standard input. */
  readonly given?: string;
  /** Make again what is near its end. */
  readonly renew: boolean;
  /** The sops program: a name on the PATH, or a path. */
  readonly sops: string;
}

/**
 * `millwright secrets PLANT`: makes the Secrets that a plant requires and its tree lacks, encrypted. Returns the exit code: 0 when
 * every required Secret is there.
 */
export async function secrets(name: string, options: SecretsOptions, terminal: Terminal): Promise<number> {
  const checked = openEstate({ ...options, only: [] }, terminal);
  if (!checked.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, problems: problemsJson(checked.problems) }, null, 2));
    else terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const plant = checked.plants.find((candidate) => candidate.name === name);
  if (!plant) throw new UserError(`${name} is not a plant; the estate has ${checked.plants.map((other) => other.name).join(', ')}.`, 2);
  const manifests = plantManifests(plant, checked.extensions[name]);
  const given = options.given === undefined ? undefined : await readGiven(options.given, manifests.secrets);
  const report = await fillSecrets({
    plant,
    manifests,
    treeFolder: options.out,
    sops: sopsProgram(options.sops),
    renew: options.renew,
    now: new Date(),
    ...(given ? { given } : {}),
  });
  terminal.out(options.json ? JSON.stringify(report, null, 2) : reportText(report));
  return isComplete(report) ? 0 : 1;
}
