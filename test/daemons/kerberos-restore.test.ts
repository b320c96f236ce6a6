import { chownSync, copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KDC_USER } from '../../constructs/central/identity';
import { MAKE_DATABASE_SCRIPT } from '../../infra/kerberos/kdc';
import { exampleCentral } from '../support/centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { run } from './support/debian-pod';
import { Disk } from './support/disk';
import { KdcOnTrial } from './support/kdc';
import { makeNetwork, type Network } from './support/network';
import { seededRandom } from './support/random';

const central = exampleCentral();
const { realm } = central.contract;
const SERVER = `HTTP/auth.factory-plus.svc.cluster.local@${realm}`;

let workDir: WorkDir;
let group: ProcessGroup;
let network: Network;
let kdc: KdcOnTrial;

beforeAll(async () => {
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  network = await makeNetwork(group);
  kdc = await KdcOnTrial.make({ group, network, central });
  await kdc.start();
  await kdc.bootstrapKey('op1krbkeys', 'op1krbkeys.keytab');
});

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

const add = (names: readonly string[], of = kdc) =>
  of.client(['kadmin', '-p', 'op1krbkeys', '-k', '-t', of.file('op1krbkeys.keytab')], {
    input: `${names.map((name) => `addprinc -randkey ${name}`).join('\n')}\n`,
  });
const principals = async (of: KdcOnTrial) =>
  (await of.local('kadmin.local', '-q', 'listprincs')).split('\n').filter((line) => /^\S+@\S+$/.test(line));
const created = (said: string) => [...said.matchAll(/Principal "(\S+)@\S+" created/g)].map(([, name = '']) => name);

test('a dump and the stash bring everything back on an empty volume: keys, passwords and tickets from before are good', async () => {
  await kdc.bootstrapKey(SERVER, 'server.keytab');
  await kdc.kadminLocal('addprinc -pw administers admin');
  const cache = { KRB5CCNAME: kdc.file('before.cache') };
  expect(await kdc.client(['kinit', '-k', '-t', kdc.file('op1krbkeys.keytab'), 'op1krbkeys'], { env: cache })).toMatchObject({ code: 0 });
  const names = await principals(kdc);
  await kdc.local('kdb5_util', 'dump', '/var/lib/krb5kdc/dump');

  const other = await KdcOnTrial.make({ group, network, central, name: 'restored', address: '10.99.88.2' });
  for (const file of ['dump', `.k5.${realm}`]) {
    copyFileSync(join(kdc.data, file), join(other.data, file));
    chownSync(join(other.data, file), KDC_USER, KDC_USER);
  }
  await kdc.stop();
  // With the stash alone the pod does not start: it would make another realm.
  expect(await other.runInit('make-database')).toMatchObject({ code: 1, said: expect.stringContaining('restore both from a backup') });
  await other.local('kdb5_util', 'load', '/var/lib/krb5kdc/dump');
  expect(await other.makeDatabase()).toContain('the database is there');
  await other.resume();
  expect(await principals(other)).toEqual(names);
  // The ticket from before buys a ticket for the server, which the server's key from before opens.
  expect((await other.client(['kvno', '-k', kdc.file('server.keytab'), SERVER], { env: cache })).said).toMatch(/keytab entry valid/);
  expect(await other.client(['kinit', '-k', '-t', kdc.file('op1krbkeys.keytab'), 'op1krbkeys'])).toMatchObject({ code: 0 });
  expect(await other.client(['kinit', 'admin'], { input: 'administers\n' })).toMatchObject({ code: 0 });
  await other.stop();
  rmSync(join(kdc.data, 'dump'));
  rmSync(join(kdc.data, 'dump.dump_ok'));
  await kdc.resume();
});

test('what kadmind acknowledged is there when the KDC and kadmind were killed while they wrote, at whatever moment', async () => {
  const random = seededRandom(7);
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round++) {
    const writing = add(Array.from({ length: 400 }, (_, index) => `nd1/leeds-${round}/machine-${index}`));
    const enough = 5 + Math.floor(random() * 120);
    await eventually(
      'kadmind to write',
      30_000,
      () => {
        const requests = kdc.log('kadmind', 1000).match(/kadm5_create_principal, \S+, success/g) ?? [];
        expect(requests.length).toBeGreaterThan(enough);
      },
      5,
    );
    await Promise.all([kdc.kill('kadmind'), kdc.kill('kdc')]);
    const { said } = await writing;
    const done = created(said);
    // It was in the middle of them.
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(400);
    acknowledged.push(...done);
    await kdc.start();
  }
  const there = await principals(kdc);
  expect(acknowledged.filter((name) => !there.includes(`${name}@${realm}`))).toEqual([]);
  expect(await kdc.client(['kinit', '-k', '-t', kdc.file('op1krbkeys.keytab'), 'op1krbkeys'])).toMatchObject({ code: 0 });
  console.log(`${acknowledged.length} principals were acknowledged before 6 kills, and all are there`);
});

test('what kadmind acknowledged is there after the power failed while it wrote', async () => {
  const disk = await Disk.make(group, 'kdc', 256);
  const other = await KdcOnTrial.make({ group, network, central, name: 'on-disk', address: '10.99.88.3', disk });
  await other.start();
  await other.bootstrapKey('op1krbkeys', 'op1krbkeys.keytab');
  await disk.run('sync');
  const random = seededRandom(11);
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round++) {
    const writing = add(
      Array.from({ length: 400 }, (_, index) => `nd1/leeds-${round}/machine-${index}`),
      other,
    );
    const enough = 5 + Math.floor(random() * 60);
    await eventually(
      'kadmind to write',
      30_000,
      () => {
        const requests = other.log('kadmind', 1000).match(/kadm5_create_principal, \S+, success/g) ?? [];
        expect(requests.length).toBeGreaterThan(enough);
      },
      5,
    );
    const cut = disk.cutPower();
    await Promise.all([other.kill('kadmind'), other.kill('kdc')]);
    await cut;
    acknowledged.push(...created((await writing).said));
    await other.start();
  }
  const there = await principals(other);
  expect(acknowledged.filter((name) => !there.includes(`${name}@${realm}`))).toEqual([]);
  console.log(`${acknowledged.length} principals were acknowledged before 6 power cuts, and all are there`);
  await other.stop();
});

/** Moments at which it was cut off indeed. */
const cut: string[] = [];

test.each(['making', 'making/principal', 'making/principal.kadm5', 'making/stash', 'making/whole', 'principal'])(
  'making the database goes on where it was killed: when %s is there',
  async (file) => {
    const name = `killed-${file.replace(/\W/g, '-')}`;
    const other = await KdcOnTrial.make({ group, network, central, name, address: `10.99.90.${name.length}` });
    const kill = other.startInit('make-database');
    await eventually(
      file,
      30_000,
      () => {
        // Some are there for a moment only: then it is killed when it has just ended.
        expect([file, `.k5.${realm}`].some((one) => existsSync(join(other.data, one)))).toBe(true);
      },
      0,
    );
    await kill();
    if (existsSync(join(other.data, 'making'))) cut.push(file);
    await other.start();
    await other.bootstrapKey('op1krbkeys', 'op1krbkeys.keytab');
    expect(await other.client(['kinit', '-k', '-t', other.file('op1krbkeys.keytab'), 'op1krbkeys'])).toMatchObject({ code: 0 });
    expect(existsSync(join(other.data, 'making'))).toBe(false);
    await other.stop();
  },
);

test('making the database was cut off at several of these moments', () => {
  expect(cut.length).toBeGreaterThan(2);
});

test('a database without its stash is refused and left as it is', async () => {
  const other = await KdcOnTrial.make({ group, network, central, name: 'without-stash', address: '10.99.88.9' });
  await other.makeDatabase();
  rmSync(join(other.data, `.k5.${realm}`));
  expect(await other.runInit('make-database')).toMatchObject({ code: 1, said: expect.stringContaining('restore both from a backup') });
  expect(existsSync(join(other.data, 'principal'))).toBe(true);
});

test('shellcheck finds nothing in the script that makes the database', async () => {
  expect(await run('/usr/bin/shellcheck', ['--shell', 'sh', '-'], {}, MAKE_DATABASE_SCRIPT)).toEqual({ code: 0, said: '' });
});
