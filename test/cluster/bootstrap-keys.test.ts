import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KdcOnTrial } from '../daemons/support/kdc';
import { makeNetwork } from '../daemons/support/network';
import { isCampaign } from '../support/campaign';
import { exampleCentral } from '../support/centre';
import { edgeEstate } from '../support/edge-estate';
import { PEM } from '../support/full-centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { Bootstrap } from './support/bootstrap';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { type ReadyFlux, startReadyFlux } from './support/ready';
import { type AgeKey, makeAgeKey } from './support/sops';

const ADMINISTRATOR = { name: 'admin', password: "the administrator's own, 'quoted' $HOME" };
const KEYS = 'op1krbkeys/rotherham@FACTORY.EXAMPLE.COM';
const FLUX = 'op1flux/rotherham@FACTORY.EXAMPLE.COM';
const OPERATORS = { 'app.kubernetes.io/managed-by': 'krbkeys.factoryplus.app.amrc.co.uk' };
/** Longer than any run here takes. */
const MINUTES = 60_000;

let workDir: WorkDir;
let group: ProcessGroup;
let kdc: KdcOnTrial;
let controlPlane: ControlPlane;
let flux: ReadyFlux;
let bootstrap: Bootstrap;
let key: AgeKey;
let args: string[];

interface Secret {
  readonly metadata: { readonly labels: Record<string, string>; readonly resourceVersion: string };
  readonly data: Record<string, string>;
}

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  key = await makeAgeKey(programs);
  kdc = await KdcOnTrial.make({ group, network: await makeNetwork(group), central: exampleCentral() });
  await kdc.start();
  await kdc.kadminLocal(`addprinc -pw "${ADMINISTRATOR.password}" ${ADMINISTRATOR.name}`);
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false, controllerManager: false });
  flux = startReadyFlux(controlPlane.api);
  for (const name of ['a1', 'a2', 'b1', 'b2']) await controlPlane.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
  bootstrap = await Bootstrap.make({
    workDir: workDir.path,
    estate: edgeEstate((estate) => {
      estate.plants.rotherham.secrets.clusterKey = key.recipient;
      estate.centrals.centre.certificateAuthority = PEM;
    }),
    cluster: 'rotherham',
    kubeconfig: controlPlane.kubeconfig,
    kubectl: programs.path('kubectl'),
    inPod: [podOnNetwork()],
  });
  const files = { 'age.key': `# public key: ${key.recipient}\n${key.identity}\n`, 'password.txt': `${ADMINISTRATOR.password}\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workDir.path, name), text, { mode: 0o600 });
  const at = (name: string) => join(workDir.path, name);
  args = ['--yes', '--age-key', at('age.key'), '--admin', ADMINISTRATOR.name, '--admin-password-file', at('password.txt')];
}, 40 * MINUTES);

afterAll(async () => {
  await flux?.stop();
  await controlPlane?.stop();
  await group?.stop();
  await workDir?.remove();
});

/** A program that runs others where the centre's public names lead to its KDC. */
function podOnNetwork(): string {
  const hosts = join(workDir.path, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost\n${kdc.host.address} kdc.factory.example.com kadmin.factory.example.com\n`);
  const program = join(workDir.path, 'in-pod.sh');
  const mount = `'mount --bind "$1" /etc/hosts; shift; exec "$@"'`;
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${kdc.host.enter.join(' ')} /usr/bin/unshare --mount --propagation private -- /bin/sh -ec ${mount} sh ${hosts} "$@"\n`,
  );
  chmodSync(program, 0o755);
  return program;
}

const secret = (namespace: string, name: string) => controlPlane.api.get<Secret>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
const decoded = (text = '') => Buffer.from(text, 'base64').toString();

/** Whether the key and the password that the Secrets hold open the KDC. */
async function open(): Promise<boolean[]> {
  const keytab = await secret('factory-plus', 'krb-keys-keytabs');
  writeFileSync(kdc.file('tried.keytab'), Buffer.from(keytab.data.client ?? '', 'base64'));
  const login = await secret('flux-system', 'git-credentials');
  const env = { KRB5CCNAME: kdc.file('tried.cache') };
  const tried = [
    await kdc.client(['kinit', '-k', '-t', kdc.file('tried.keytab'), KEYS], { env }),
    await kdc.client(['kinit', decoded(login.data.username)], { env, input: `${decoded(login.data.password)}\n` }),
  ];
  return tried.map(({ code }) => code === 0);
}

/** Version of each object that a run makes. */
async function versions(): Promise<Record<string, string | undefined>> {
  const text = await controlPlane.kubectl([
    ...['get', 'namespaces,priorityclasses,customresourcedefinitions,secrets,configmaps,pods,serviceaccounts,networkpolicies,deployments'],
    ...[
      '-A',
      '-o',
      'go-template={{range .items}}{{.kind}} {{.metadata.namespace}} {{.metadata.name}} {{.metadata.resourceVersion}}{{"\\n"}}{{end}}',
    ],
  ]);
  return Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

test(
  'killed after each call of kubectl that changes something and run again, it ends as one run does; a further run changes nothing',
  async () => {
    // The campaign kills it after the others, too, which only look.
    const killAmong = isCampaign ? 'all' : 'changes';
    const runs = await bootstrap.runKilled('bootstrap.sh', args, killAmong);
    const killed = runs.slice(0, -1);
    expect(runs.at(-1)).toMatchObject({ code: 0 });
    const lastCalls = killed.map(({ calls }) => calls.at(-1) ?? '');
    // Each step that changes something was killed once at least.
    for (const call of [
      'namespaces.yaml',
      'flux-definitions.yaml',
      'flux.yaml',
      'keys.yaml',
      'login',
      'make-keytab',
      'make-password',
      'wiring.yaml',
    ])
      expect(lastCalls.filter((last) => last.includes(call))).not.toEqual([]);
    expect(lastCalls.filter((last) => last.endsWith(' -f -')).length).toBeGreaterThan(2);
    expect(await open()).toEqual([true, true]);
    for (const [namespace, name] of [
      ['factory-plus', 'krb-keys-keytabs'],
      ['flux-system', 'git-credentials'],
    ] as const)
      expect((await secret(namespace, name)).metadata.labels).toMatchObject(OPERATORS);
    expect(decoded((await secret('flux-system', 'git-credentials')).data['ca.crt'])).toBe(PEM);
    expect(decoded((await secret('flux-system', 'git-credentials')).data.username)).toBe(FLUX);
    expect(decoded((await secret('flux-system', 'sops-age')).data['age.agekey'])).toContain(key.identity);

    const before = await versions();
    expect(Object.keys(before).filter((name) => name.includes('edge-bootstrap'))).toEqual([]);
    // What is there need not be given again.
    expect(await bootstrap.run('bootstrap.sh', ['--yes'])).toMatchObject({ code: 0 });
    expect(await versions()).toEqual(before);

    // Nobody who looks at the processes or the files of the machine sees a secret.
    const { data } = await secret('factory-plus', 'krb-keys-keytabs');
    const login = (await secret('flux-system', 'git-credentials')).data;
    const secrets = [ADMINISTRATOR.password, key.identity, ...[data.client, login.password].flatMap((text = '') => [text, decoded(text)])];
    for (const text of secrets) {
      expect(text.length).toBeGreaterThan(20);
      for (const run of killed) expect(run.said).not.toContain(text);
      for (const run of killed) expect(run.seen).not.toContain(text);
      expect(bootstrap.left()).not.toContain(text);
    }
  },
  15 * MINUTES,
);

test(
  'a key that works no longer is made anew, and a password that works is kept',
  async () => {
    const before = await secret('factory-plus', 'krb-keys-keytabs');
    await kdc.kadminLocal(`cpw -randkey ${KEYS}`);
    const refused = await bootstrap.run('bootstrap.sh', ['--yes']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.said).toContain(`the key of ${KEYS} works no longer`);
    expect(refused.said).toContain('run this again with --admin and --admin-password-file');
    expect(await secret('factory-plus', 'krb-keys-keytabs')).toEqual(before);
    expect(Object.keys(await versions()).filter((name) => name.includes('edge-bootstrap'))).toEqual([]);

    const login = await secret('flux-system', 'git-credentials');
    expect(await bootstrap.run('bootstrap.sh', args)).toMatchObject({ code: 0 });
    expect(await open()).toEqual([true, true]);
    expect(await secret('flux-system', 'git-credentials')).toEqual(login);
  },
  5 * MINUTES,
);

test(
  'a wrong password of the administrator, and a centre that does not answer, change nothing',
  async () => {
    const before = await secret('factory-plus', 'krb-keys-keytabs');
    await kdc.kadminLocal(`cpw -randkey ${KEYS}`);
    const wrong = await bootstrap.run('bootstrap.sh', ['--yes', '--admin', 'admin', '--admin-password-file', '-'], { input: 'a guess\n' });
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.said).toContain("the centre's Kerberos does not let admin in");

    await kdc.stop();
    const silent = await bootstrap.run('bootstrap.sh', args);
    expect(silent).toMatchObject({ code: 1 });
    expect(silent.said).toContain("the centre's Kerberos cannot be reached from the cluster");
    expect(await secret('factory-plus', 'krb-keys-keytabs')).toEqual(before);
    await kdc.resume();
  },
  5 * MINUTES,
);
