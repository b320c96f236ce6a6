import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkEstate } from '../../../infra/estate/check';
import { bootstrapFiles } from '../../../stacks/bootstrap/files';
import { plantManifests } from '../../../stacks/manifest/build';
import { edgeEstate } from '../../support/edge-estate';

const [plant] = checkEstate(edgeEstate()).plants;
if (!plant) throw new Error('the estate has no plant');
const folder = mkdtempSync(join(tmpdir(), 'millwright-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const [path, text] of bootstrapFiles(plantManifests(plant), plant)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Answers what tells which cluster it is, notes every call, and fails at those that a text is part of. */
const KUBECTL = `#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *"$UNANSWERED"*) echo 'etcdserver: leader changed' >&2; exit 1 ;;
  *'config current-context'*) echo edge ;;
  *'config view'*) echo https://192.0.2.9:6443 ;;
  *'version --client'*) echo '{"clientVersion":{"gitVersion":"v1.34.4","major":"1","minor":"34"}}' ;;
  *'get --raw /version'*) echo '{"gitVersion":"v1.34.4"}' ;;
  *'get nodes'*) printf 'a1 a2 b1 b2 ' ;;
  *'get customresourcedefinition '*) echo customresourcedefinition/some ;;
esac
`;

/** Runs a script with that kubectl. */
function run(script: string, unanswered: string, ...args: string[]) {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, 'kubectl'), KUBECTL);
  chmodSync(join(programs, 'kubectl'), 0o755);
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, CALLS: calls, UNANSWERED: unanswered };
  const { status, stderr } = spawnSync('/bin/sh', [join(folder, script), '--yes', ...args], { encoding: 'utf8', env });
  const changes = readFileSync(calls, 'utf8')
    .split('\n')
    .filter((call) => / (?:apply|delete|patch|create|replace) /.test(call));
  return { status, stderr, changes };
}

describe('where the API server does not answer a question, it is not taken for a no:', () => {
  test.each([
    ['remove.sh', 'get customresourcedefinition gitrepositories'],
    ['remove.sh', 'get customresourcedefinition kustomizations'],
    ['bootstrap.sh', 'get customresourcedefinition gitrepositories'],
    ['bootstrap.sh', 'get customresourcedefinition kustomizations'],
  ])('%s stops before it changes anything, at %s', (script, unanswered) => {
    const { status, stderr, changes } = run(script, unanswered);
    expect([status, changes]).toEqual([1, []]);
    expect(stderr).toContain('etcdserver: leader changed');
    expect(stderr).toMatch(/run this again/);
  });

  test('remove.sh goes on to nothing that would leave keys behind, when it cannot tell whether there are any', () => {
    const { status, stderr, changes } = run('remove.sh', 'get customresourcedefinition kerberos-keys');
    expect([status, changes.filter((call) => /secret|flux.yaml|namespace /.test(call))]).toEqual([1, []]);
    expect(stderr).toContain('run this again');
    const listed = run('remove.sh', 'get kerberos-keys.factoryplus.app.amrc.co.uk --all-namespaces');
    expect([listed.status, listed.changes.filter((call) => /delete secret|flux.yaml/.test(call))]).toEqual([1, []]);
  });

  test('answered, remove.sh comes to its end with this kubectl', () => {
    const { status, changes } = run('remove.sh', 'nothing of this kind');
    expect(status).toBe(0);
    expect(changes.filter((call) => /delete secret/.test(call)).length).toBeGreaterThan(1);
  });
});
