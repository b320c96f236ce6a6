import { manifestsOf } from '../clusters';
import { type EstateOptions, openEstate, problemsJson, selectClusters } from '../door';
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
 * `millwright secrets CLUSTER`: makes the Secrets that a cluster requires and its tree lacks, encrypted. Returns the exit code: 0 when
 * every required Secret is there.
 */
export async function secrets(name: string, options: SecretsOptions, terminal: Terminal): Promise<number> {
  const checked = openEstate({ ...options, only: [name] }, terminal);
  if (!checked.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, problems: problemsJson(checked.problems) }, null, 2));
    else terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const [selected] = selectClusters(checked, []).filter(({ cluster }) => cluster.name === name);
  if (!selected) {
    const names = selectClusters(checked, []).map(({ cluster }) => cluster.name);
    throw new UserError(`${name} is not a cluster that is rendered; the estate has ${names.join(', ')}.`, 2);
  }
  const { cluster } = selected;
  const manifests = manifestsOf(selected, checked.extensions);
  const given = options.given === undefined ? undefined : await readGiven(options.given, manifests.secrets);
  const report = await fillSecrets({
    cluster,
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
