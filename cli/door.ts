import { type CheckedEstate, checkEstate } from '../infra/estate/check';
import type { CentralCluster } from '../infra/model/central-cluster';
import { byCodeUnits } from '../infra/model/order';
import type { Plant } from '../infra/model/plant';
import { type Problem, pathText, problemText } from '../infra/model/problem';
import type { SoftGateways } from '../infra/model/soft-gateways';
import { edgeIdsImported } from '../infra/rules/edge-ids-imported';
import { readCsvFiles } from './csv-files';
import { type EstateFile, readEstate } from './estate-file';
import type { Terminal } from './terminal';
import { UserError } from './user-error';

/** Options that every command takes that reads an estate. */
export interface EstateOptions {
  /** File or folder of the estate. */
  readonly estate: string;
  /** Clusters to which the command is limited; all when empty. Of an estate as a whole nothing depends on it but which rules are asked. */
  readonly only: readonly string[];
  readonly json: boolean;
}

/** An estate that has been read and checked. */
export interface OpenEstate extends CheckedEstate {
  /** False when there is an error anywhere. */
  readonly ok: boolean;
  readonly extensions: EstateFile['extensions'];
}

/**
 * Reads and checks an estate, and tells its problems to a person. With `--json` the command tells them itself.
 */
export function openEstate(options: EstateOptions, terminal: Terminal): OpenEstate {
  const { estate, extensions, folder } = readEstate(options.estate);
  const checked = checkEstate(estate, readCsvFiles(estate, folder), passedOver(estate, options.only));
  for (const cluster of Object.keys(extensions)) {
    if (checked.plants.length > 0 && !checked.plants.some((plant) => plant.name === cluster)) {
      throw new UserError(
        `extensions.${cluster}: there is no such plant; the estate has ${checked.plants.map((plant) => plant.name).join(', ')}.`,
        1,
      );
    }
  }
  const ok = !checked.problems.some((problem) => problem.severity === 'error');
  if (!options.json) tellProblems(checked.problems, terminal);
  return { ...checked, ok, extensions };
}

/**
 * A centre is installed before its ids are known, and nothing of a centre is made of them: where a command is limited to central clusters, the rule about
 * the ids would only stand in the way of having them.
 */
function passedOver(estate: unknown, only: readonly string[]): readonly string[] {
  const centrals = typeof estate === 'object' && estate !== null && 'centrals' in estate ? estate.centrals : undefined;
  const isCentral = (name: string) => typeof centrals === 'object' && centrals !== null && Object.hasOwn(centrals, name);
  return only.length > 0 && only.every(isCentral) ? [edgeIdsImported.id] : [];
}

/** Problems as JSON: the path as a person writes it. */
export function problemsJson(problems: readonly Problem[]): unknown[] {
  return problems.map((problem) => ({
    severity: problem.severity,
    rule: problem.rule,
    path: pathText(problem.path),
    ...(problem.value === undefined ? {} : { value: problem.value }),
    ...(problem.source === undefined ? {} : { source: problem.source }),
    message: problem.message,
    remedy: problem.remedy,
  }));
}

/** A cluster that is rendered. */
export type SelectedCluster =
  | { readonly is: 'plant'; readonly cluster: Plant }
  | { readonly is: 'central'; readonly cluster: CentralCluster }
  | { readonly is: 'soft-gateways'; readonly cluster: SoftGateways };

/**
 * The clusters that a command is limited to: plants, soft gateways, and central clusters that are rendered. Ordered by name.
 *
 * @throws UserError when a name is not a cluster of the estate
 */
export function selectClusters(checked: CheckedEstate, only: readonly string[]): SelectedCluster[] {
  const clusters = [...[...checked.plants, ...checked.softGateways].map(({ name }) => name), ...checked.centrals].sort();
  for (const name of only) {
    if (!clusters.includes(name))
      throw new UserError(`--only ${name}: there is no such cluster; the estate has ${clusters.join(', ')}.`, 2);
  }
  return [
    ...checked.plants.map((cluster): SelectedCluster => ({ is: 'plant', cluster })),
    ...checked.centralClusters.map((cluster): SelectedCluster => ({ is: 'central', cluster })),
    ...checked.softGateways.map((cluster): SelectedCluster => ({ is: 'soft-gateways', cluster })),
  ]
    .filter(({ cluster: { name } }) => only.length === 0 || only.includes(name))
    .sort((a, b) => byCodeUnits(a.cluster.name, b.cluster.name));
}

/** Tells problems to a person: errors first, and how many there are. */
export function tellProblems(problems: readonly Problem[], terminal: Terminal): void {
  for (const severity of ['error', 'warning'] as const) {
    const found = problems.filter((problem) => problem.severity === severity);
    if (found.length === 0) continue;
    terminal.say(`${found.length} ${severity}${found.length === 1 ? '' : 's'}`);
    for (const problem of found) terminal.say(`  ${problemText(problem)}`);
  }
}
