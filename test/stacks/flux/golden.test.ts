import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { renderClusters } from '../../../cli/commands/synth';
import { clusterName } from '../../../cli/summary';
import { checkEstate } from '../../../infra/estate/check';
import example from '../../../infra/sites/estate';

/**
 * The trees of released versions, kept for upgrade tests: what a cluster has before it is upgraded. A version that is not released yet
 * is brought up to date with `millwright synth --out test/golden/VERSION`.
 */
const golden = join(__dirname, '../../golden');
const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };

test("the example's tree is the one kept for this version, byte for byte", () => {
  const rendered = renderClusters({ ...checkEstate(example), ok: true, extensions: {} }).flatMap(({ summary, tree }) =>
    [...tree].map(([path, text]) => [`${clusterName(summary)}/${path}`, text]),
  );
  const kept = filesBelow(join(golden, version)).map((file) => [
    relative(join(golden, version), file).split(sep).join('/'),
    readFileSync(file, 'utf8'),
  ]);
  expect(kept.map(([path]) => path)).toEqual(rendered.map(([path]) => path));
  expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(rendered));
});

test('every version of the changelog has its tree', () => {
  const changelog = readFileSync(join(__dirname, '../../../CHANGELOG.md'), 'utf8');
  const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)$/gm)].map(([, found]) => found);
  expect(versions).toContain(version);
  expect(readdirSync(golden).sort()).toEqual(versions.sort());
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
}
