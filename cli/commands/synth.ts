import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from '../../infra/model/plant';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import type { Extension } from '../../stacks/charts/extension-chart';
import { fluxTree, secretPath, type Tree } from '../../stacks/flux/tree';
import { plantManifests } from '../../stacks/manifest/build';
import { type EstateOptions, openEstate, problemsJson, selectPlants } from '../door';
import { type PlantSummary, summarise, summaryText } from '../summary';
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
export interface RenderedPlant {
  readonly plant: Plant;
  readonly tree: Tree;
  readonly objects: number;
  /** Secrets that must lie encrypted in the tree. */
  readonly secrets: readonly SecretRequirement[];
}

/** Renders a plant for Flux. */
export function renderPlant(plant: Plant, extension?: Extension): RenderedPlant {
  const set = plantManifests(plant, extension);
  return {
    plant,
    tree: fluxTree(set, plant),
    objects: set.entries.length,
    secrets: set.secrets.filter((secret) => secret.source === 'sops'),
  };
}

interface SynthResult extends PlantSummary {
  readonly folder: string;
  readonly objects: number;
  readonly files: TreeChange;
  readonly missingSecrets: readonly string[];
}

/**
 * `millwright synth`: renders the Git tree of every plant that Flux delivers. All of them are rendered before the first file is
 * written. Returns the exit code.
 */
export function synth(options: SynthOptions, terminal: Terminal): number {
  const checked = openEstate(options, terminal);
  if (!checked.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, problems: problemsJson(checked.problems), clusters: [] }, null, 2));
    else terminal.say('The estate is not in order; nothing was written.');
    return 1;
  }
  const plants = selectPlants(checked, options.only);
  const byFlux = plants.filter((plant) => plant.delivery === 'flux');
  const rendered = byFlux.map((plant, index) => {
    terminal.progress(`rendering ${plant.name} (${index + 1} of ${byFlux.length})`);
    return renderPlant(plant, checked.extensions[plant.name]);
  });
  terminal.progress('');

  if (!options.dryRun) {
    for (const { plant } of rendered) {
      if (clearInterrupted(join(options.out, plant.name)))
        terminal.say(`${plant.name}: an earlier run was interrupted; this one finishes its work.`);
    }
  }
  // Compared before any is written: a file in the way of one cluster leaves all of them as they were.
  const results = rendered.map(({ plant, tree, objects, secrets }): SynthResult => {
    const folder = join(options.out, plant.name);
    return {
      ...summarise(plant),
      folder,
      objects,
      files: compareTree(folder, tree),
      missingSecrets: secrets.map(secretPath).filter((path) => !existsSync(join(folder, path))),
    };
  });
  if (!options.dryRun) {
    writeAll(
      results.map(({ plant, folder, files }, index) => ({ plant, folder, files, tree: rendered[index]?.tree ?? new Map() })),
      terminal,
    );
  }

  const leftOver =
    options.only.length > 0 ? [] : leftOverClusters(options.out, [...checked.plants.map((plant) => plant.name), ...checked.centrals]);
  if (options.json) {
    terminal.out(JSON.stringify({ ok: true, problems: problemsJson(checked.problems), clusters: results, notInEstate: leftOver }, null, 2));
    return 0;
  }
  for (const result of results) tellResult(result, options, terminal);
  for (const { name } of plants.filter(({ delivery }) => delivery === 'pulumi')) {
    const old = join(options.out, name);
    terminal.say(
      `${name} is delivered by Pulumi; no Git tree is rendered for it.${holdsTree(old) ? ` ${old} still holds one; nothing was removed there.` : ''}`,
    );
  }
  for (const central of checked.centrals.filter((name) => options.only.length === 0 || options.only.includes(name))) {
    terminal.say(
      `${central} is a central cluster: its plants know it by its contract; its own components are not rendered by this version.`,
    );
  }
  for (const name of leftOver)
    terminal.say(`${join(options.out, name)} holds a tree of a cluster that is not in the estate; nothing was removed there.`);
  return 0;
}

/** Writes the trees: all of them are made ready before the first file of any is moved into place. */
function writeAll(
  trees: readonly { readonly plant: string; readonly folder: string; readonly files: TreeChange; readonly tree: Tree }[],
  terminal: Terminal,
): void {
  const staged: StagedTree[] = [];
  try {
    for (const [index, { plant, folder, files, tree }] of trees.entries()) {
      terminal.progress(`writing ${plant} (${index + 1} of ${trees.length})`);
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
  terminal.out(summaryText(result));
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
      `${result.plant}: ${result.missingSecrets.length} encrypted Secret${result.missingSecrets.length === 1 ? ' is' : 's are'} not in the tree yet; run millwright secrets ${result.plant} --out ${options.out}`,
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
