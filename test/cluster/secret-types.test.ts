import { checkEstate } from '../../infra/estate/check';
import { centralManifests, plantManifests } from '../../stacks/manifest/build';
import { exampleCentral } from '../support/centre';
import { edgeEstate } from '../support/edge-estate';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { type ControlPlane, startControlPlane } from './support/control-plane';

const estate = checkEstate(
  edgeEstate(({ plants: { rotherham } }) => {
    rotherham.factoryPlus = { sealedSecrets: true };
  }),
);
const [plant] = estate.plants;
if (!plant) throw new Error('the edge estate is not in order');

const POLICY = /^ValidatingAdmissionPolicy/;
const entries = [...plantManifests(plant).entries, ...centralManifests(exampleCentral()).entries];
const policies = entries.map(({ object }) => object).filter(({ kind }) => POLICY.test(kind));

const OPERATORS = ['factory-plus:krb-keys', ...['historian-setup', 'kdc', 'krb-keys-operator'].map((name) => `factory-plus:${name}`)];
const SEALED = 'sealed-secrets:sealed-secrets';
const HELD = [...OPERATORS, SEALED];
const OTHERS = ['flux-system:kustomize-controller', 'flux-system:krb-keys', 'factory-plus:krb-keys-2', 'factory-plus:sealed-secrets'];
const TOKEN = 'kubernetes.io/service-account-token';
const NAMESPACES = ['flux-system', 'factory-plus', 'uplink', 'sealed-secrets', 'kube-system'];

let workDir: WorkDir;
let controlPlane: ControlPlane;

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false });
  await controlPlane.apply(
    ...NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'kustomize-controller', namespace: 'flux-system' } },
    // More than any of them has: what is refused here is refused by the policies.
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'every-secret' },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'every-secret' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'every-secret' },
      subjects: [...HELD, ...OTHERS].map((account) => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: userOf(account) })),
    },
  );
}, 40 * 60_000);

afterAll(async () => {
  await controlPlane?.stop();
  await workDir?.remove();
});

function userOf(account: string): string {
  return `system:serviceaccount:${account}`;
}

let count = 0;

/** What the API server says when an account makes a Secret of a type, or of none. */
async function make(account: string, namespace: string, type?: string, more: object = {}): Promise<string> {
  count += 1;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `made-${count}`, namespace, annotations: { 'kubernetes.io/service-account.name': 'kustomize-controller' } },
    ...(type === undefined ? {} : { type }),
    ...more,
  };
  return act(account, ['create', '-f', '-', '-o', 'name'], JSON.stringify(secret));
}

async function act(account: string, args: readonly string[], stdin = ''): Promise<string> {
  try {
    return (await controlPlane.kubectl([...args, `--as=${userOf(account)}`], { stdin })).trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const ADMITTED = /^secret\/made-\d+$/;

test('before the policies are there, an account that may make Secrets is handed the token of another one', async () => {
  expect(await make('factory-plus:krb-keys', 'flux-system', TOKEN)).toMatch(ADMITTED);
  const made = `/api/v1/namespaces/flux-system/secrets/made-${count}`;
  const token = await eventually('the token of the other account', 60_000, async () => {
    const { data } = await controlPlane.api.get<{ data?: { token?: string } }>(made);
    if (data?.token === undefined) throw new Error('there is no token yet');
    return data.token;
  });
  const [, payload = ''] = Buffer.from(token, 'base64').toString().split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub).toBe(userOf('flux-system:kustomize-controller'));
});

describe('with the policies', () => {
  beforeAll(async () => {
    expect(policies.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual(
      ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].flatMap((kind) =>
        ['historian-setup', 'kdc', 'krb-keys', 'krb-keys-operator', 'sealed-secrets'].map((name) => `${kind} secret-types-${name}`),
      ),
    );
    await controlPlane.apply(...policies);
    // The API server looks at a new policy a moment after it has taken it.
    await eventually('the policies to be looked at', 60_000, async () => {
      for (const account of HELD) expect(await make(account, 'flux-system', TOKEN)).not.toMatch(ADMITTED);
    });
  });

  test('the controller manager finds nothing to say against their expressions', async () => {
    for (const { metadata } of policies.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')) {
      await eventually(`the status of ${metadata.name}`, 60_000, async () => {
        const { status } = await controlPlane.api.get<{ status?: { observedGeneration?: number; typeChecking?: unknown } }>(
          `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${metadata.name}`,
        );
        expect(status).toEqual({ observedGeneration: 1, typeChecking: {} });
      });
    }
  });

  test.each(OPERATORS)('%s makes Secrets of type Opaque and of no other, in any namespace', async (account) => {
    for (const namespace of NAMESPACES) {
      expect(await make(account, namespace)).toMatch(ADMITTED);
      expect(await make(account, namespace, 'Opaque')).toMatch(ADMITTED);
      for (const type of [TOKEN, 'bootstrap.kubernetes.io/token', 'helm.sh/release.v1', 'owner/own']) {
        const said = await make(account, namespace, type);
        expect(said).toContain(
          `${account.replace(':', '/')} may make and change no Secrets but of type Opaque: a token of another account would give it that one's rights`,
        );
      }
    }
  });

  test('what opens sealed Secrets makes them of every type but tokens', async () => {
    const files = { 'kubernetes.io/tls': ['tls.crt', 'tls.key'], 'kubernetes.io/dockerconfigjson': [], 'owner/own': [] };
    for (const [type, keys] of Object.entries(files)) {
      const stringData = type.includes('docker') ? { '.dockerconfigjson': '{}' } : Object.fromEntries(keys.map((key) => [key, '']));
      expect(await make(SEALED, 'uplink', type, { stringData })).toMatch(ADMITTED);
    }
    expect(await make(SEALED, 'uplink')).toMatch(ADMITTED);
    for (const type of [TOKEN, 'bootstrap.kubernetes.io/token']) {
      expect(await make(SEALED, 'uplink', type)).toContain(
        'may make and change no Secrets of type bootstrap.kubernetes.io/token or kubernetes.io/service-account-token',
      );
    }
  });

  test('a Secret that is there is changed as it could be made, by apply and by patch', async () => {
    const [own, foreign] = ['patched', 'token'];
    await controlPlane.apply(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: own, namespace: 'uplink' } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: foreign,
          namespace: 'flux-system',
          annotations: { 'kubernetes.io/service-account.name': 'kustomize-controller' },
        },
        type: TOKEN,
      },
    );
    const patch = ['--type=merge', '-p', '{"metadata":{"labels":{"looked":"at"}}}', '-o', 'name'];
    expect(await act('factory-plus:krb-keys', ['-n', 'uplink', 'patch', 'secret', own, ...patch])).toBe(`secret/${own}`);
    for (const account of HELD) {
      expect(await act(account, ['-n', 'flux-system', 'patch', 'secret', foreign, ...patch])).toContain('may make and change no Secrets');
    }
    expect(await act('factory-plus:krb-keys', ['-n', 'uplink', 'delete', 'secret', own, '-o', 'name'])).toBe(`secret/${own}`);
  });

  test('everybody else makes what they made before, those of the same name elsewhere too', async () => {
    for (const account of OTHERS) {
      expect(await make(account, 'flux-system', TOKEN)).toMatch(ADMITTED);
      expect(await make(account, 'uplink', 'owner/own')).toMatch(ADMITTED);
    }
  });
});
