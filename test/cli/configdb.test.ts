import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPLICATION } from '../../infra/factory-plus/ids';
import { installedIdsSchema } from '../../infra/model/installed-ids';
import { ConfigStore } from '../support/config-store';
import { millwright } from './fake-terminal';
import { put, temporaryFolder } from './folder';
import { smallEstate } from './small-estate';

const folder = temporaryFolder();
const PASSWORD = 'a pass:word of the administrator';
const IDS = '10000000-0000-4000-8000-00000000000';

/** The example with few machines, and a centre that is rendered; only its contract and its plants count here. */
function estateFile(name: string, change: (estate: ReturnType<typeof smallEstate>) => void = () => {}): string {
  const estate = smallEstate((small) => {
    small.centrals.sheffield.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.0/28'] } };
    change(small);
  });
  put(folder, { [name]: JSON.stringify(estate), 'password.txt': `${PASSWORD}\n` });
  return join(folder, name);
}

/** What service-setup keeps of an installation. */
const KEPT = {
  Chart: { EdgeAgent: `${IDS}1`, Cluster: `${IDS}2`, ModbusRest: `${IDS}3`, MQTT: `${IDS}4`, UNSBridge: `${IDS}5`, OPCUAServer: `${IDS}6` },
  Repo: { HelmCharts: `${IDS}7` },
  RepoGroup: { Cluster: `${IDS}8`, Shared: `${IDS}9` },
  Role: {
    EdgeAgent: `${IDS}a`,
    EdgeFlux: `${IDS}b`,
    EdgeKrbkeys: `${IDS}c`,
    EdgeMonitor: `${IDS}d`,
    EdgeSync: `${IDS}e`,
    UNSBridge: `${IDS}f`,
    OPCUAServer: '20000000-0000-4000-8000-000000000000',
  },
  Account: { MetaDB: '20000000-0000-4000-8000-000000000001' },
  LaterVersion: { Something: 'else' },
};

describe('with a ConfigDB that listens,', () => {
  let store = new ConfigStore();
  let login: string[] = [];
  beforeEach(async () => {
    store = new ConfigStore({ principal: 'admin', password: PASSWORD });
    const url = await store.start();
    login = ['--url', url, '--auth-url', url, '--password-file', join(folder, 'password.txt')];
  });
  afterEach(() => store.stop());
  const withoutAuth = () => [...login.slice(0, 2), ...login.slice(4)];

  test('millwright configdb fills it, and tells a second time that it is full; permissions are missing until service-setup ran', async () => {
    const estate = estateFile('estate.json');
    const dry = await millwright('configdb', 'sheffield', '--estate', estate, '--dry-run', ...login);
    expect(dry.out).toMatch(/^\d+ would be created:\n {2}class Millwright plant \(/);
    expect(store.objects.size).toBe(new ConfigStore().objects.size);
    const first = await millwright('configdb', 'sheffield', '--estate', estate, ...login);
    expect(first.exitCode).toBe(1);
    expect(first.out).toContain('service-setup makes it when the tree is applied');
    const second = await millwright('configdb', 'sheffield', '--estate', estate, '--json', ...login);
    const report = JSON.parse(second.out) as { ok: boolean; items: { is: string }[]; unchanged: number };
    expect(report.items.filter(({ is }) => is !== 'missing')).toEqual([]);
    expect([report.ok, second.exitCode, report.unchanged > 10]).toEqual([false, 1, true]);
    for (const { out, err } of [dry, first, second]) expect(`${out}${err}`).not.toContain(PASSWORD);
  });

  test('millwright import-ids writes what the estate takes, and the contract has it then', async () => {
    store.put(APPLICATION.serviceConfig, APPLICATION.serviceConfig, KEPT);
    const out = join(folder, 'ids.json');
    // A plant under Factory+ needs the ids: they can be read before they are stated.
    const underFactoryPlus = estateFile('under-factory-plus.json', (estate) => {
      delete estate.centrals.sheffield.installed;
      estate.plants.leeds.factoryPlus = {};
    });
    expect(await millwright('check', '--estate', underFactoryPlus)).toMatchObject({ exitCode: 1 });
    const { exitCode, err } = await millwright('import-ids', 'sheffield', '--estate', underFactoryPlus, '--out', out, ...withoutAuth());
    expect([exitCode, err]).toEqual([0, expect.stringContaining(`Wrote ${out}; name it in the estate as centrals.sheffield.installed.`)]);
    const ids = installedIdsSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
    expect(ids.roles.edgeSync).toBe(`${IDS}e`);
    const again = estateFile('with-ids.json', (estate) => {
      estate.centrals.sheffield.installed = ids;
    });
    expect(await millwright('check', '--estate', again)).toMatchObject({ exitCode: 0 });
    // Without a file, it is printed.
    const printed = await millwright('import-ids', 'sheffield', '--estate', again, ...withoutAuth());
    expect(JSON.parse(printed.out)).toEqual(ids);
  });

  test('millwright import-ids tells that there are none yet, and which are missing', async () => {
    const ask = () => millwright('import-ids', 'sheffield', '--estate', estateFile('estate.json'), ...withoutAuth());
    expect((await ask()).err).toContain('the ConfigDB has no ids yet: service-setup makes them; look at its Job.');
    const { Role: _, ...rest } = KEPT;
    store.put(APPLICATION.serviceConfig, APPLICATION.serviceConfig, { ...rest, Repo: { HelmCharts: 'no id' } });
    const { exitCode, out, err } = await ask();
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain('the ConfigDB lacks Repo.HelmCharts, Role.EdgeAgent, Role.EdgeFlux, Role.EdgeKrbkeys,');
  });
});

describe('called wrongly,', () => {
  test.each([
    [['hull'], 'millwright: hull is not a central cluster that is rendered; the estate has sheffield.'],
    [['sheffield', '--url', 'configdb'], 'millwright: --url configdb must be a URL such as https://configdb.factory.example.com.'],
    [
      ['sheffield', '--url', 'http://10.0.0.7:8080'],
      'millwright: --url http://10.0.0.7:8080 would send the password in clear; use https, or http to localhost.',
    ],
    [['sheffield', '--principal', 'a:b'], 'millwright: --principal "a:b" must be a Kerberos principal, such as admin.'],
    [
      ['sheffield'],
      'millwright: there is no password; name a file with --password-file (- reads standard input), or set MILLWRIGHT_PASSWORD.',
    ],
  ])('with %j, each command says so and asks nobody', async (args, sentence) => {
    for (const command of ['configdb', 'import-ids']) {
      const { exitCode, out, err } = await millwright(command, ...args, '--estate', estateFile('estate.json'));
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toContain(sentence);
    }
  });

  test('an estate that is not in order is told, and nothing is asked', async () => {
    const broken = estateFile('broken.json', (estate) => {
      estate.centrals.sheffield.domain = 'no domain';
    });
    expect(await millwright('configdb', 'sheffield', '--estate', broken, '--json')).toMatchObject({ exitCode: 1 });
    expect(await millwright('import-ids', 'sheffield', '--estate', broken)).toMatchObject({ exitCode: 1, out: '' });
  });
});
