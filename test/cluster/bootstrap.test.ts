import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCampaign } from '../support/campaign';
import { edgeEstate } from '../support/edge-estate';
import { AGE_KEYS } from '../support/estates';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { ApiError, type KubernetesObject } from './support/api';
import { Bootstrap } from './support/bootstrap';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { define } from './support/define';
import { commandsIn } from './support/example-plant';
import { type Flux, startFlux } from './support/flux';
import { type AgeKey, makeAgeKey } from './support/sops';

/** Longer than any run here takes. */
const MINUTES = 60_000;
const KEYS = '/apis/factoryplus.app.amrc.co.uk/v1/namespaces/factory-plus/kerberos-keys';
const OTHER = '/apis/factoryplus.app.amrc.co.uk/v1/namespaces/default/kerberos-keys/other';
const FLUX_OBJECTS = {
  gitRepository: '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories',
  kustomization: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations',
};

/** What the Kerberos keys operator of ACS 6.8.1, which is built on kopf, holds until it has done its part. */
const KERBEROS_KEY = {
  apiVersion: 'factoryplus.app.amrc.co.uk/v1',
  kind: 'KerberosKey',
  metadata: {
    name: 'op1sync',
    namespace: 'factory-plus',
    labels: { 'app.kubernetes.io/managed-by': 'millwright', 'app.kubernetes.io/part-of': 'plant' },
    finalizers: ['kopf.zalando.org/KopfFinalizerMarker'],
  },
  spec: { type: 'Random', principal: 'op1sync/rotherham@FACTORY.EXAMPLE.COM', secret: 'edge-sync-keytabs/client' },
};

/** Another one, which Millwright did not render. */
const OTHER_KEY = { ...KERBEROS_KEY, metadata: { ...KERBEROS_KEY.metadata, name: 'other', namespace: 'default', labels: {} } };

let workDir: WorkDir;
let controlPlane: ControlPlane;
let flux: Flux | undefined;
let bootstrap: Bootstrap;
let key: AgeKey;
let estate: unknown;
let given: string[];

/** A plant whose logins are given, with one machine: it has no principal of its own. */
function plant(
  change: (rotherham: { secrets: object; repository?: object; flux?: object; factoryPlus?: object }) => void = () => {},
): unknown {
  return edgeEstate((all) => {
    const { rotherham } = all.plants;
    delete rotherham.factoryPlus;
    rotherham.machines = { 'press-1': rotherham.machines['press-1'] };
    rotherham.secrets = { clusterKey: key.recipient, ownerKeys: [AGE_KEYS[1]] };
    change(rotherham);
  });
}

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  key = await makeAgeKey(programs);
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false });
  estate = plant();
  const at = (name: string, text: string) => {
    writeFileSync(join(workDir.path, name), text, { mode: 0o600 });
    return join(workDir.path, name);
  };
  given = ['--yes', '--timeout', '60s', '--age-key', at('age.key', `${key.identity}\n`)];
  given.push('--git-username', 'rotherham', '--git-password-file', at('password.txt', "a login's 'password'\r\n"));
  bootstrap = await Bootstrap.make({
    workDir: workDir.path,
    estate,
    cluster: 'rotherham',
    kubeconfig: controlPlane.kubeconfig,
    kubectl: programs.path('kubectl'),
  });
}, 40 * MINUTES);

afterAll(async () => {
  await flux?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

const get = <T = KubernetesObject>(path: string) => controlPlane.api.get<T>(path);
const isGone = (path: string) =>
  get(path).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.status === 404,
  );
const node = (name: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });

/** What a run that must stop says, after it was seen to have changed nothing. */
async function stops(args: readonly string[], code: number): Promise<string> {
  const ended = await bootstrap.run('bootstrap.sh', args);
  expect(ended).toMatchObject({ code });
  expect(ended.calls.filter((call) => /(?:^| )(?:apply|delete|patch|exec|create|label)(?: |$)/.test(call))).toEqual([]);
  expect(ended.said).toMatch(/[Nn]othing was changed|--help tells what there is/);
  return ended.said;
}

describe('a run stops before it changes anything', () => {
  test('where kubectl knows no such cluster, or is told something that there is not', async () => {
    expect(await stops(['--yes', '--context', 'elsewhere'], 1).catch((error: Error) => error.message)).toContain('elsewhere');
    expect(await stops(['--frob'], 2)).toContain('--frob is no option');
    expect(await stops(['--age-key'], 2)).toContain('--age-key needs a value');
    expect(await stops(['--age-key', join(workDir.path, 'nowhere'), '--yes'], 2)).toContain('cannot be read');
    expect(await stops(['--timeout', 'soon'], 2)).toContain('--timeout soon is no duration');
    expect(await stops(['--age-key', '-', '--git-password-file', '-', '--yes'], 2)).toContain('both --age-key and --git-password-file');
  });

  test('where something is given that this cluster does not take', async () => {
    const file = given[4] ?? '';
    for (const [option, value, reason] of [
      ['--sealing-key', file, 'has no sealed secrets in the estate'],
      ['--git-identity-file', file, 'pulls with a user and a password'],
      ['--git-known-hosts-file', file, 'pulls with a user and a password'],
      ['--admin', 'admin', 'is not under Factory+'],
      ['--admin-password-file', file, 'is not under Factory+'],
      ['--registry-login', file, 'pulls its images without a login'],
    ] as const)
      expect(await stops([...given, option, value], 2)).toContain(`${option} is given, and rotherham ${reason}`);
  });

  test('with a kubectl that is too old', async () => {
    bootstrap.clientVersion('v1.27.16');
    expect(await stops(given, 1)).toContain('kubectl is of version 1.27; install 1.28 or later');
    bootstrap.clientVersion();
  });

  test('before another cluster: none of its nodes is known', async () => {
    await controlPlane.apply(node('york-1'));
    expect(await stops(given, 1)).toContain("No node of this cluster is one of rotherham's (a1 a2 b1 b2)");
    await controlPlane.apply(node('a1'));
    expect(await stops(given, 1)).toContain('The estate does not know the nodes york-1');
    await controlPlane.api.delete('/api/v1/nodes/york-1');
  });

  test('without credentials, and names all of them', async () => {
    expect(await stops(['--yes'], 2)).toContain('not given: --age-key --git-username --git-password-file.');
  });

  test('with the key of another cluster', async () => {
    const other = await makeAgeKey(controlPlane.programs);
    const file = join(workDir.path, 'other.key');
    writeFileSync(file, `# public key: ${other.recipient}\n${other.identity}\n`);
    expect(await stops([...given, '--age-key', file], 1)).toContain(`--age-key is the key of ${other.recipient}`);
  });

  test('with the key of another cluster that does not say whose it is, where age-keygen is there to tell', async () => {
    const other = await makeAgeKey(controlPlane.programs);
    const file = join(workDir.path, 'other.key');
    writeFileSync(file, `${other.identity}\n`);
    const program = join(workDir.path, 'trial', 'bin', 'age-keygen');
    symlinkSync(controlPlane.programs.path('age-keygen'), program);
    expect(await stops([...given, '--age-key', file], 1)).toContain(`--age-key is the key of ${other.recipient}`);
    rmSync(program);
  });

  test('where nobody can be asked whether it is the right cluster', async () => {
    expect(await stops(given.slice(1), 1)).toContain('nobody is there to ask whether test is rotherham');
  });
});

test(
  'a bare cluster comes under Flux, which takes over all of it; a further run changes nothing',
  async () => {
    // The definitions and the real controller are there as soon as Flux is; only what pulls is a stand-in.
    const first = bootstrap.run('bootstrap.sh', given);
    await eventually('the wiring', 2 * MINUTES, () => get(`${FLUX_OBJECTS.gitRepository}/cluster`));
    flux = await startFlux({ controlPlane });
    const commands = commandsIn(workDir.path);
    await commands.millwright('synth', '--only', 'rotherham');
    // Without a kubelet nothing becomes healthy; nobody shall wait for that as long as in a plant.
    const wiring = join(commands.out, 'rotherham/flux/kustomization.data.yaml');
    writeFileSync(wiring, readFileSync(wiring, 'utf8').replace('timeout: 15m', 'timeout: 2s'));
    await flux.deliver(join(commands.out, 'rotherham'), { gitRepositoryName: 'cluster' });
    expect(await first).toMatchObject({ code: 0 });
    await flux.waitForReady('cluster');
    await flux.waitForReady('flux-controllers', MINUTES);
    await flux.waitForReady('platform', MINUTES);

    const versions = () =>
      controlPlane.kubectl(['get', '-f', join(bootstrap.folder, 'manifests'), '-o', 'name', '--show-managed-fields=false']);
    const states = async () => {
      const template = '{{range .items}}{{.kind}} {{.metadata.name}} {{.metadata.generation}} {{.metadata.labels}}{{"\\n"}}{{end}}';
      return await controlPlane.kubectl(['get', '-f', join(bootstrap.folder, 'manifests'), '-o', `go-template=${template}`]);
    };
    expect((await versions()).split('\n').length).toBeGreaterThan(20);
    const before = await states();
    const secret = await get('/api/v1/namespaces/flux-system/secrets/git-credentials');
    expect(await bootstrap.run('bootstrap.sh', given)).toMatchObject({ code: 0 });
    expect(await states()).toBe(before);
    expect(await get('/api/v1/namespaces/flux-system/secrets/git-credentials')).toEqual(secret);
    const { data } = secret as unknown as { data: Record<string, string> };
    expect(Buffer.from(data.password ?? '', 'base64').toString()).toBe("a login's 'password'");
  },
  10 * MINUTES,
);

describe('where Flux is already, a run stops before it changes anything', () => {
  test('when it follows another repository', async () => {
    await bootstrap.render(plant((rotherham) => (rotherham.repository = { url: 'https://git.example.com/other' })));
    const said = await stops(given, 1);
    expect(said).toContain(
      "this cluster follows https://git.factory.example.com/git/plants/rotherham already, and rotherham's repository is",
    );
    await bootstrap.render(estate);
  });

  test('when a Kustomization of one of its names follows something else', async () => {
    const path = `${FLUX_OBJECTS.kustomization}/flux-controllers`;
    await controlPlane.api.patch(path, { spec: { suspend: true, sourceRef: { name: 'flux-system' } } });
    expect(await stops(given, 1)).toContain('the Kustomization flux-controllers of flux-system follows GitRepository/flux-system already');
    await controlPlane.api.patch(path, { spec: { sourceRef: { name: 'cluster' } } });

    // That of flux bootstrap has a name of its own, and would bring its version of Flux back.
    const metadata = { name: 'flux-system', namespace: 'flux-system' };
    const spec = { sourceRef: { kind: 'GitRepository', name: 'flux-system' }, interval: '1h', prune: true, suspend: true };
    await controlPlane.apply({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata, spec });
    expect(await stops(given, 1)).toContain('the Kustomization flux-system of flux-system follows GitRepository/flux-system already');
    await controlPlane.kubectl(['-n', 'flux-system', 'delete', 'kustomization', 'flux-system']);
  });

  test('when it looks after others, or has other programs, which would be cut off', async () => {
    // Suspended by the test before: nobody puts right what is changed here.
    const label = ['-n', 'flux-system', 'label', 'deployment/source-controller'];
    await controlPlane.kubectl([...label, 'app.kubernetes.io/managed-by-']);
    await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    await define(controlPlane, 'helm.toolkit.fluxcd.io', 'v2', { kind: 'HelmRelease', plural: 'helmreleases', singular: 'helmrelease' });
    const metadata = { name: 'apps', namespace: 'team' };
    const sourceRef = { kind: 'GitRepository', name: 'apps' };
    const [pulled, applied] = [{ url: 'https://git.example.org/a' }, { sourceRef, prune: false }];
    const spec = { interval: '1h', suspend: true };
    const others = [
      { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata, spec: { ...spec, ...pulled } },
      { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata, spec: { ...spec, ...applied } },
      { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec: {} },
    ];
    for (const other of others) await eventually(`the ${other.kind}`, MINUTES, () => controlPlane.apply(other));
    expect(await stops(given, 1)).toContain(
      'nobody would look at these any more: GitRepository/team/apps Kustomization/team/apps HelmRelease/team/apps.',
    );
    for (const { kind } of others) await controlPlane.kubectl(['-n', 'team', 'delete', kind.toLowerCase(), 'apps', '--wait=false']);

    const labels = { app: 'helm-controller' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'manager', image: 'ghcr.io/fluxcd/helm-controller:v1.4.5' }] } };
    await controlPlane.apply({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'helm-controller', namespace: 'flux-system' } },
      spec: { replicas: 0, selector: { matchLabels: labels }, template },
    });
    expect(await stops(given, 1)).toContain('cuts these off from the network: helm-controller.');
    const ended = await bootstrap.run('bootstrap.sh', [...given, '--force']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.said).toContain('cuts these off from the network: helm-controller. Going on, because of --force.');
    // It is taken over now: that is said once.
    expect(await bootstrap.run('bootstrap.sh', given)).toMatchObject({ code: 0 });
    await controlPlane.kubectl(['-n', 'flux-system', 'delete', 'deployment', 'helm-controller']);
  });

  test('when it is of another version, unless it is told to go on', async () => {
    // Suspended by the test before: nobody puts right what is changed here.
    expect(await get(`${FLUX_OBJECTS.kustomization}/flux-controllers`)).toMatchObject({ spec: { suspend: true } });
    const path = '/apis/apps/v1/namespaces/flux-system/deployments/source-controller';
    const images = async () =>
      (await get<{ spec: { template: { spec: { containers: { image: string }[] } } } }>(path)).spec.template.spec.containers;
    const [{ image } = { image: '' }] = await images();
    const other = 'manager=ghcr.io/fluxcd/source-controller:v1.2.3';
    await controlPlane.kubectl(['-n', 'flux-system', 'set', 'image', 'deployment/source-controller', other]);
    expect(await stops(given, 1)).toContain('source-controller v1.2.3 runs here, and v1.7.4 would replace it');
    expect(await bootstrap.run('bootstrap.sh', [...given, '--force'])).toMatchObject({ code: 0 });
    expect((await images()).map((container) => container.image)).toEqual([image]);
    await controlPlane.api.patch(`${FLUX_OBJECTS.kustomization}/flux-controllers`, { spec: { suspend: false } });
  });

  test('when it runs in another namespace', async () => {
    await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gitops' } });
    const labels = { app: 'source-controller' };
    const spec = { containers: [{ name: 'manager', image: 'ghcr.io/fluxcd/source-controller:v1.7.4' }] };
    const deployment = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'source-controller', namespace: 'gitops' } },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    };
    await controlPlane.apply(deployment);
    expect(await stops(given, 1)).toContain('source-controller runs in the namespace gitops already');
    await controlPlane.api.delete('/apis/apps/v1/namespaces/gitops/deployments/source-controller');
  });

  test('unless it is the owner who installs it: then it stays as it is', async () => {
    await bootstrap.render(plant((rotherham) => (rotherham.flux = { by: { owner: true, reason: 'The distribution brings it' } })));
    const deployment = await get('/apis/apps/v1/namespaces/flux-system/deployments/source-controller');
    expect(await bootstrap.run('bootstrap.sh', given)).toMatchObject({ code: 0 });
    expect(await get('/apis/apps/v1/namespaces/flux-system/deployments/source-controller')).toEqual(deployment);
    await bootstrap.render(estate);
  });
});

test(
  'what is suspended on site stays so, and is not waited for',
  async () => {
    await controlPlane.api.patch(`${FLUX_OBJECTS.kustomization}/cluster`, { spec: { suspend: true } });
    const ended = await bootstrap.run('bootstrap.sh', given);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.said).toContain('cluster is suspended; it is not waited for');
    expect(await get(`${FLUX_OBJECTS.kustomization}/cluster`)).toMatchObject({ spec: { suspend: true } });
    await controlPlane.api.patch(`${FLUX_OBJECTS.kustomization}/cluster`, { spec: { suspend: false } });
  },
  2 * MINUTES,
);

describe('removal', () => {
  test(
    'waits for the operator of keys, and goes on without it only when told so; killed after each change, it ends the same',
    async () => {
      // A plant under Factory+ has these; here they stand for them, with the finalizer of their operator.
      await define(controlPlane, 'factoryplus.app.amrc.co.uk', 'v1', {
        kind: 'KerberosKey',
        plural: 'kerberos-keys',
        singular: 'kerberos-key',
      });
      await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'factory-plus' } });
      await eventually('the definition of KerberosKeys', MINUTES, () => controlPlane.apply(KERBEROS_KEY, OTHER_KEY));
      expect(await isGone(`${KEYS}/op1sync`)).toBe(false);
      const broker = '/apis/apps/v1/namespaces/messaging/statefulsets/plant-broker';
      const policy = '/apis/networking.k8s.io/v1/namespaces/messaging/networkpolicies/default-deny';
      expect(await isGone(policy)).toBe(false);
      await eventually('the plant broker', 2 * MINUTES, () => get(broker));

      const waiting = await bootstrap.run('remove.sh', ['--yes', '--timeout', '20s']);
      expect(waiting).toMatchObject({ code: 1 });
      expect(waiting.said).toContain(
        'wait for their operator (namespace factory-plus); if it runs no longer, run this again with --clear-finalizers',
      );
      expect(await stops(given, 1)).toContain('remove.sh was begun here and did not come to its end: finish remove.sh first');
      // The operator's part, and with it everything that Flux applied, is still there.
      expect(await isGone(policy)).toBe(false);

      const args = ['--yes', '--timeout', '60s', '--clear-finalizers'];
      const runs = await bootstrap.runKilled('remove.sh', args, isCampaign ? 'all' : 'changes');
      expect(runs.at(-1)).toMatchObject({ code: 0 });
      // One of each sort at least: Kustomizations, the pods of Flux, keys and their finalizers, the repository, Secrets, Flux.
      const last = runs.slice(0, -1).map(({ calls }) => calls.at(-1) ?? '');
      for (const call of [
        ...[' patch kustomizations', ' delete pods ', ' delete kerberos-keys', ' patch kerberos-keys', ' delete kustomizations'],
        ...[' delete gitrepositories', ' delete secret ', '/flux.yaml'],
      ])
        expect([call, last.filter((made) => made.includes(call)).length > 0]).toEqual([call, true]);
      // A key that somebody else made is nobody's here to remove.
      expect((await get(OTHER)).metadata).not.toHaveProperty('deletionTimestamp');

      for (const path of [
        ...[`${KEYS}/op1sync`, policy, `${FLUX_OBJECTS.gitRepository}/cluster`, `${FLUX_OBJECTS.kustomization}/cluster`],
        ...['sops-age', 'git-credentials'].map((name) => `/api/v1/namespaces/flux-system/secrets/${name}`),
        '/apis/apps/v1/namespaces/flux-system/deployments/source-controller',
      ])
        expect([path, await isGone(path)]).toEqual([path, true]);
      // What holds data stays.
      for (const path of [
        broker,
        '/api/v1/namespaces/messaging',
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gitrepositories.source.toolkit.fluxcd.io',
      ])
        expect([path, await isGone(path)]).toEqual([path, false]);
      expect((await get<{ items: unknown[] }>(FLUX_OBJECTS.kustomization)).items).toEqual([]);
      expect(await bootstrap.run('remove.sh', args)).toMatchObject({ code: 0 });
    },
    10 * MINUTES,
  );

  test(
    'with --with-data leaves nothing of it',
    async () => {
      // An operator that runs does its part by itself.
      await controlPlane.apply(KERBEROS_KEY);
      const operator = eventually('the key to be deleted', 2 * MINUTES, async () => {
        const { metadata } = await get(`${KEYS}/op1sync`);
        if (metadata.deletionTimestamp === undefined) throw new Error('nobody has deleted it');
        await controlPlane.api.patch(`${KEYS}/op1sync`, { metadata: { finalizers: null } });
      });
      // As one under Factory+: its tree has the definition of what somebody else made something of.
      await bootstrap.render(plant((rotherham) => (rotherham.factoryPlus = {})));
      const ended = await bootstrap.run('remove.sh', ['--yes', '--timeout', '120s', '--with-data']);
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.said).toContain('the definition kerberos-keys.factoryplus.app.amrc.co.uk stays');
      expect((await get(OTHER)).metadata).not.toHaveProperty('deletionTimestamp');
      await operator;
      for (const name of ['messaging', 'uplink', 'machines', 'flux-system'])
        expect([name, await isGone(`/api/v1/namespaces/${name}`)]).toEqual([name, true]);
      const left = await controlPlane.kubectl(['get', 'customresourcedefinitions', '-o', 'name']);
      for (const name of ['gitrepositories.source.toolkit.fluxcd.io', 'kustomizations.kustomize.toolkit.fluxcd.io'])
        expect(left).not.toContain(name);
    },
    5 * MINUTES,
  );
});
