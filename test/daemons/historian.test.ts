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
