import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_KEYS_SCRIPT } from '../../infra/kerberos/first-keys';
import { millwright } from '../cli/fake-terminal';
import { installDebianPackages } from '../daemons/programs/debian';
import { run } from '../daemons/support/debian-pod';
import { edgeEstate } from '../support/edge-estate';
import { makeSealingPair } from '../support/sealing';
import { makeWorkDir, type WorkDir } from '../support/work-dir';

let workDir: WorkDir;

beforeAll(async () => {
  workDir = await makeWorkDir();
  await installDebianPackages(() => {}, { '/usr/bin/shellcheck': 'shellcheck' });
}, 300_000);

afterAll(async () => {
  await workDir?.remove();
});

test('shellcheck finds nothing in the scripts of a plant, of one under Factory+, of a sealed one, of soft gateways and of a centre', async () => {
  const out = join(workDir.path, 'checked');
  const [file, sealed] = [join(workDir.path, 'checked.json'), join(workDir.path, 'sealed.json')];
  writeFileSync(file, JSON.stringify(edgeEstate()));
  const withSealed = edgeEstate(({ plants: { rotherham } }) => {
    rotherham.secrets = { sealedWith: makeSealingPair().certificate, ownerKeys: rotherham.secrets.ownerKeys };
  });
  writeFileSync(sealed, JSON.stringify(withSealed));
  for (const [cluster, from] of [
    ['leeds', []],
    ['sheffield', []],
    ['rotherham', ['--estate', file]],
    ['rotherham', ['--estate', sealed]],
    ['gateways', ['--estate', file]],
  ] as const) {
    expect(await millwright('bootstrap', cluster, ...from, '--out', out)).toMatchObject({ exitCode: 0 });
    for (const script of ['bootstrap.sh', 'remove.sh'])
      expect([script, await run('/usr/bin/shellcheck', [join(out, cluster, script)])]).toEqual([script, { code: 0, said: '' }]);
  }
  expect(await run('/usr/bin/shellcheck', ['-'], {}, FIRST_KEYS_SCRIPT)).toEqual({ code: 0, said: '' });
}, 60_000);
