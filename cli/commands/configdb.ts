import { configDbContent } from '../../infra/factory-plus/configdb-content';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { applyContent, type ConfigDbReport } from '../configdb/apply';
import { type LoginOptions, logIn } from '../configdb/login';
import { configDbReportText, isInOrder } from '../configdb/report';
import { type EstateOptions, openEstate, problemsJson } from '../door';
import type { Terminal } from '../terminal';
import { UserError } from '../user-error';

/** Options of {@link configdb}. */
export interface ConfigDbOptions extends Omit<EstateOptions, 'only'>, LoginOptions {
  readonly dryRun: boolean;
  readonly restore: boolean;
  readonly prune: boolean;
}

/**
 * `millwright configdb CENTRAL`: brings what the ConfigDB of a centre knows of its plants to what the estate says, as far as no person
 * changed it. Returns the exit code: 0 when nothing is refused or missing.
 */
export async function configdb(name: string, options: ConfigDbOptions, terminal: Terminal): Promise<number> {
  const checked = openEstate({ ...options, only: [] }, terminal);
  if (!checked.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, problems: problemsJson(checked.problems) }, null, 2));
    else terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const central = centralNamed(checked.centralClusters, name);
  const tell = (ok: boolean, report: ConfigDbReport, error?: unknown) => {
    terminal.progress('');
    const broken = error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) };
    terminal.out(
      options.json
        ? JSON.stringify({ ok, dryRun: options.dryRun, ...broken, ...report }, null, 2)
        : configDbReportText(report, options.dryRun),
    );
  };
  const report = await applyContent({
    content: configDbContent(central),
    realm: central.contract.realm,
    send: await logIn(central.contract, options),
    restore: options.restore,
    prune: options.prune,
    dryRun: options.dryRun,
    progress: (done, all) => terminal.progress(`${done} of ${all}`),
    brokenOff: (done, error) => {
      if (options.json || done.items.length > 0) tell(false, done, error);
    },
  });
  const ok = isInOrder(report);
  tell(ok, report);
  return ok ? 0 : 1;
}

/** A central cluster that is rendered, by its name. */
export function centralNamed(centrals: readonly CentralCluster[], name: string): CentralCluster {
  const central = centrals.find((candidate) => candidate.name === name);
  if (central) return central;
  const names = centrals.map((candidate) => candidate.name).join(', ');
  throw new UserError(`${name} is not a central cluster that is rendered; the estate has ${names === '' ? 'none' : names}.`, 2);
}
