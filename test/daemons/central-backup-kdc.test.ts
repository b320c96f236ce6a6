import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../constructs/kube/pod';
import { KDC_PATHS } from '../../infra/kerberos/kdc';
import { seeds } from '../support/campaign';
import { eventually } from '../support/wait';
import { BackupsOnTrial, busyboxFolder, refusesBadBackups, survivesKills } from './support/central-backup';
import { run } from './support/debian-pod';
import { onHost } from './support/network';
import { seededRandom } from './support/random';

const PACKAGES = { '/usr/sbin/krb5kdc': 'krb5-kdc', '/usr/sbin/kadmin.local': 'krb5-admin-server', '/usr/bin/kinit': 'krb5-user' };

describe('backups of the KDC', () => {
  let trial: BackupsOnTrial;
  let realm: string;
  const data = () => trial.volume('data-kdc-0');
  const env = () => ({ KRB5_CONFIG: trial.at('krb5.conf'), KRB5_KDC_PROFILE: trial.at('kdc.conf') });
  const kadmin = (...queries: string[]) =>
    trial.asPod('/usr/sbin/kadmin.local', ['-r', realm, '-p', 'test'], env(), `${queries.join('\n')}\n`);
  const dump = () => trial.asPod('/usr/sbin/kdb5_util', ['dump', '-'], env());
  const empty = () => {
    for (const name of readdirSync(data())) rmSync(join(data(), name), { recursive: true });
  };
  const state = async () => [readdirSync(data()).sort(), await dump()];

  beforeAll(async () => {
    trial = await BackupsOnTrial.of('kdc', { packages: PACKAGES, programs: busyboxFolder });
    ({ realm } = trial.central.contract);
    writeFileSync(trial.at('krb5.conf'), `[libdefaults]\ndefault_realm = ${realm}\n[realms]\n${realm} = {\nkdc = 192.0.2.60\n}\n`, {
      mode: 0o644,
    });
    const relations = [
      `database_name = ${data()}/principal`,
      `key_stash_file = ${data()}/${KDC_PATHS.stash(realm).split('/').at(-1)}`,
      'kdc_tcp_listen = 88',
      'kdc_listen = 88',
    ];
    writeFileSync(trial.at('kdc.conf'), `[realms]\n${realm} = {\n${relations.join('\n')}\n}\n[logging]\ndefault = STDERR\n`, {
      mode: 0o644,
    });
    await trial.asPod('/usr/sbin/kdb5_util', ['create', '-s'], env(), 'master password\nmaster password\n');
  });
  afterAll(() => trial?.end());

  test('refuses a volume without a database, which it cannot tell from one that is not there', async () => {
    const away = trial.at('away');
    await run('/bin/mv', [join(data(), 'principal'), away]);
    expect(await trial.backup()).toMatchObject({
      code: 1,
      said: expect.stringContaining('holds no Kerberos database; no backup was made'),
    });
    await run('/bin/mv', [away, join(data(), 'principal')]);
    expect(trial.made()).toEqual([]);
  });

  test('made while principals are made, it brings to an empty volume all that was there when it began, with the same keys', async () => {
    const random = seededRandom(20_261_122);
    const moments: { name: string; known: string[]; restored: string }[] = [];
    const keytab = trial.at('keys');
    mkdirSync(keytab, { mode: 0o777 });
    await run('/bin/chmod', ['777', keytab]);
    await kadmin('addprinc -randkey op1flux/leeds', 'addprinc -pw so_many_keys admin', `ktadd -norandkey -k ${keytab}/flux op1flux/leeds`);
    for (const seed of seeds(2, 10)) {
      // One that adds, changes and deletes without a pause.
      const acknowledged: string[] = [];
      const user = ['--reuid', `${POD_USER}`, '--regid', `${POD_USER}`, '--clear-groups', '--'];
      const writer = spawn('/usr/bin/setpriv', [...user, '/usr/sbin/kadmin.local', '-r', realm, '-p', 'test'], {
        env: { ...process.env, ...env() },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const ended = new Promise((resolve) => writer.on('close', resolve));
      writer.stdout.on('data', (text: Buffer) => {
        for (const [, name = ''] of text.toString().matchAll(/Principal "(\S+)@\S+" created/g)) acknowledged.push(name);
      });
      // It is fed until the backup is there, and then ends with what it was given: on any machine, the backup is made while it writes.
      let fed = 0;
      const feed = () => {
        const names = Array.from({ length: 20 }, () => (fed += 1));
        const queries = names.flatMap((n) => [
          `addprinc -randkey nd1/leeds-${seed}/machine-${n}`,
          `cpw -randkey nd1/leeds-${seed}/machine-${n}`,
          `addprinc -randkey passing-${n}`,
          `delprinc -force passing-${n}`,
        ]);
        writer.stdin.write(`${queries.join('\n')}\n`);
      };
      writer.stdout.on('data', () => {
        if (!writer.stdin.writableEnded && fed - acknowledged.length / 2 < 20) feed();
      });
      feed();
      await eventually('some principals', 20_000, () => expect(acknowledged.length).toBeGreaterThan(random() * 80), 5);
      const known = acknowledged.filter((name) => name.startsWith('nd1/'));
      const name = await trial.backsUp();
      expect(writer.exitCode).toBeNull();
      writer.stdin.end();
      await ended;
      moments.push({ name, known, restored: '' });
    }
    const last = await dump();
    const lastBackup = await trial.backsUp();

    for (const moment of moments) {
      empty();
      const { code, said } = await trial.restore({ FROM: moment.name });
      expect([code, said]).toEqual([0, expect.stringMatching(/restored \d+ principals of FACTORY\.EXAMPLE\.COM/)]);
      moment.restored = await dump();
      const there = await kadmin('listprincs');
      expect(moment.known.filter((principal) => !there.includes(`${principal}@${realm}\n`))).toEqual([]);
      // Bytes of the dump in the backup.
      expect(createHash('sha256').update(moment.restored).digest('hex')).toBe(trial.contents(moment.name).principals);
    }
    expect(new Set([...moments.map(({ restored }) => restored), last]).size).toBe(moments.length + 1);
    empty();
    expect(await trial.restore()).toMatchObject({ code: 0 });
    expect(await dump()).toBe(last);
    expect(trial.made().at(-1)).toBe(lastBackup);
    expect(readdirSync(data()).sort()).toEqual([`.k5.${realm}`, 'principal', 'principal.kadm5', 'principal.kadm5.lock', 'principal.ok']);
    for (const name of readdirSync(data())) expect([name, statSync(join(data(), name)).mode & 0o077]).toEqual([name, 0]);

    // The real KDC opens it with the stash that was restored, and takes the key of a keytab from before.
    const host = await trial.network.host('kdc', '192.0.2.60');
    const kdc = trial.group.start({ name: 'krb5kdc', ...onHost(host, '/usr/sbin/krb5kdc', ['-n']), env: env() });
    const kinit = onHost(host, '/usr/bin/kinit', ['-k', '-t', `${keytab}/flux`, 'op1flux/leeds']);
    await kdc.ready(async () => {
      const { code, said } = await run(kinit.program, kinit.args, { ...env(), KRB5CCNAME: `FILE:${trial.at('tickets')}` });
      if (code !== 0) throw new Error(said);
    });
    await kdc.stop();
    console.log(
      `restored the KDC to ${moments.length + 1} moments with equal dumps (${moments.map(({ known }) => known.length)} principals known before)`,
    );
  }, 180_000);

  test('replaces a database only when told to, and moves it aside', async () => {
    const before = await state();
    expect(await trial.restore()).toMatchObject({ code: 1, said: expect.stringContaining('set REPLACE=yes') });
    expect(await state()).toEqual(before);
    await kadmin('addprinc -randkey later');
    const later = await dump();
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({ code: 0, said: expect.stringContaining('remove it when all is well') });
    expect(await dump()).toBe(before[1]);
    const aside = readdirSync(data()).find((name) => name.startsWith('before-')) ?? '';
    const old = ['-d', join(data(), aside, 'principal'), '-sf', join(data(), aside, `.k5.${realm}`), 'dump', '-'];
    expect(await trial.asPod('/usr/sbin/kdb5_util', old, env())).toBe(later);
    rmSync(join(data(), aside), { recursive: true });
  });

  test('refuses what is no whole backup of this KDC, and changes nothing', async () => {
    await kadmin('addprinc -randkey newest');
    await trial.backsUp();
    await refusesBadBackups(trial, state, { REPLACE: 'yes' });
    const [newest = ''] = trial.made().slice(-1);
    const text = readFileSync(join(trial.backups, 'made', `${newest}.manifest`));
    trial.rewrite(newest, (all) => all.replace(/^realm .*/m, 'realm YORK.EXAMPLE.COM'));
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 1,
      said: expect.stringContaining('of the realm YORK.EXAMPLE.COM'),
    });
    writeFileSync(join(trial.backups, 'made', `${newest}.manifest`), text);
  }, 180_000);

  test('does not take a backup of a database that was made anew for one of what was lost', async () => {
    const [lost = ''] = trial.made().slice(-1);
    const kept = await dump();
    empty();
    await trial.asPod('/usr/sbin/kdb5_util', ['create', '-s'], env(), 'another password\nanother password\n');
    const name = await trial.backsUp();
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 1,
      said: expect.stringContaining(`set FROM=${lost} to restore what was there before, or set FROM=${name}`),
    });
    empty();
    expect(await trial.restore({ FROM: lost })).toMatchObject({ code: 0 });
    expect(await dump()).toBe(kept);
    rmSync(join(trial.backups, 'made', `${name}.manifest`));
  });

  test('makes no backup of a database that its stash does not open', async () => {
    const stash = join(data(), `.k5.${realm}`);
    const kept = readFileSync(stash);
    const other = Buffer.from(kept);
    other[other.length - 8] = (other[other.length - 8] ?? 0) ^ 1;
    writeFileSync(stash, other);
    const before = trial.made();
    expect(await trial.backup()).toMatchObject({ code: 1, said: expect.stringContaining('no backup was made') });
    expect(trial.made()).toEqual(before);
    writeFileSync(stash, kept);
  });

  test('keeps the three newest however old they are, removes what is older than it keeps, and what nothing names', async () => {
    const made = join(trial.backups, 'made');
    const names = trial.made();
    const [newest = ''] = names.slice(-1);
    for (const old of ['20260101T000000Z', '20260102T000000Z', '20260103T000000Z', '20260104T000000Z']) {
      writeFileSync(join(made, `${old}.manifest`), readFileSync(join(made, `${newest}.manifest`)));
    }
    for (const name of names) rmSync(join(made, `${name}.manifest`));
    writeFileSync(join(trial.backups, 'files', 'f'.repeat(64)), 'what nothing names');
    const last = await trial.backsUp();
    expect(trial.made()).toEqual(['20260103T000000Z', '20260104T000000Z', last]);
  }, 60_000);

  test('killed at moments of chance, it leaves nothing that looks like a backup', async () => {
    const random = seededRandom(7);
    await survivesKills(
      trial,
      seeds(12, 100).map(() => 30 + random() * 600),
    );
  }, 120_000);
});
