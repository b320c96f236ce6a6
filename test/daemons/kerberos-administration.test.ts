import type { KadminOperation } from '../../infra/formats/kadm5-acl';
import { administratorLines, mayAdminister } from '../../infra/kerberos/administrators';
import { exampleCentral } from '../support/centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { KdcOnTrial } from './support/kdc';
import { makeNetwork } from './support/network';

const central = exampleCentral({ administrators: ['ann'] });
const { realm } = central.contract;
const ACL = administratorLines(realm, central.administrators);

/** Who asks: administrators, operators of the centre and of edge clusters (also of names that would be dangerous), services, an edge agent. */
const ROLES = [
  'admin',
  'ann/admin',
  'bob/admin',
  'op1krbkeys',
  'op1krbkeys/leeds',
  'op1krbkeys/leeds2',
  'op1krbkeys/admin',
  'op1krbkeys/changepw',
  `op1krbkeys/${realm}`,
  'op1krbkeys/M',
  'op1krbkeys/auth.factory-plus.svc.cluster.local',
  'op1krbkeys/leeds/press-1',
  'op1flux/leeds',
  'sv1auth',
  'nd1/leeds/press-1',
];

/** To whom it is done. */
const TARGETS = [
  // The cluster's own, with two and with three parts, and the operator itself.
  ...['op1sync/leeds', 'op1flux/leeds', 'op1krbkeys/leeds', 'nd1/leeds/press-1', 'opcua1/leeds/line', 'nd1/leeds/leeds', 'leeds/leeds'],
  // Names that look like its own.
  ...[
    'op1sync/leeds2',
    'op1sync/lee',
    'op1sync/Leeds',
    'leeds',
    'leeds/x',
    'nd1/leeds2/press-1',
    'nd1/x/leeds',
    'a/leeds/b/c',
    'a/leeds/b/c/d',
  ],
  ...['nd1/leeds\\/x', 'nd1\\/leeds', 'nd1/lee\\@ds', 'nd1/leeds/x@YORK.EXAMPLE.COM', 'op1sync/leeds@YORK.EXAMPLE.COM'],
  // Other clusters'.
  ...['op1krbkeys/york', 'op1krbkeys/leeds2', 'nd1/york/press-1'],
  // The centre's: people, services, servers.
  ...['admin', 'ann/admin', 'bob/admin', 'op1krbkeys', 'op1pgadmin', 'sv1auth'],
  ...['HTTP/auth.factory-plus.svc.cluster.local', 'HTTP/leeds', 'mqtt/leeds', 'postgres/leeds', 'host/leeds'],
  // Kerberos itself.
  ...[
    'K/M',
    `krbtgt/${realm}`,
    'krbtgt/leeds',
    'krbtgt/YORK.EXAMPLE.COM',
    'kadmin/admin',
    'kadmin/changepw',
    'kadmin/leeds',
    'kiprop/leeds',
  ],
  'kadmin/history',
];

/** Queries of kadmin. It knows none to set a key that the asker chooses. */
const QUERIES: Readonly<Partial<Record<KadminOperation, (target: string, scratch: string) => string>>> = {
  inquire: (target) => `getprinc "${target}"`,
  add: (target) => `addprinc -randkey "${target}"`,
  modify: (target) => `modprinc +allow_tix "${target}"`,
  changePassword: (target) => `cpw -pw new-and-long "${target}"`,
  extractKeys: (target, scratch) => `ktadd -norandkey -k ${scratch} "${target}"`,
  delete: (target) => `delprinc -force "${target}"`,
  list: () => 'listprincs',
};
const OPERATIONS = Object.keys(QUERIES) as KadminOperation[];

/** What no test does to the realm's own principals, even where it may: the next role would have nothing to log in with. */
const VITAL = /^(?:K|kadmin|krbtgt)\//;

interface Asked {
  readonly operation: KadminOperation;
  readonly target: string;
}

let workDir: WorkDir;
let group: ProcessGroup;
let kdc: KdcOnTrial;

beforeAll(async () => {
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  kdc = await KdcOnTrial.make({ group, network: await makeNetwork(group), central });
  await kdc.start();
});

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

/** Asks all that, as a role, in one session of kadmin; returns what it was refused. */
async function refused(role: string, asked: readonly Asked[]): Promise<Set<Asked>> {
  // kadmind tells who asks for a new key of a principal that is not there that it is not there, whoever he is.
  await kdc.kadminLocal(...TARGETS.map((target) => `addprinc -randkey "${full(target)}"`));
  await kdc.bootstrapKey(role, 'role.keytab');
  const lines = asked.flatMap(({ operation, target }, index) => [
    `mark-${index}`,
    QUERIES[operation]?.(full(target), kdc.file('extracted')) ?? '',
  ]);
  const session = await kdc.client(
    ['/bin/sh', '-c', 'exec kadmin -p "$1" -k -t "$2" 2>&1 > /dev/null', 'sh', full(role), kdc.file('role.keytab')],
    { input: `${lines.join('\n')}\n` },
  );
  const answers = session.said.split(/^.*Unknown request "mark-\d+".*\n/m).slice(1);
  expect(answers).toHaveLength(asked.length);
  return new Set(asked.filter((_, index) => /Operation requires ``|Insufficient authorization/.test(answers[index] ?? '')));
}

/** `\@` is part of a name. */
const full = (principal: string) => (/(?<!\\)@/.test(principal) ? principal : `${principal}@${realm}`);

test.each(ROLES)('%s administers what the list of rights says, and nothing else', async (role) => {
  const may = ({ operation, target }: Asked) => mayAdminister(realm, ACL, role, operation, operation === 'list' ? undefined : target);
  const all = TARGETS.flatMap((target) => OPERATIONS.map((operation) => ({ operation, target })));
  const asked = all.filter((one) => !(VITAL.test(one.target) && one.operation !== 'inquire' && may(one)));
  const denied = await refused(role, asked);
  const shown = (list: readonly Asked[]) => list.map(({ operation, target }) => `${operation} ${target}`);
  expect(shown(asked.filter((one) => !denied.has(one)))).toEqual(shown(asked.filter(may)));
});

test('an edge operator has its own cluster whole, and no more', () => {
  const mine = TARGETS.filter((target) => mayAdminister(realm, ACL, 'op1krbkeys/leeds', 'add', target));
  expect(mine).toEqual(TARGETS.slice(0, 7));
});
