import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEALING_KEY_LABEL, sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { installDebianPackages } from '../daemons/programs/debian';
import { KdcOnTrial } from '../daemons/support/kdc';
import { makeNetwork } from '../daemons/support/network';
import { isCampaign } from '../support/campaign';
import { exampleCentral } from '../support/centre';
import { edgeEstate } from '../support/edge-estate';
import { PEM } from '../support/full-centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeSealingPair } from '../support/sealing';
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

describe('a cluster that is taken out', () => {
  /** Takes it out, and gives the lines that an administrator of the centre is told. */
  async function takenOut(): Promise<string[]> {
    const ended = await bootstrap.run('remove.sh', ['--yes']);
    expect(ended).toMatchObject({ code: 0 });
    for (const [namespace, name] of [
      ['factory-plus', 'krb-keys-keytabs'],
      ['flux-system', 'git-credentials'],
      ['flux-system', 'sops-age'],
    ] as const)
      await expect(secret(namespace, name)).rejects.toThrow('not found');
    return ended.said.split('\n').flatMap((line) => /^\s+(delprinc .*)$/.exec(line)?.slice(1) ?? []);
  }

  test(
    'comes back while its principals are still at the centre, and after the lines that removal tells have removed them',
    async () => {
      const known = async () => (await kdc.kadminLocal('listprincs')).split('\n').filter((name) => name.includes('/rotherham'));
      const lines = await takenOut();
      const principals = lines.map((line) => line.replace('delprinc -force ', ''));
      expect(principals).toEqual(expect.arrayContaining([KEYS, FLUX]));
      // Those that the operator of the cluster would have made are there, too.
      for (const principal of principals) if (![KEYS, FLUX].includes(principal)) await kdc.kadminLocal(`addprinc -randkey ${principal}`);
      expect((await known()).sort()).toEqual([...principals].sort());

      expect(await bootstrap.run('bootstrap.sh', args)).toMatchObject({ code: 0 });
      expect(await open()).toEqual([true, true]);

      const again = await takenOut();
      expect(again).toEqual(lines);
      const input = `${ADMINISTRATOR.password}\n${again.join('\n')}\n`;
      const kadmin = await kdc.client(['kadmin', '-p', ADMINISTRATOR.name], { input });
      expect([kadmin.said, await known()]).toEqual([expect.any(String), []]);

      expect(await bootstrap.run('bootstrap.sh', args)).toMatchObject({ code: 0 });
      expect(await open()).toEqual([true, true]);
    },
    5 * MINUTES,
  );
});

describe('a cluster whose secrets are sealed', () => {
  interface Pair {
    readonly name: string;
    readonly certificate: string;
    /** File of the key. */
    readonly file: string;
  }
  /** Pairs as the documentation has an owner make them: PKCS#8, and PKCS#1 as older programs write it. */
  let pairs: [Pair, Pair];
  let stranger: Pair;
  let registryLogin: string;

  const openssl = (...words: string[]) => execFileSync('/usr/bin/openssl', words, { stdio: 'pipe' });
  const fileOf = (name: string) => join(workDir.path, name);
  function pairOf(certificate: string, file: string): Pair {
    const [found] = sealingCertificates(certificate);
    if (!found) throw new Error('this is no certificate');
    return { name: found.secretName, certificate: found.pem, file };
  }
  /** Begins now. */
  function newPair(name: string): Pair {
    const [key, crt] = [fileOf(`${name}.key`), fileOf(`${name}.crt`)];
    openssl('req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '3650', '-subj', `/CN=${name}`, '-keyout', key, '-out', crt);
    return pairOf(readFileSync(crt, 'utf8'), key);
  }
  /** Began a year ago. */
  function formerPair(name: string): Pair {
    const { certificate, key } = makeSealingPair(new Date(Date.now() - 365 * 24 * 60 * MINUTES));
    writeFileSync(fileOf(`${name}.key`), key, { mode: 0o600 });
    openssl('rsa', '-traditional', '-in', fileOf(`${name}.key`), '-out', fileOf(`${name}.pem`));
    return pairOf(certificate, fileOf(`${name}.pem`));
  }

  beforeAll(async () => {
    await installDebianPackages(() => {}, { '/usr/bin/openssl': 'openssl' });
    pairs = [newPair('newer'), formerPair('former')];
    stranger = newPair('stranger');
    registryLogin = join(workDir.path, 'registry login.json');
    writeFileSync(registryLogin, JSON.stringify({ auths: { 'registry.example.com': { auth: 'cHVsbDpvbmx5IHB1bGxz' } } }), { mode: 0o600 });
    await bootstrap.render(
      edgeEstate((estate) => {
        const { rotherham } = estate.plants;
        rotherham.secrets = { sealedWith: pairs.map(({ certificate }) => certificate).join(''), ownerKeys: rotherham.secrets.ownerKeys };
        rotherham.images = { registry: 'registry.example.com', login: true };
        estate.centrals.centre.certificateAuthority = PEM;
      }),
    );
  }, 5 * MINUTES);

  const sealingKey = (name: string) => secret('sealed-secrets', name);

  test(
    'asks for the private half of each certificate, and takes no other key',
    async () => {
      const before = await versions();
      const keys = pairs.flatMap(({ file }) => ['--sealing-key', file]);
      const cases: readonly (readonly [given: readonly string[], code: number, said: string])[] = [
        [args, 2, '--age-key is given, and rotherham has no age key in the estate'],
        [['--yes', ...keys, '--git-username', 'me'], 2, `--git-username is given, and rotherham pulls as ${FLUX}`],
        [['--yes', ...keys.slice(0, 2), '--registry-login', registryLogin], 2, `--sealing-key (certificates/${pairs[1].name}.crt)`],
        [['--yes', ...keys, '--sealing-key', stranger.file], 1, 'fits none of the certificates in sealedWith of rotherham'],
        [['--yes', '--sealing-key', registryLogin], 1, 'holds no private key (PEM)'],
      ];
      for (const [given, code, said] of cases) {
        const ended = await bootstrap.run('bootstrap.sh', given);
        expect([given, ended]).toMatchObject([given, { code, said: expect.stringContaining(said) }]);
      }
      expect(await versions()).toEqual(before);
    },
    3 * MINUTES,
  );

  test.each([
    ['openssl', []],
    ['kubectl, where there is no openssl', ['openssl']],
  ])(
    'has them before Flux applies anything; %s tells which key is whose',
    async (_, without) => {
      for (const { name } of pairs)
        await controlPlane.kubectl(['-n', 'sealed-secrets', 'delete', 'secret', name, '--ignore-not-found']).catch(() => {});
      // In another order than the certificates.
      const keys = [...pairs].reverse().flatMap(({ file }) => ['--sealing-key', file]);
      const given = ['--yes', ...keys, '--registry-login', registryLogin];
      const ended = await bootstrap.run('bootstrap.sh', given, { without });
      expect(ended).toMatchObject({ code: 0 });
      for (const { name, certificate, file } of pairs) {
        const found = (await sealingKey(name)) as Secret & { type: string };
        expect(found.type).toBe('kubernetes.io/tls');
        expect(found.metadata.labels).toMatchObject(SEALING_KEY_LABEL);
        expect(decoded(found.data['tls.crt'])).toBe(certificate);
        expect(decoded(found.data['tls.key'])).toBe(readFileSync(file, 'utf8'));
        for (const text of [decoded(found.data['tls.key']).split('\n')[5] ?? '', found.data['tls.key']?.slice(0, 300) ?? '']) {
          expect(text.length).toBeGreaterThan(20);
          for (const where of [ended.said, ended.seen, bootstrap.left()]) expect(where).not.toContain(text);
        }
      }
      // Where the controller makes it later, it must be let to take it over; elsewhere nobody does.
      const annotated = async (namespace: string) =>
        ((await secret(namespace, 'registry-login')).metadata as { annotations?: object }).annotations ?? {};
      expect(await annotated('factory-plus')).toEqual({ 'sealedsecrets.bitnami.com/managed': 'true' });
      for (const namespace of ['flux-system', 'sealed-secrets']) expect(await annotated(namespace)).toEqual({});

      const before = await versions();
      expect(await bootstrap.run('bootstrap.sh', given)).toMatchObject({ code: 0 });
      expect(await bootstrap.run('bootstrap.sh', ['--yes'])).toMatchObject({ code: 0 });
      expect(await versions()).toEqual(before);
    },
    3 * MINUTES,
  );

  test(
    'has them no more when it is taken out',
    async () => {
      expect(await bootstrap.run('remove.sh', ['--yes'])).toMatchObject({ code: 0 });
      for (const { name } of pairs) await expect(sealingKey(name)).rejects.toThrow('not found');
    },
    3 * MINUTES,
  );
});
