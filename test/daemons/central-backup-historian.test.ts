import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Historian } from '../../constructs/central/historian';
import { requiredSecrets } from '../../constructs/kube/requirements';
import { CENTRAL_NAMESPACE, HISTORIAN } from '../../infra/model/central-services';
import { serviceHost } from '../../infra/model/services';
import type { KubeObject, ManifestSet } from '../../stacks/manifest/manifest-set';
import { newAuthority, trustedCertificates } from '../../stacks/secrets/authority';
import { seeds } from '../support/campaign';
import { exampleCentral } from '../support/centre';
import { buildGoModule } from '../support/go-programs';
import { getPrograms } from './programs/programs';
import { BackupsOnTrial, busyboxFolder, refusesBadBackups, survivesKills } from './support/central-backup';
import { DebianPod } from './support/debian-pod';
import { filesOf, objectOf } from './support/files';
import { openGate } from './support/gate';
import { HistorianOnTrial, programFolder, serverTemplate } from './support/historian';
import { seededRandom } from './support/random';

const ADDRESS = '192.0.2.10';
/** An account of InfluxDB 1's interface. */
const READER = `Basic ${Buffer.from('reader:so many rows').toString('base64')}`;
/** Weeks of old rows in each bucket: a part of the files each. */
const WEEKS = 16;
const BUCKETS = ['plant-data', 'plant-figures', 'own'];

function manifests(): ManifestSet {
  const central = exampleCentral();
  const chart = new Chart(new App(), 'centre');
  new Historian(chart, 'historian', { central });
  return {
    cluster: central.name,
    entries: (chart.toJson() as KubeObject[]).map((object) => ({ component: 'centre', phase: 'data', protect: false, object })),
    secrets: requiredSecrets(chart).map((secret) => ({ ...secret, source: 'sops' as const })),
  };
}

describe('backups of the historian', () => {
  let trial: BackupsOnTrial;
  let historian: HistorianOnTrial;
  let token: string;
  let organisation: string;
  const people: { id: string; token: string }[] = [];

  const json = async (method: string, path: string, body?: unknown) => JSON.parse(await historian.command(method, path, body)) as never;
  const write = async (bucket: string, lines: readonly string[]) => {
    const { status, body } = await historian.ask('POST', `/write?db=${bucket}&precision=ns`, `${lines.join('\n')}\n`);
    if (status !== 204) throw new Error(`${status}: ${body}`);
  };
  /** What there is beside rows: what a person would miss. */
  const accounts = async () => {
    const { authorizations } = (await json('GET', '/api/v2/authorizations')) as {
      authorizations: { id: string; token: string; permissions: unknown[] }[];
    };
    const { buckets } = (await json('GET', '/api/v2/buckets?limit=100')) as {
      buckets: { id: string; name: string; retentionRules: unknown }[];
    };
    const legacy = (await json('GET', '/private/legacy/authorizations')) as { authorizations: { id: string; token: string }[] };
    const { users } = (await json('GET', '/api/v2/users')) as { users: { id: string; name: string }[] };
    const { dashboards } = (await json('GET', '/api/v2/dashboards')) as { dashboards: { id: string; name: string }[] };
    const notebooks = (await json('GET', `/api/v2private/notebooks?orgID=${organisation}`)) as unknown;
    return {
      tokens: authorizations.map(({ id, token: text, permissions }) => [id, text, permissions.length]).sort(),
      buckets: buckets.map(({ id, name, retentionRules }) => [id, name, retentionRules]).sort(),
      legacy: legacy.authorizations.map(({ id, token: name }) => [id, name]).sort(),
      users: users.map(({ id, name }) => [id, name]).sort(),
      dashboards: dashboards.map(({ id, name }) => [id, name]),
      notebooks,
    };
  };
  const rowsOf = async (bucket: string) => {
    const rows = [...(await historian.rows(bucket, 'point')), ...(await historian.rows(bucket, 'old'))];
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  const contents = async () => ({ ...(await accounts()), rows: await Promise.all(BUCKETS.map(rowsOf)) });
  const loseDisk = async () => {
    await historian.pod.kill();
    await trial.asPod('/bin/sh', ['-c', 'rm -rf "$1"/*', 'sh', trial.volume('historian-data')]);
    await historian.start();
  };
  const setUp = async () => {
    const body = { username: 'admin', password: token, token, org: HISTORIAN.organisation, bucket: BUCKETS[0], retentionPeriodSeconds: 0 };
    await historian.command('POST', '/api/v2/setup', body);
  };

  beforeAll(async () => {
    const programs = await getPrograms();
    const cli = await buildGoModule(
      { folder: join(__dirname, 'programs/influx-cli'), packages: { influx: 'github.com/influxdata/influx-cli/v2/cmd/influx' } },
      () => {},
    );
    const set = manifests();
    const authority = newAuthority('centre', new Date());
    const files = filesOf(
      set,
      authority,
      () => ({ username: '', password: '' }),
      (text) => text,
    );
    const secret = (name: string) => files('secret', CENTRAL_NAMESPACE, name);
    token = secret('historian-admin').password ?? '';
    trial = await BackupsOnTrial.of('historian', {
      packages: { '/usr/bin/curl': 'curl' },
      names: [`${ADDRESS} ${serviceHost(HISTORIAN)}`],
      secrets: { 'historian-admin': secret('historian-admin'), 'historian-tls': { 'ca.crt': secret('historian-tls')['ca.crt'] ?? '' } },
      programs: (workDir) => {
        const folder = busyboxFolder(workDir);
        if (!existsSync(join(folder, 'influx'))) copyFileSync(join(cli, 'influx'), join(folder, 'influx'));
        return folder;
      },
    });
    const host = await trial.network.host(HISTORIAN.name, ADDRESS);
    const gate = await openGate(trial.group, await trial.network.host('test', '10.244.0.1'));
    const pod = new DebianPod(trial.group, {
      name: HISTORIAN.name,
      template: serverTemplate(objectOf(set, 'StatefulSet', CENTRAL_NAMESPACE, HISTORIAN.name)),
      host,
      hosts: `127.0.0.1 localhost\n${ADDRESS} ${serviceHost(HISTORIAN)}\n`,
      files: (kind, name) => files(kind, CENTRAL_NAMESPACE, name),
      claim: (name) => (name === 'programs' ? programFolder(trial.group.workDir, programs.influxd) : trial.volume('historian-data')),
    });
    historian = new HistorianOnTrial(gate, pod, {
      address: ADDRESS,
      serverName: serviceHost(HISTORIAN),
      port: HISTORIAN.port,
      authority: trustedCertificates(authority, new Date()).join(''),
      token,
    });
    await historian.start();
    await setUp();
    const { orgs } = (await json('GET', '/api/v2/orgs')) as { orgs: [{ id: string }] };
    organisation = orgs[0].id;
    for (const name of BUCKETS.slice(1)) {
      await historian.command('POST', '/api/v2/buckets', {
        orgID: organisation,
        name,
        retentionRules: [{ type: 'expire', everySeconds: 0 }],
      });
    }
    const { buckets } = (await json('GET', '/api/v2/buckets?name=own')) as { buckets: [{ id: string }] };
    const permissions = [{ action: 'read', resource: { type: 'buckets', id: buckets[0].id, orgID: organisation } }];
    people.push(
      (await json('POST', '/api/v2/authorizations', { orgID: organisation, description: 'a person', permissions })) as (typeof people)[0],
    );
    const account = (await json('POST', '/private/legacy/authorizations', { orgID: organisation, token: 'reader', permissions })) as {
      id: string;
    };
    await historian.ask('POST', `/private/legacy/authorizations/${account.id}/password`, '{"password":"so many rows"}');
    await historian.command('POST', '/api/v2/dashboards', { orgID: organisation, name: 'Presses' });
    await historian.command('POST', '/api/v2private/notebooks', { orgID: organisation, name: 'Night shift', spec: { a: 1 } });
    // Rows of months, in many parts.
    for (const [n, bucket] of BUCKETS.entries()) {
      const lines = Array.from({ length: WEEKS }, (_, week) => {
        const time = BigInt(Date.UTC(2025, 0, 6 + week * 7)) * 1_000_000n;
        return `old,machine=press-${n} value=${week * 1.5},count=${week}i,state="run ${week}" ${time}`;
      });
      await write(bucket, lines);
    }
  }, 300_000);
  afterAll(() => trial?.end());

  test('made while rows are written, it brings to an empty historian all rows that were acknowledged before, accounts, tokens and dashboards', async () => {
    const random = seededRandom(20_261_123);
    const moments: { name: string; acknowledged: number; accounts: unknown }[] = [];
    let written = 0;
    const now = BigInt(Date.now()) * 1_000_000n;
    for (const _ of seeds(2, 8)) {
      let stop = false;
      const writer = (async () => {
        while (!stop) {
          const from = written;
          const lines = Array.from({ length: 200 }, (_, i) => `point,point=p${i % 10} integer=${from + i}i ${now + BigInt(from + i)}`);
          await write(BUCKETS[0] ?? '', lines);
          written += 200;
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 1_500));
      const acknowledged = written;
      const known = await accounts();
      const name = await trial.backsUp();
      expect(written).toBeGreaterThan(acknowledged);
      stop = true;
      await writer;
      moments.push({ name, acknowledged, accounts: known });
    }
    const last = await contents();
    expect(last.tokens).toHaveLength(2);
    expect(last.rows.map(({ length }) => length)).toEqual([WEEKS + written, WEEKS, WEEKS]);
    await trial.backsUp();

    const read = (bucket: string, authorization: string) =>
      historian.ask('GET', `/query?db=${bucket}&q=select%20*%20from%20old%20limit%201`, '', authorization);
    expect((await read('own', READER)).body).toContain('run 0');
    const began = Date.now();
    await loseDisk();
    expect(await trial.restore()).toMatchObject({ code: 1, said: expect.stringContaining('nothing was changed') });
    await setUp();
    expect((await accounts()).tokens).toHaveLength(1);
    const { code, said } = await trial.restore();
    expect([code, said]).toEqual([0, expect.stringContaining('restored')]);
    const took = Date.now() - began;
    expect(await contents()).toEqual(last);
    await historian.pod.stop();
    await historian.start();
    expect(await contents()).toEqual(last);
    // Who had a password or a token has it still, and sees no more than before.
    expect((await read('own', READER)).body).toContain('run 0');
    expect((await read('own', `Token ${people[0]?.token}`)).body).toContain('run 0');
    expect((await read(BUCKETS[0] ?? '', READER)).body).not.toContain('run 0');

    for (const moment of moments) {
      expect(await trial.restore({ FROM: moment.name, REPLACE: 'yes' })).toMatchObject({ code: 0 });
      expect(await accounts()).toEqual(moment.accounts);
      const there = new Set((await historian.rows(BUCKETS[0] ?? '', 'point')).map(({ integer }) => Number(integer)));
      const missing = Array.from({ length: moment.acknowledged }, (_, n) => n).filter((n) => !there.has(n));
      expect(missing).toEqual([]);
      expect((await rowsOf('own')).length).toBe(WEEKS);
    }
    console.log(`restored ${moments.length + 1} moments: ${written} rows, disk lost to rows read again in ${took} ms`);
  }, 300_000);

  test('parts that did not change are held once', async () => {
    const first = Object.values(trial.contents(await trial.backsUp()));
    await write('own', [`point value=1 ${BigInt(Date.now()) * 1_000_000n}`]);
    const second = Object.values(trial.contents(await trial.backsUp()));
    expect(second.length).toBeGreaterThan(3 * WEEKS);
    // Accounts, dashboards, the list of the files, and the part that was written to.
    expect(second.filter((sum) => !first.includes(sum)).length).toBeLessThanOrEqual(4);
  });

  test('replaces rows only when told to', async () => {
    const before = await contents();
    expect(await trial.restore()).toMatchObject({ code: 1, said: expect.stringContaining('the historian holds rows; set REPLACE=yes') });
    expect(await contents()).toEqual(before);
  });

  test('refuses what is no whole backup of this historian, and changes nothing', async () => {
    const state = async () => ({ ...(await accounts()), rows: await rowsOf('own') });
    await refusesBadBackups(trial, state, { REPLACE: 'yes' });
  }, 180_000);

  test('killed at moments of chance, it leaves nothing that looks like a backup', async () => {
    const random = seededRandom(3);
    await survivesKills(
      trial,
      seeds(8, 60).map(() => 50 + random() * 1_500),
    );
  }, 180_000);
});
