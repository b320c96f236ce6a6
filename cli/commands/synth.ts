import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { liesInTree, type SecretRequirement } from '../../infra/model/secret-requirement';
import { fluxTree, secretPath, type Tree } from '../../stacks/flux/tree';
import { manifestsOf, summaryOf } from '../clusters';
import { type EstateOptions, type OpenEstate, openEstate, problemsJson, type SelectedCluster, selectClusters } from '../door';
import { type ClusterSummary, clusterName, summaryText } from '../summary';
import type { Terminal } from '../terminal';
import { compareTree, holdsTree, type TreeChange } from '../tree/change';
import { clearInterrupted, type StagedTree, stageTree } from '../tree/write';

/** Options of {@link synth}. */
export interface SynthOptions extends EstateOptions {
  /** Folder that holds one folder a cluster. */
  readonly out: string;
  /** Only tell what would change. */
  readonly dryRun: boolean;
}

/** A rendered cluster. */
export interface RenderedCluster {
  readonly summary: ClusterSummary;
  readonly tree: Tree;
  readonly objects: number;
  /** Secrets that must lie encrypted in the tree. */
  readonly secrets: readonly SecretRequirement[];
}

/** Renders a cluster for Flux. */
export function renderCluster(selected: SelectedCluster, extensions: OpenEstate['extensions'] = {}): RenderedCluster {
  const set = manifestsOf(selected, extensions);
  return {
    summary: summaryOf(selected),
    tree: fluxTree(set, selected.cluster),
    objects: set.entries.length,
    secrets: set.secrets.filter(liesInTree),
  };
}

/** Renders the clusters that Flux delivers: all of them, or those named. */
export function renderClusters(
  checked: OpenEstate,
  only: readonly string[] = [],
  progress: (name: string, index: number, of: number) => void = () => {},
): RenderedCluster[] {
  const byFlux = selectClusters(checked, only).filter(({ cluster }) => cluster.delivery === 'flux');
  return byFlux.map((selected, index) => {
    progress(selected.cluster.name, index, byFlux.length);
    return renderCluster(selected, checked.extensions);
  });
}

/** What a run did with a cluster: with `--json`, beside what the cluster is. */
interface SynthResult {
  readonly summary: ClusterSummary;
  readonly folder: string;
  readonly objects: number;
  readonly files: TreeChange;
  readonly missingSecrets: readonly string[];
}

/**
 * `millwright synth`: renders the Git tree of every cluster that Flux delivers. All of them are rendered before the first file is
 * written. Returns the exit code.
 */
export function synth(options: SynthOptions, terminal: Terminal): number {
  const checked = openEstate(options, terminal);
  if (!checked.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, problems: problemsJson(checked.problems), clusters: [] }, null, 2));
    else terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const clusters = selectClusters(checked, options.only);
  const trees = renderClusters(checked, options.only, (name, index, of) => terminal.progress(`rendering ${name} (${index + 1} of ${of})`));
  terminal.progress('');

  if (!options.dryRun) {
    for (const { summary } of trees) {
      const name = clusterName(summary);
      if (clearInterrupted(join(options.out, name))) terminal.say(`${name}: an earlier run was interrupted; this one finishes its work.`);
    }
  }
  // Compared before any is written: a file in the way of one cluster leaves all of them as they were.
  const results = trees.map(({ summary, tree, objects, secrets }): SynthResult => {
    const folder = join(options.out, clusterName(summary));
    return {
      summary,
      folder,
      objects,
      files: compareTree(folder, tree),
      missingSecrets: secrets.map(secretPath).filter((path) => !existsSync(join(folder, path))),
    };
  });
  if (!options.dryRun) {
    writeAll(
      results.map(({ summary, folder, files }, index) => ({
        name: clusterName(summary),
        folder,
        files,
        tree: trees[index]?.tree ?? new Map(),
      })),
      terminal,
    );
  }

  const leftOver =
    options.only.length > 0
      ? []
      : leftOverClusters(options.out, [
          ...[...checked.plants, ...checked.softGateways].map((cluster) => cluster.name),
          ...checked.centrals,
        ]);
  if (options.json) {
    const told = results.map(({ summary, ...result }) => ({ ...summary, ...result }));
    terminal.out(JSON.stringify({ ok: true, problems: problemsJson(checked.problems), clusters: told, notInEstate: leftOver }, null, 2));
    return 0;
  }
  for (const result of results) tellResult(result, options, terminal);
  for (const { cluster } of clusters.filter((selected) => selected.cluster.delivery === 'pulumi')) {
    const old = join(options.out, cluster.name);
    terminal.say(
      `${cluster.name} is delivered by Pulumi; no Git tree is rendered for it.${holdsTree(old) ? ` ${old} still holds one; nothing was removed there.` : ''}`,
    );
  }
  const renderedCentrals = checked.centralClusters.map(({ name }) => name);
  for (const central of checked.centrals.filter((name) => options.only.length === 0 || options.only.includes(name))) {
    if (!renderedCentrals.includes(central))
      terminal.say(
        `${central} is a central cluster that states no cluster of its own: its plants know it by its contract, and nothing is rendered for it.`,
      );
  }
  for (const name of leftOver)
    terminal.say(`${join(options.out, name)} holds a tree of a cluster that is not in the estate; nothing was removed there.`);
  return 0;
}

/** Writes the trees: all of them are made ready before the first file of any is moved into place. */
function writeAll(
  trees: readonly { readonly name: string; readonly folder: string; readonly files: TreeChange; readonly tree: Tree }[],
  terminal: Terminal,
): void {
  const staged: StagedTree[] = [];
  try {
    for (const [index, { name, folder, files, tree }] of trees.entries()) {
      terminal.progress(`writing ${name} (${index + 1} of ${trees.length})`);
      staged.push(stageTree(folder, tree, files));
    }
    for (const { commit } of staged) commit();
  } finally {
    for (const { discard } of staged) discard();
    terminal.progress('');
  }
}

function tellResult(result: SynthResult, options: SynthOptions, terminal: Terminal): void {
  const { added, changed, removed, unchanged } = result.files;
  terminal.out(summaryText(result.summary));
  terminal.out(`  objects   ${result.objects} in ${added.length + changed.length + unchanged.length} files under ${result.folder}`);
  terminal.out(
    `  files     ${added.length} new, ${changed.length} changed, ${removed.length} removed, ${unchanged.length} as before${options.dryRun ? ' (dry run: nothing was written)' : ''}`,
  );
  if (options.dryRun) {
    for (const [sign, paths] of [
      ['+', added],
      ['~', changed],
      ['-', removed],
    ] as const)
      for (const path of paths) terminal.out(`    ${sign} ${path}`);
  }
  if (result.missingSecrets.length > 0) {
    terminal.say(
      `${clusterName(result.summary)}: ${result.missingSecrets.length} encrypted Secret${result.missingSecrets.length === 1 ? ' is' : 's are'} not in the tree yet; run millwright secrets ${clusterName(result.summary)} --out ${options.out}`,
    );
  }
}

/** Folders that hold a rendered tree although no cluster of the estate has their name. */
function leftOverClusters(out: string, clusters: readonly string[]): string[] {
  if (!existsSync(out)) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !clusters.includes(entry.name) && holdsTree(join(out, entry.name)))
    .map((entry) => entry.name)
    .sort();
}
