import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { fillSecrets } from '../../cli/secrets/fill-secrets';
import { parseGiven } from '../../cli/secrets/given';
import { isComplete } from '../../cli/secrets/report';
import { sopsProgram } from '../../cli/secrets/sops';
import { DAY } from '../../stacks/secrets/authority';
import { takesLogin } from '../../stacks/secrets/fill';
import { contents } from '../cli/secrets/memory-sops';
import { examplePlant, type RenderedPlant, renderPlant, writeTree } from '../cli/secrets/tree';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms, type Programs } from './programs/build';
import { type AgeKey, makeAgeKey } from './support/sops';

const run = promisify(execFile);
const NOW = new Date('2027-01-01T00:00:00Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY);
const OTHERS = { username: 'other', password: "another's password" };
const GIVEN: Record<string, typeof OTHERS> = {
  'registry-login': { username: 'robot', password: 'registry-password' },
  'central-login': { username: 'leeds', password: 'central: password' },
};

const AUTHORITY = 'leeds/authority/ca.yaml';
const PRESS = 'leeds/secrets/machines/press-1-client-tls.yaml';

let programs: Programs;
let workDir: WorkDir;
let cluster: AgeKey;
let owner: AgeKey;
let rendered: RenderedPlant;
/** Every value that was ever in a Secret, and must not be on the disk. */
const values = new Set<string>([OTHERS, ...Object.values(GIVEN)].map(({ password }) => password));

beforeAll(async () => {
  programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  cluster = await makeAgeKey(programs);
  owner = await makeAgeKey(programs);
  rendered = renderPlant(examplePlant({ clusterKey: cluster.recipient, ownerKeys: [owner.recipient] }));
  // Whatever sops or Node would put aside lies where it can be looked through; no key is there unless a test puts one.
  process.env.HOME = join(workDir.path, 'home');
  process.env.TMPDIR = join(workDir.path, 'tmp');
  await Promise.all([mkdir(process.env.HOME), mkdir(process.env.TMPDIR)]);
  for (const name of Object.keys(process.env)) if (name.startsWith('SOPS_')) delete process.env[name];
}, 40 * 60_000);

afterAll(async () => {
  if (rendered) await rm(rendered.treeFolder, { recursive: true });
  await workDir?.remove();
});

/** What somebody gives for every Secret that takes a login. */
const logins = () =>
  JSON.stringify(
    Object.fromEntries(
      rendered.manifests.secrets.filter(takesLogin).map(({ namespace, name }) => [`${namespace}/${name}`, GIVEN[name] ?? OTHERS]),
    ),
  );

const fill = (options: { renew?: boolean; now?: Date; logins?: string } = {}) =>
  fillSecrets({
    ...rendered,
    sops: sopsProgram(programs.path('sops')),
    renew: options.renew ?? false,
    now: options.now ?? NOW,
    ...(options.logins ? { given: parseGiven(options.logins, 'logins', rendered.manifests.secrets) } : {}),
  });

const encrypted = () => new Map([...contents(rendered.treeFolder)].filter(([path]) => /^leeds\/(secrets|authority)\//.test(path)));

/** Decrypts a file of the tree with one key alone, and notes what was in it. */
async function decrypted(path: string, { identity }: AgeKey) {
  const env = { ...process.env, SOPS_AGE_KEY: identity };
  const { stdout } = await run(programs.path('sops'), ['decrypt', join(rendered.treeFolder, path)], { env });
  const document = load(stdout) as { kind: string; metadata: Record<string, unknown>; stringData: Record<string, string> };
  // A user name is no secret.
  for (const [key, value] of Object.entries(document.stringData)) if (!key.startsWith('username')) values.add(value);
  return document;
}

async function withOwner<T>(work: () => Promise<T>): Promise<T> {
  process.env.SOPS_AGE_KEY = owner.identity;
  try {
    return await work();
  } finally {
    delete process.env.SOPS_AGE_KEY;
  }
}

test('the first run fills every requirement without any private key, readable by the cluster and the owner', async () => {
  const report = await fill({ logins: logins() });
  expect(isComplete(report)).toBe(true);
  const required = rendered.manifests.secrets.filter(({ source }) => source === 'sops');
  expect(report.made).toHaveLength(required.length + 1);
  for (const { namespace, name, keys } of required) {
    for (const key of [cluster, owner]) {
      const secret = await decrypted(`leeds/secrets/${namespace}/${name}.yaml`, key);
      expect(secret).toMatchObject({ kind: 'Secret', metadata: { namespace, name } });
      expect(Object.keys(secret.stringData).sort()).toEqual([...keys].sort());
    }
  }
  expect((await decrypted('leeds/secrets/uplink/central-login.yaml', cluster)).stringData).toEqual({
    username: 'leeds',
    password: 'central: password',
  });
});

test("the authority is its owner's alone: the cluster's key does not open it", async () => {
  await expect(decrypted(AUTHORITY, cluster)).rejects.toMatchObject({ code: 128 });
  const { stringData } = await decrypted(AUTHORITY, owner);
  const press = await decrypted(PRESS, cluster);
  expect(press.stringData['ca.crt']).toBe(stringData['signing.crt']);
  const leaf = new X509Certificate(press.stringData['tls.crt'] ?? '');
  expect(leaf.verify(new X509Certificate(stringData['signing.crt'] ?? '').publicKey)).toBe(true);
});

test('a second run changes no byte', async () => {
  const before = encrypted();
  expect(await fill({ logins: logins() })).toMatchObject({ made: [], renewed: [] });
  expect(await fill({ renew: true })).toMatchObject({ made: [], renewed: [] });
  expect(encrypted()).toEqual(before);
});

test('another certificate needs the owner, whose key is named', async () => {
  await rm(join(rendered.treeFolder, PRESS));
  await expect(fill({ now: inDays(400) })).rejects.toThrow(`where FILE holds the private key of ${owner.recipient}`);
  await withOwner(() => fill({ now: inDays(400) }));
  const { metadata } = await decrypted(PRESS, cluster);
  expect(metadata.annotations).toMatchObject({ 'millwright/not-after': inDays(1130).toISOString() });
});

test('renewal makes again only what is near its end', async () => {
  const before = encrypted();
  const report = await withOwner(() => fill({ renew: true, now: inDays(500) }));
  const certificates = rendered.manifests.secrets.filter(({ content }) => content.kind === 'certificate');
  expect(report.renewed).toHaveLength(certificates.length - 1);
  const changed = [...encrypted()].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(changed.sort()).toEqual(report.renewed.map(({ path }) => path).sort());
  expect(changed).not.toContain(PRESS);
  for (const path of changed) await decrypted(path, cluster);
});

test('an authority is succeeded in two runs', async () => {
  await withOwner(() => fill({ renew: true, now: inDays(2600) }));
  await withOwner(() => fill({ renew: true, now: inDays(2610) }));
  const { stringData } = await decrypted(AUTHORITY, owner);
  const press = await decrypted(PRESS, cluster);
  expect(press.stringData['ca.crt']).toBe(`${stringData['signing.crt']}${stringData['former.crt']}`);
});

test('a file that was changed without sops is refused', async () => {
  const file = join(rendered.treeFolder, AUTHORITY);
  const text = encrypted().get(AUTHORITY) ?? '';
  await writeFile(file, text.replace(/id: ca-[0-9a-f]{16}/, 'id: ca-0000000000000000'));
  await expect(withOwner(() => fill({ renew: true, now: inDays(2611) }))).rejects.toThrow(/cannot decrypt .*ca\.yaml: MAC mismatch/);
  await writeFile(file, text);
});

test("a plant whose name is that of the secrets' folder keeps its authority to itself", async () => {
  const plant = { ...rendered.plant, name: 'secrets' };
  writeTree(rendered.treeFolder, plant, rendered.manifests);
  const sops = sopsProgram(programs.path('sops'));
  await fillSecrets({ cluster: plant, manifests: rendered.manifests, treeFolder: rendered.treeFolder, sops, now: NOW });
  await expect(decrypted('secrets/authority/ca.yaml', cluster)).rejects.toMatchObject({ code: 128 });
});

test('no value was ever left in clear, in the tree or beside it', () => {
  expect(values.size).toBeGreaterThan(40);
  const lines = new Set([...values].flatMap((value) => value.split('\n')).filter((line) => line.length >= 12 && !line.startsWith('-----')));
  for (const folder of [rendered.treeFolder, workDir.path]) {
    for (const [path, text] of contents(folder)) {
      expect([path, [...lines].filter((line) => text.includes(line))]).toEqual([path, []]);
      expect([path, text.includes('PRIVATE KEY') || path.endsWith('.tmp')]).toEqual([path, false]);
    }
  }
});
