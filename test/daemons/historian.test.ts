import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ALIVE_SCRIPT, SERVE_MOUNTS, START_SCRIPT } from '../../infra/influxdb/serve';
import { SETUP_SCRIPT } from '../../infra/influxdb/setup';
import { CentreOnTrial } from './support/centre';
import { run } from './support/debian-pod';

/** Writes so many rows and tells how many the historian acknowledged: all or none. */
async function write({ historian }: CentreOnTrial, from: number, count: number): Promise<number> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const lines = Array.from({ length: count }, (_, i) => `point,point=p${i % 10} integer=${from + i}i ${now + BigInt(from + i)}\n`).join('');
  const { status } = await historian.ask('POST', '/write?db=plant-data&precision=ns', lines);
  return status === 204 ? count : 0;
}

const held = async ({ historian }: CentreOnTrial) => (await historian.rows('plant-data', 'point')).length;

async function restart({ historian }: CentreOnTrial): Promise<void> {
  await historian.pod.kill();
  await historian.start();
}

/** Leaves half an entry at the end of every shard's log, as a power cut in the middle of a write does. */
function tearLogs(volume: string): number {
  const engine = join(volume, 'engine', 'wal');
  const logs = readdirSync(engine, { recursive: true })
    .map((path) => join(engine, path.toString()))
    .filter((path) => path.endsWith('.wal') && statSync(path).size > 0);
  for (const log of logs) appendFileSync(log, Buffer.from([1, 0, 0, 4, 0, 7, 7, 7]));
  return logs.length;
}

/** Acknowledged rows that are there after a torn log and two kill -9, of 300. */
async function rowsAfterTornLog(rewrite?: (text: string) => string): Promise<number> {
  const centre = await CentreOnTrial.of(rewrite ? { rewrite } : {});
  try {
    await centre.start();
    expect(await write(centre, 0, 100)).toBe(100);
    await centre.historian.pod.kill();
    expect(tearLogs(centre.historianVolume)).toBeGreaterThan(0);
    await centre.historian.start();
    expect(await write(centre, 100, 200)).toBe(200);
    expect(await held(centre)).toBe(300);
    await restart(centre);
    return await held(centre);
  } finally {
    await centre.end();
  }
}

test('shellcheck finds nothing in its scripts', async () => {
  for (const script of [START_SCRIPT, ALIVE_SCRIPT, SETUP_SCRIPT]) {
    expect(await run('/usr/bin/shellcheck', ['--shell', 'sh', '-'], {}, script)).toEqual({ code: 0, said: '' });
  }
});

test('half an entry at the end of its log costs no acknowledged row, however often it is cut off afterwards', async () => {
  expect(await rowsAfterTornLog()).toBe(300);
}, 60_000);

test('without the new log that its start begins, InfluxDB throws away what it acknowledged after the half entry', async () => {
  const left = await rowsAfterTornLog((text) => text.replace(/^.*_%05d\.wal.*$/m, ''));
  expect(left).toBe(100);
  console.log(`without a new log: ${left} of 300 acknowledged rows are left`);
}, 60_000);

test('after its disk was full it refuses writes even with room again; its liveness probe sees that, and a start mends it', async () => {
  const centre = await CentreOnTrial.of({ diskMiB: 64 });
  try {
    await centre.start();
    const { historian } = centre;
    const alive = () => historian.pod.exec(['sh', `${SERVE_MOUNTS.scripts}/alive.sh`]);
    let acknowledged = await write(centre, 0, 1_000);
    expect(acknowledged).toBe(1_000);
    expect((await alive()).code).toBe(0);
    await centre.fillDisk();
    let i = acknowledged;
    let refused = 0;
    for (; refused === 0 && i < 200_000; i += 2_000) {
      const written = await write(centre, i, 2_000);
      acknowledged += written;
      if (written === 0) refused++;
    }
    expect(refused).toBe(1);
    expect((await alive()).code).toBe(0);
    await centre.freeDisk();
    expect(await write(centre, i, 10)).toBe(0);
    expect((await alive()).code).toBe(1);

    await restart(centre);
    expect((await alive()).code).toBe(0);
    acknowledged += await write(centre, i + 10, 1_000);
    await restart(centre);
    // What was refused may be there in part; what was acknowledged is.
    expect(await held(centre)).toBeGreaterThanOrEqual(acknowledged);
    expect((await alive()).code).toBe(0);
  } finally {
    await centre.end();
  }
}, 90_000);

test('the setup can be run again: it changes how long a bucket keeps its rows, and keeps the rows', async () => {
  const centre = await CentreOnTrial.of();
  try {
    await centre.start();
    expect(await write(centre, 0, 10)).toBe(10);
    const seconds = async () => {
      const { body } = await centre.historian.ask('GET', '/api/v2/buckets?name=plant-logs');
      return (JSON.parse(body) as { buckets: { id: string; retentionRules: { everySeconds: number }[] }[] }).buckets[0];
    };
    const bucket = await seconds();
    expect(bucket?.retentionRules[0]?.everySeconds).toBe(30 * 86_400);
    await centre.historian.command('PATCH', `/api/v2/buckets/${bucket?.id}`, {
      retentionRules: [{ type: 'expire', everySeconds: 86_400 }],
    });
    expect(await centre.runSetup()).toMatchObject({ code: 0 });
    expect((await seconds())?.retentionRules[0]?.everySeconds).toBe(30 * 86_400);
    expect(await held(centre)).toBe(10);
    // The ingester may write, and read nothing.
    const writer = `Basic ${Buffer.from(`writer:${centre.writerPassword}`).toString('base64')}`;
    const asWriter = (method: string, path: string, body = '') => centre.historian.ask(method, path, body, writer);
    expect((await asWriter('POST', '/write?db=plant-logs', 'log message="x"')).status).toBe(204);
    expect((await asWriter('GET', '/query?db=plant-data&q=select+*+from+point')).body).not.toContain('"values"');
  } finally {
    await centre.end();
  }
}, 60_000);

/** What somebody with a token may do with rows of a bucket: `read`, `write`, both or nothing. This build asks in InfluxQL alone. */
async function mayDo({ historian }: CentreOnTrial, token: string, bucket: string): Promise<string[]> {
  const put = (by?: string) => historian.ask('POST', `/api/v2/write?org=default&bucket=${bucket}&precision=ns`, 'tried value=1', by);
  expect((await put()).status).toBe(204);
  const write = await put(`Token ${token}`);
  const query = encodeURIComponent('select * from tried');
  const { body } = await historian.ask('GET', `/query?db=${bucket}&q=${query}`, '', `Token ${token}`);
  return [...(body.includes('"values"') ? ['read'] : []), ...(write.status === 204 ? ['write'] : [])];
}

test('each program of Factory+ gets a token that may do what it needs in its one bucket, and nothing else', async () => {
  const centre = await CentreOnTrial.of();
  try {
    await centre.start();
    const { tokens } = centre.secretDoor;
    expect(Object.keys(tokens).sort()).toEqual(['data-access', 'historian-sparkplug', 'i3x']);
    const buckets = ['default', 'plant-data', 'plant-figures', 'plant-logs', 'plant-refused'];
    for (const [holder, token] of Object.entries(tokens)) {
      for (const bucket of buckets) {
        const expected = bucket !== 'default' ? [] : holder === 'historian-sparkplug' ? ['write'] : ['read'];
        expect([holder, bucket, ...(await mayDo(centre, token, bucket))]).toEqual([holder, bucket, ...expected]);
      }
      // Nor does it see or make tokens.
      const { body } = await centre.historian.ask('GET', '/api/v2/authorizations', '', `Token ${token}`);
      expect(body).not.toContain('"token"');
      const made = await centre.historian.ask('POST', '/api/v2/buckets', '{"name":"x","orgID":"0000000000000001"}', `Token ${token}`);
      expect(made.status).toBeGreaterThanOrEqual(400);
    }
  } finally {
    await centre.end();
  }
}, 60_000);

test('the setup keeps a token for as long as it may do the same, and takes the others away', async () => {
  const centre = await CentreOnTrial.of();
  try {
    await centre.start();
    const { historian, secretDoor } = centre;
    const first = secretDoor.tokens;
    expect(await centre.runSetup()).toMatchObject({ code: 0 });
    expect(secretDoor.tokens).toEqual(first);

    const list = async () => {
      const { body } = await historian.ask('GET', '/api/v2/authorizations');
      return (JSON.parse(body) as { authorizations: { id: string; orgID: string; description: string; permissions: object[] }[] })
        .authorizations;
    };
    const ours = async () => (await list()).filter(({ description }) => description.startsWith('millwright/'));
    expect(await ours()).toHaveLength(3);
    // One that a program no longer has, one of a program that may do something else now, and one that a person made.
    const [one] = await ours();
    const make = (description: string) =>
      historian.command('POST', '/api/v2/authorizations', { orgID: one?.orgID, description, permissions: one?.permissions });
    await make('millwright/gone/00000000000000000000000000000000');
    await make('millwright/i3x/00000000000000000000000000000000');
    await make('somebody');
    // One that somebody took away.
    const lost = (await ours()).find(({ description }) => description.startsWith('millwright/data-access/'));
    await historian.command('DELETE', `/api/v2/authorizations/${lost?.id}`, {});

    const { code, said } = await centre.runSetup();
    expect([code, said.match(/took the token .* away/g)?.length]).toEqual([0, 2]);
    expect((await ours()).map(({ description }) => description.split('/')[1]).sort()).toEqual([
      'data-access',
      'historian-sparkplug',
      'i3x',
    ]);
    expect((await list()).map(({ description }) => description)).toContain('somebody');
    expect(secretDoor.tokens).toEqual({ ...first, 'data-access': expect.not.stringContaining(first['data-access'] ?? '') });
    expect(await mayDo(centre, secretDoor.tokens['data-access'] ?? '', 'default')).toEqual(['read']);
  } finally {
    await centre.end();
  }
}, 60_000);

test('the setup takes accounts by password away that are no longer listed, those of 0.3.0 among them, and none of people', async () => {
  let left = false;
  const rewrite = (text: string) => (left ? text.replace(/^grafana read .*\n/m, '') : text);
  const centre = await CentreOnTrial.of({ rewrite });
  try {
    await centre.start();
    const { historian } = centre;
    const path = '/private/legacy/authorizations';
    type Account = { id: string; orgID: string; token: string; description: string; permissions: object[] };
    const list = async () => (JSON.parse((await historian.ask('GET', path)).body) as { authorizations: Account[] }).authorizations;
    const described = async () => Object.fromEntries((await list()).map(({ token, description }) => [token, description]));
    expect(await described()).toEqual({ writer: 'millwright/writer', grafana: 'millwright/grafana' });
    const grafana = (await list()).find(({ token }) => token === 'grafana');
    const make = async (token: string, description?: string) => {
      const { orgID, permissions } = grafana ?? {};
      const made = JSON.parse(await historian.command('POST', path, { orgID, token, description, permissions })) as Account;
      await historian.command('POST', `${path}/${made.id}/password`, { password: `of ${token}` });
    };
    // As 0.3.0 made them, without a description: one that is listed, and one that is not.
    await historian.command('DELETE', `${path}/${grafana?.id}`, {});
    await make('grafana');
    await make('web-application');
    await make('report', 'millwright/report');
    const people = {
      somebody: '',
      'web application': '',
      reader: 'reads what millwright/reader read',
      other: '"description": "millwright/other"',
      visitor: ' millwright/visitor',
    };
    for (const [token, description] of Object.entries(people)) await make(token, description);
    expect(await write(centre, 0, 1)).toBe(1);
    const reads = async (token: string) => {
      const login = `Basic ${Buffer.from(`${token}:of ${token}`).toString('base64')}`;
      const { status, body } = await historian.ask('GET', '/query?db=plant-data&q=select+*+from+point', '', login);
      return status === 200 && body.includes('"values"');
    };
    for (const token of ['web-application', 'report']) expect([token, await reads(token)]).toEqual([token, true]);

    const kept = { writer: 'millwright/writer', ...people };
    const run = async () => {
      const { code, said } = await centre.runSetup();
      return [code, ...[...said.matchAll(/took the account (.*) away/g)].map(([, token]) => token).sort()];
    };
    expect(await run()).toEqual([0, 'report', 'web-application']);
    expect(await described()).toEqual({ ...kept, grafana: 'millwright/grafana' });
    for (const token of ['web-application', 'report']) expect([token, await reads(token)]).toEqual([token, false]);

    left = true;
    expect(await run()).toEqual([0, 'grafana']);
    expect(await described()).toEqual(kept);
    for (const token of Object.keys(people)) expect([token, await reads(token)]).toEqual([token, true]);
    expect(await run()).toEqual([0]);
  } finally {
    await centre.end();
  }
}, 90_000);
