import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderClusters } from '../../cli/commands/synth';
import { openEstate } from '../../cli/door';
import { EXAMPLE_ESTATE, tellFailure } from '../../cli/program';
import { clusterName } from '../../cli/summary';
import { processTerminal } from '../../cli/terminal';

/**
 * The app of `cdk8s synth`: renders the same bytes as `millwright synth` into the folder that cdk8s names, which cdk8s has emptied.
 * The estate is the example, or what MILLWRIGHT_ESTATE names.
 */
function main(): number {
  const terminal = processTerminal();
  const out = process.env.CDK8S_OUTDIR ?? 'dist';
  const checked = openEstate({ estate: process.env.MILLWRIGHT_ESTATE ?? EXAMPLE_ESTATE, only: [], json: false }, terminal);
  if (!checked.ok) return 1;
  for (const { summary, tree } of renderClusters(checked)) {
    for (const [path, text] of tree) {
      const file = join(out, clusterName(summary), path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.exitCode = tellFailure(error, processTerminal());
}
