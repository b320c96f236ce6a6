import { appendFileSync, writeFileSync } from 'node:fs';
import { checkEstate } from '../../infra/estate/check';
import { edgePrincipals } from '../../infra/kerberos/principals';
import { problemText } from '../../infra/model/problem';
import { plantManifests, softGatewaysManifests } from '../../stacks/manifest/build';
import { kerberosKeys } from '../stacks/manifest/edge-contract';
import { type Fields, ofKind } from '../stacks/manifest/rendered';
import { edgeEstate } from '../support/edge-estate';
import { INSTALLED } from '../support/installed-ids';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { KdcOnTrial } from './support/kdc';
import { makeNetwork } from './support/network';

/** The centre of the edge estate, rendered, and its clusters: what the Kerberos keys operator of each is to make, and its `krb5.conf`. */
function estate() {
  const { plants, softGateways, centralClusters, problems } = checkEstate(
    edgeEstate(({ centrals: { centre }, plants: { rotherham } }) => {
      centre.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.1/32'] } };
      centre.installed = INSTALLED;
      rotherham.logs = { mebibytesPerDay: 50 };
    }),
  );
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [central] = centralClusters;
  if (errors.length > 0 || !central) throw new Error(errors.map(problemText).join('\n'));
  const { realm, domain } = central.contract;
  const clusters = [...plants.map((plant) => plantManifests(plant)), ...softGateways.map(softGatewaysManifests)].map((set) => ({
    name: set.cluster,
    operator: edgePrincipals(set.cluster, realm).keysOperator,
    keys: kerberosKeys(set).map(({ principal, key }) => ({ principal, type: key.spec.type as 'Password' | 'Random' })),
    krb5Conf: (ofKind(set, 'ConfigMap').find(({ metadata }) => metadata.name === 'krb5-conf') as Fields).data['krb5.conf'] as string,
  }));
  return { central, domain, clusters };
}

const { central, domain, clusters } = estate();
const NAMES = clusters.map(({ name }) => name);
const keysOf = (name: string) => clusters.find((cluster) => cluster.name === name)?.keys ?? [];

let workDir: WorkDir;
let group: ProcessGroup;
let kdc: KdcOnTrial;

beforeAll(async () => {
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  kdc = await KdcOnTrial.make({ group, network: await makeNetwork(group), central });
  // An edge cluster knows the public names alone; behind them is the ingress, with the same ports.
  appendFileSync(kdc.file('hosts'), `${kdc.host.address} kdc.${domain} kadmin.${domain}\n`);
  for (const { name, krb5Conf } of clusters) writeFileSync(kdc.file(`${name}.conf`), krb5Conf);
  await kdc.start();
  // As the set-up of each cluster makes it.
  for (const { name, operator } of clusters) await kdc.bootstrapKey(operator, `${name}.keytab`);
});

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

/** Runs a program as in a cluster: with its `krb5.conf`, and tickets of its own. */
const inCluster = (name: string, command: readonly string[], input?: string) =>
  kdc.client(command, {
    env: { KRB5_CONFIG: kdc.file(`${name}.conf`), KRB5CCNAME: kdc.file(`${name}.cache`) },
    ...(input === undefined ? {} : { input }),
  });

/** What kadmin says to queries of the operator of a cluster. */
const asOperator = async (name: string, ...queries: readonly string[]) => {
  const operator = clusters.find((cluster) => cluster.name === name)?.operator ?? '';
  const command = ['kadmin', '-p', operator, '-k', '-t', kdc.file(`${name}.keytab`)];
  return (await inCluster(name, command, `${queries.join('\n')}\n`)).said;
};

const password = (principal: string) => `of-${principal.replace(/[^a-z0-9-]/g, '-')}`;

test('there is a plant and a cluster of soft gateways, whose objects name all kinds of principals', () => {
  const firsts = clusters.map(({ keys }) => [...new Set(keys.map(({ principal }) => principal.split('/')[0]))].sort());
  expect(firsts).toEqual([
    expect.arrayContaining(['br1', 'op1flux', 'op1monitor', 'op1sync']),
    expect.arrayContaining(['op1flux', 'op1monitor', 'op1sync']),
  ]);
});

test.each(NAMES)('the operator of %s makes every principal that its objects name, and each gets tickets with its key', async (name) => {
  const keys = keysOf(name);
  const said = await asOperator(
    name,
    ...keys.map(({ principal }) => `addprinc -randkey "${principal}"`),
    ...keys.map(({ principal, type }) =>
      type === 'Random' ? `ktadd -k ${kdc.file(`${name}.keys`)} "${principal}"` : `cpw -pw ${password(principal)} "${principal}"`,
    ),
    ...keys.map(({ principal }) => `modprinc +allow_tix "${principal}"`),
  );
  for (const { principal } of keys) {
    expect(said).toContain(`Principal "${principal}" created.`);
    expect(said).toContain(`Principal "${principal}" modified.`);
  }
  for (const { principal, type } of keys) {
    const { code } =
      type === 'Random'
        ? await inCluster(name, ['kinit', '-k', '-t', kdc.file(`${name}.keys`), principal])
        : await inCluster(name, ['kinit', principal], `${password(principal)}\n`);
    expect([principal, code]).toEqual([principal, 0]);
  }
});

test.each(NAMES)('the operator of %s can make no principal of another cluster, and no new key of one that is there', async (name) => {
  const others = clusters
    .filter((cluster) => cluster.name !== name)
    .flatMap(({ operator, keys }) => [operator, ...keys.map(({ principal }) => principal)]);
  expect(others.length).toBeGreaterThan(3);
  // kadmind tells of a principal that is not there before it looks at rights.
  await kdc.kadminLocal(...others.map((principal) => `addprinc -randkey "${principal}"`));
  for (const principal of others) {
    const made = await asOperator(name, `addprinc -randkey "${principal}"`);
    expect([principal, made]).toEqual([principal, expect.stringContaining("Operation requires ``add'' privilege")]);
    const changed = await asOperator(name, `cpw -pw mine "${principal}"`);
    expect([principal, changed]).toEqual([principal, expect.stringContaining("Operation requires ``change-password'' privilege")]);
  }
});

test.each(NAMES)('the operator of %s gets both of its tickets by the public names', async (name) => {
  const operator = edgePrincipals(name, central.contract.realm).keysOperator;
  const ticket = async (...args: readonly string[]) =>
    (await inCluster(name, ['/usr/bin/k5start', '-Uf', kdc.file(`${name}.keytab`), ...args])).code;
  expect(await ticket()).toBe(0);
  expect((await inCluster(name, ['klist'])).said).toContain(`Default principal: ${operator}`);
  expect(await ticket('-S', 'kadmin', '-I', 'admin')).toBe(0);
  expect((await inCluster(name, ['klist'])).said).toContain(`kadmin/admin@${central.contract.realm}`);
});
