import { join } from 'node:path';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import { ConfigStore } from '../../support/config-store';
import { millwright } from '../fake-terminal';
import { put, temporaryFolder } from '../folder';
import { smallEstate } from '../small-estate';

const folder = temporaryFolder();

test('millwright configdb tells what it wrote until it was stopped, and why; before service-setup, that nothing was', async () => {
  const store = new ConfigStore();
  const estate = smallEstate((small) => {
    small.centrals.sheffield.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.0/28'] } };
  });
  put(folder, { 'estate.json': JSON.stringify(estate), 'password.txt': 'pass:word\n' });
  const url = await store.start();
  const login = ['--url', url, '--auth-url', url, '--password-file', join(folder, 'password.txt')];
  const run = (...more: string[]) => millwright('configdb', 'sheffield', '--estate', join(folder, 'estate.json'), ...login, ...more);
  try {
    const principal = store.objects.get(FACTORY_PLUS.principal);
    store.objects.delete(FACTORY_PLUS.principal);
    const early = await run();
    expect([early.exitCode, early.out]).toEqual([1, '']);
    expect(early.err).toContain('service-setup has not run to its end');
    if (principal) store.objects.set(FACTORY_PLUS.principal, principal);
    // Auth goes with the first grant.
    store.auth.add = () => [403];
    const stopped = await run();
    expect([stopped.exitCode, stopped.out]).toEqual([1, expect.stringMatching(/^\d+ created:\n {2}class Millwright plant/)]);
    expect(stopped.err).toContain('Factory+ refuses to POST /v2/grant (403');
    const again = await run('--json');
    expect(JSON.parse(again.out)).toMatchObject({ ok: false, error: expect.stringContaining('POST /v2/grant (403') });
  } finally {
    await store.stop();
  }
});
