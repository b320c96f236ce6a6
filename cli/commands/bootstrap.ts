import { join } from 'node:path';
import type { PathStep } from '../../infra/model/path';
import { bootstrapFiles } from '../../stacks/bootstrap/files';
import { writeBootstrapFolder } from '../bootstrap-folder';
import { manifestsOf } from '../clusters';
import { type EstateOptions, openEstate, type SelectedCluster, selectClusters, tellProblems } from '../door';
import type { Terminal } from '../terminal';
import { UserError } from '../user-error';

/** Options of {@link bootstrap}. */
export interface BootstrapOptions extends Omit<EstateOptions, 'only' | 'json'> {
  /** Folder that holds one folder a cluster. */
  readonly out: string;
}

/**
 * `millwright bootstrap CLUSTER`: writes the scripts and manifests that bring a bare cluster under Flux, and take it out again. Nothing is written
 * when the estate is not in order. Returns the exit code.
 */
export function bootstrap(name: string, options: BootstrapOptions, terminal: Terminal): number {
  // It tells the problems itself: of all the errors, of the warnings those that concern this cluster.
  const checked = openEstate({ ...options, only: [name], json: true }, terminal);
  tellProblems(
    checked.problems.filter(({ severity, path }) => severity === 'error' || concerns(path, name)),
    terminal,
  );
  if (!checked.ok) {
    terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const selected = selectClusters(checked, []).find(({ cluster }) => cluster.name === name);
  if (!selected) throw new UserError(missing(name, selectClusters(checked, []), checked.centrals), 2);
  const { cluster } = selected;
  if (cluster.delivery !== 'flux') {
    throw new UserError(
      `${name} is delivered by Pulumi, which needs nothing in the cluster beforehand; state delivery: flux to have Flux deliver it.`,
    );
  }
  const files = bootstrapFiles(manifestsOf(selected, checked.extensions), cluster);
  const folder = join(options.out, name);
  writeBootstrapFolder(folder, files);
  terminal.out(`${name}: ${files.size} files under ${folder}`);
  terminal.out(`  ${join(folder, 'bootstrap.sh')} --help   brings the cluster under Flux`);
  terminal.out(`  ${join(folder, 'remove.sh')} --help      takes it out again`);
  return 0;
}

/** Whether a path lies in a cluster, or in what clusters share: machine types and the like. */
function concerns([place, cluster]: readonly PathStep[], name: string): boolean {
  return !['plants', 'centrals', 'softGateways'].includes(String(place)) || cluster === name;
}

function missing(name: string, selected: readonly SelectedCluster[], centrals: readonly string[]): string {
  if (centrals.includes(name)) {
    return `${name} is a central cluster that states no cluster of its own: its plants know it by its contract, and there is nothing to bring under Flux.`;
  }
  return `there is no cluster ${name}; the estate has ${selected.map(({ cluster }) => cluster.name).join(', ')}.`;
}
