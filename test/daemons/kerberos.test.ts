import { readFileSync } from 'node:fs';
import { App, Chart } from 'cdk8s';
import { KerberosKeysOperator } from '../../constructs/central/kerberos-keys-operator';
import type { KerberosKeySpec } from '../../constructs/imports/factory-plus';
import { checkEstate } from '../../infra/estate/check';
import { edgeNodePrincipal, edgePrincipals } from '../../infra/kerberos/principals';
import example from '../../infra/sites/estate';
import { centralManifests } from '../../stacks/manifest/build';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { KdcOnTrial } from './support/kdc';
import { makeNetwork } from './support/network';
import { OperatorTickets } from './support/operator-tickets';

let workDir: WorkDir;
let group: ProcessGroup;
let kdc: KdcOnTrial;
let keys: readonly KerberosKeySpec[];

/** The example centre with a person who administers. */
const [central] = checkEstate(example).centralClusters;
if (!central) throw new Error('the example estate has no centre');
const realm = central.contract.realm;
const people = { ...central, administrators: ['ann'] };

/** Runs queries of kadmin in one session; returns what it said. */
const kadmin = async (as: readonly string[], ...queries: string[]): Promise<string> =>
  (await kdc.client(['kadmin', ...as], { input: `${queries.join('\n')}\n` })).said;
const byKeytab = (principal: string, file: string) => ['-p', principal, '-k', '-t', kdc.file(file)];

beforeAll(async () => {
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  kdc = await KdcOnTrial.make({ group, network: await makeNetwork(group), central: people });
  await kdc.start();
  await kdc.bootstrapKey('op1krbkeys', 'op1krbkeys.keytab');

  const chart = new Chart(new App(), 'operator');
  new KerberosKeysOperator(chart, 'operator', { central });
  const objects = [...centralManifests(central).entries.map(({ object }) => object), ...(chart.toJson() as (typeof undefined)[])];
  const found = objects.filter((object) => (object as unknown as { kind: string }).kind === 'KerberosKey');
  const specs = found.map((object) => (object as unknown as { spec: KerberosKeySpec }).spec);
  keys = [...new Map(specs.map((spec) => [spec.principal, spec])).values()];
});

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

test('a volume of root and the group is enough: the database is made by the user of the image alone, and nobody else may read it', async () => {
  const listed = await kdc.local('/bin/sh', '-c', 'cd /var/lib/krb5kdc && stat -c "%u %g %a %n" . .k5.* * && id -u');
  expect(listed.trim().split('\n')).toEqual([
    '0 100 2775 .',
    ...[`.k5.${realm}`, 'principal', 'principal.kadm5', 'principal.kadm5.lock', 'principal.ok'].map((file) => `100 100 600 ${file}`),
    '100',
  ]);
});

test('the operator of the centre makes every principal of the rendered centre, and each gets tickets with its key', async () => {
  expect(keys.length).toBeGreaterThan(2);
  const names = keys.flatMap(({ principal, additionalPrincipals = [] }) => [principal, ...additionalPrincipals]);
  const said = await kadmin(
    byKeytab('op1krbkeys', 'op1krbkeys.keytab'),
    ...names.map((name) => `addprinc -randkey ${name}`),
    ...names.map((name) => `ktadd -k ${kdc.file('keys.keytab')} ${name}`),
  );
  for (const name of names) expect(said).toContain(`Principal "${name}" created.`);
  for (const name of names) {
    const env = { KRB5CCNAME: kdc.file('names.cache') };
    expect(await kdc.client(['kinit', '-k', '-t', kdc.file('keys.keytab'), name], { env })).toMatchObject({ code: 0 });
  }
  // Who asks for a ticket shows first that he has the key: otherwise there would be something to try passwords on.
  for (const shown of await Promise.all(names.map((name) => kdc.local('kadmin.local', '-q', `getprinc ${name}`)))) {
    expect(shown).toContain('Attributes: REQUIRES_PRE_AUTH\n');
  }
});

test('a client gets a ticket for a server, which the key of the server opens', async () => {
  const server = keys.find(({ additionalPrincipals }) => additionalPrincipals);
  const client = keys.find(({ principal }) => principal.startsWith('sv1'));
  if (!server || !client) throw new Error('the example centre has no server or no client');
  const env = { KRB5CCNAME: kdc.file('client.cache') };
  await kdc.client(['kinit', '-k', '-t', kdc.file('keys.keytab'), client.principal], { env });
  for (const name of [server.principal, ...(server.additionalPrincipals ?? [])]) {
    const opened = await kdc.client(['kvno', '-k', kdc.file('keys.keytab'), name], { env });
    expect(opened.said).toMatch(/kvno = \d+, keytab entry valid/);
  }
});

test('the administrator makes the first principals of an edge cluster, and its operator the others', async () => {
  const { keysOperator, sync, flux, monitor } = edgePrincipals('leeds', realm);
  const node = edgeNodePrincipal('leeds', 'press-1', realm);
  await kadmin(byKeytab('op1krbkeys', 'op1krbkeys.keytab'), `cpw -pw administers admin@${realm}`);
  const asAdministrator = ['-p', 'admin', '-w', 'administers'];
  const joined = await kadmin(
    asAdministrator,
    `addprinc -randkey ${keysOperator}`,
    `ktadd -k ${kdc.file('leeds.keytab')} ${keysOperator}`,
    `addprinc -pw pulls ${flux}`,
    'addprinc -pw first ann/admin',
    'listprincs ann*',
  );
  for (const name of [keysOperator, flux, `ann/admin@${realm}`]) expect(joined).toContain(`Principal "${name}" created.`);
  const made = await kadmin(
    byKeytab(keysOperator, 'leeds.keytab'),
    ...[sync, monitor, node].map((name) => `addprinc -randkey ${name}`),
    `ktadd -k ${kdc.file('leeds.keytab')} ${sync}`,
    // Its own key too, and the password of Flux.
    `ktadd -k ${kdc.file('leeds.keytab')} ${keysOperator}`,
    `cpw -pw pulls-again ${flux}`,
    'addprinc -randkey nd1/york/press-1',
  );
  for (const name of [sync, monitor, node]) expect(made).toContain(`Principal "${name}" created.`);
  expect(made).toContain(`Password for "${flux}" changed.`);
  expect(made).toContain("Operation requires ``add'' privilege");
  for (const name of [sync, keysOperator])
    expect(await kdc.client(['kinit', '-k', '-t', kdc.file('leeds.keytab'), name])).toMatchObject({ code: 0 });
});

test('a person changes the own password, and the old one is worth nothing', async () => {
  const login = (password: string) => kdc.client(['kinit', 'ann/admin'], { input: `${password}\n` });
  expect(await login('first')).toMatchObject({ code: 0 });
  const changed = await kdc.client(['kpasswd', 'ann/admin'], { input: 'first\nsecond one\nsecond one\n' });
  expect(changed).toMatchObject({ code: 0, said: expect.stringContaining('Password changed.') });
  expect((await login('first')).code).not.toBe(0);
  expect(await login('second one')).toMatchObject({ code: 0 });
  // What the model names a person for.
  expect(await kadmin(['-p', 'ann/admin', '-w', 'second one'], 'listprincs op1krbkeys')).toContain(`op1krbkeys@${realm}`);
});

test('nobody but whom the model names administers, and a client that knows no password gets nothing to try one on', async () => {
  await kadmin(['-p', 'admin', '-w', 'administers'], 'addprinc -pw third bob/admin');
  expect(await kadmin(['-p', 'bob/admin', '-w', 'third'], 'listprincs')).toContain("Operation requires ``list'' privilege");
  const empty = await kdc.client(['kinit', '-n', 'admin']);
  expect(empty.code).not.toBe(0);
  const wrong = await kdc.client(['kinit', 'admin'], { input: 'no idea\n' });
  expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('Password incorrect') });
});

test('the tickets of the operator: got once before it starts, then kept, by one user in one folder; the probes tell a valid ticket from none', async () => {
  const tickets = new OperatorTickets(group, kdc, central, readFileSync(kdc.file('op1krbkeys.keytab')));
  expect((await tickets.probe('tgt-creds')).code).not.toBe(0);
  expect((await tickets.probe('kadmin-creds')).code).not.toBe(0);
  for (const name of ['first-tgt', 'first-kadmin']) expect(await tickets.runInit(name)).toMatchObject({ code: 0 });
  for (const name of ['tgt-creds', 'kadmin-creds']) {
    const before = await tickets.probe(name);
    expect(before).toMatchObject({ code: 0 });
    tickets.start(name);
  }
  // What the operator does with them.
  const asOperator = await tickets.exec(['kadmin', '-c', '/ccache/kadmin', '-q', `getprinc op1krbkeys@${realm}`], 'operator');
  expect(asOperator.said).toContain(`Principal: op1krbkeys@${realm}`);
  expect((await tickets.exec(['klist'], 'operator')).said).toContain(`krbtgt/${realm}@${realm}`);
  // They go on where there is no ticket, or one that is too old.
  await tickets.exec(['rm', '/ccache/kadmin', '/ccache/krbkeys'], 'operator');
  for (const name of ['tgt-creds', 'kadmin-creds']) {
    expect((await tickets.probe(name)).code).not.toBe(0);
    await tickets.restart(name);
    await eventually(`a ticket of ${name}`, 20_000, async () => expect(await tickets.probe(name)).toMatchObject({ code: 0 }));
  }
  await tickets.exec(['kinit', '-k', '-t', '/keytabs/client', '-l', '1s', '-c', '/ccache/krbkeys', 'op1krbkeys'], 'tgt-creds');
  await eventually('the ticket to end', 20_000, async () => expect((await tickets.probe('tgt-creds')).code).toBe(1));
});
