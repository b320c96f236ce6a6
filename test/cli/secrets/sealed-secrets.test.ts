import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type FillSecretsOptions, fillSecrets } from '../../../cli/secrets/fill-secrets';
import { parseGiven } from '../../../cli/secrets/given';
import { isComplete, reportText } from '../../../cli/secrets/report';
import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { takesLogin } from '../../../stacks/secrets/fill';
import { makeSealingPair, unsealed } from '../../support/sealing';
import { smallEstate } from '../small-estate';
import { contents, MemorySops } from './memory-sops';
import { AUTHORITY, DATABASE, inDays, NOW, PRESS } from './scene';
import { type RenderedPlant, renderedOnce, writeTree } from './tree';

const PAIR = makeSealingPair();
const NEXT = makeSealingPair(new Date('2026-12-01T00:00:00Z'));
const [encryptedPlant] = checkEstate(smallEstate()).plants;
if (!encryptedPlant?.secrets) throw new Error('the small estate has no plant with keys');
const { ownerKeys } = encryptedPlant.secrets;
const sealedBy = (sealedWith: string): Plant => ({ ...encryptedPlant, secrets: { sealedWith, ownerKeys } });
const newEncrypted = renderedOnce(encryptedPlant);
const newSealed = renderedOnce(sealedBy(PAIR.certificate));

let rendered: RenderedPlant;
let sops: MemorySops;
const begin = (what: RenderedPlant) => {
  rendered = what;
  sops = new MemorySops(rendered.treeFolder);
};
beforeEach(() => begin(newSealed()));
afterEach(() => rmSync(rendered.treeFolder, { recursive: true }));

const fill = (options: Partial<FillSecretsOptions> = {}) => fillSecrets({ ...rendered, sops, now: NOW, ...options });
const given = () => {
  const { secrets } = rendered.manifests;
  const logins = secrets
    .filter((secret) => takesLogin(secret) && secret.source !== 'given')
    .map(({ namespace, name }) => `${namespace}/${name}`);
  return {
    given: parseGiven(logins.map((id) => `${id}: { username: robot, password: 'the secret of ${id}' }`).join('\n'), 'logins', secrets),
  };
};
const files = () => new Map([...contents(rendered.treeFolder)].filter(([path]) => path.startsWith('leeds/secrets/')));
// biome-ignore lint/suspicious/noExplicitAny: what is on the disk
const read = (path: string): any => load(readFileSync(join(rendered.treeFolder, path), 'utf8'));
const fileOf = ({ namespace, name }: { namespace: string; name: string }) => `leeds/secrets/${namespace}/${name}.yaml`;

test('the first run fills every requirement, sealed, and asks sops for the authority alone', async () => {
  const report = await fill(given());
  expect(isComplete(report)).toBe(true);
  expect(sops.calls).toEqual([`encrypt ${AUTHORITY}`]);
  const sealed = rendered.manifests.secrets.filter(({ source }) => source === 'sealed');
  expect([...files().keys()].sort()).toEqual(sealed.map(fileOf).sort());
  for (const requirement of sealed) {
    const file = read(fileOf(requirement));
    expect(file).toMatchObject({ kind: 'SealedSecret', metadata: { namespace: requirement.namespace, name: requirement.name } });
    expect(Object.keys(unsealed(file, PAIR.key)).sort()).toEqual([...requirement.keys].sort());
  }
  expect(unsealed(read('leeds/secrets/uplink/central-login.yaml'), PAIR.key).password).toBe('the secret of uplink/central-login');
});

test('what is filled by hand is filled with kubeseal, and what is loaded when the cluster is set up is not asked for', async () => {
  const report = await fill();
  expect(report.tool).toBe('kubeseal');
  expect(reportText(report)).not.toContain('sealed-secrets/');
  expect(report.unfilled.length).toBeGreaterThan(0);
});

test('a second run changes nothing, with and without renewal', async () => {
  await fill(given());
  const before = files();
  sops.keys = ownerKeys;
  for (const renew of [false, true]) expect(await fill({ renew })).toMatchObject({ made: [], renewed: [], due: [], wrong: [] });
  expect(files()).toEqual(before);
});

test('a certificate near its end is due, which is seen without any key, and renewed', async () => {
  await fill(given());
  expect((await fill({ now: inDays(500) })).due.map(({ path }) => path)).toContain(PRESS);
  sops.keys = ownerKeys;
  const report = await fill({ now: inDays(500), renew: true });
  expect(report.renewed.map(({ path }) => path)).toContain(PRESS);
  expect(read(PRESS).metadata.annotations['millwright/not-after']).toBe(inDays(1230).toISOString());
});

test('another sealing key comes into use by renewal; what nobody makes again is sealed with the former until the cluster seals it again', async () => {
  await fill(given());
  const both = sealedBy(NEXT.certificate + PAIR.certificate);
  writeTree(rendered.treeFolder, both, rendered.manifests);
  sops.keys = ownerKeys;
  const renewed = await fill({ cluster: both, renew: true });
  expect(renewed.wrong).toEqual([]);
  expect(() => unsealed(read(PRESS), NEXT.key)).not.toThrow();
  expect(() => unsealed(read(DATABASE), PAIR.key)).not.toThrow();

  const alone = sealedBy(NEXT.certificate);
  const report = await fill({ cluster: alone });
  expect(isComplete(report)).toBe(false);
  expect(report.wrong.map(({ path }) => path)).toContain(DATABASE);
  expect(report.wrong.map(({ path }) => path)).not.toContain(PRESS);
});

test('nothing is sealed with a certificate that has ended', async () => {
  const before = files();
  await expect(fill({ ...given(), now: inDays(3650) })).rejects.toThrow(/the sealing certificate ended on 2036-05-29; make another pair/);
  expect(files()).toEqual(before);
});

describe('a plant whose Secrets were encrypted with sops', () => {
  beforeEach(async () => {
    rmSync(rendered.treeFolder, { recursive: true });
    begin(newEncrypted());
    await fill(given());
  });

  const changeOver = () => {
    rendered = { ...newSealedAt(rendered.treeFolder) };
  };
  const newSealedAt = (treeFolder: string): RenderedPlant => {
    const other = newSealed();
    rmSync(other.treeFolder, { recursive: true });
    writeTree(treeFolder, other.plant, other.manifests);
    return { ...other, treeFolder };
  };

  test('is told until renewal, which keeps every value and needs an owner', async () => {
    const paths = [...files().keys()];
    const values = new Map(paths.map((path) => [path, sops.read(path).stringData]));
    changeOver();
    const told = await fill();
    expect(told.made).toEqual([]);
    const required = rendered.manifests.secrets.filter(({ source }) => source === 'sealed').map(fileOf);
    const carried = paths.filter((path) => required.includes(path));
    expect(carried.length).toBeGreaterThan(5);
    expect(
      told.wrong
        .filter(({ text }) => text.includes('run with --renew'))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(carried.sort());

    await expect(fill({ renew: true })).rejects.toThrow('one of its owners runs this with SOPS_AGE_KEY_FILE');
    sops.keys = ownerKeys;
    const report = await fill({ renew: true });
    expect(report.renewed.map(({ path }) => path).sort()).toEqual(carried.sort());
    expect(report.restarts).toEqual([]);
    for (const path of carried) {
      expect(unsealed(read(path), PAIR.key)).toEqual(values.get(path));
      expect(read(path).metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'millwright' });
    }
    // What Flux would not decrypt any more, though nobody requires it from the tree, is told.
    expect(report.wrong.map(({ path }) => path)).toEqual(paths.filter((path) => !required.includes(path)));
    expect(await fill()).toMatchObject({ made: [], due: [] });
  });

  test('values that are not text are not carried over', async () => {
    const own = join(rendered.treeFolder, 'leeds/secrets/uplink/central-login.yaml');
    const bytes = {
      decrypt: async () => `${readFileSync(own, 'utf8')}data: { password: ${Buffer.from([0xff, 0xfe]).toString('base64')} }\n`,
    };
    changeOver();
    await expect(fill({ renew: true, sops: Object.assign(Object.create(sops), bytes) })).rejects.toThrow('is not text; seal it by hand');
  });
});

test('a Secret in clear, or encrypted with sops, among those that nobody requires is told', async () => {
  await fill(given());
  const own = (name: string, rest: string) =>
    writeFileSync(
      join(rendered.treeFolder, `leeds/secrets/uplink/${name}.yaml`),
      `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: uplink }\n${rest}`,
    );
  own('clear', 'stringData: { a: b }\n');
  own('encrypted', "stringData: { a: 'ENC[x]' }\nsops: { mac: 'ENC[y]', age: [] }\n");
  const { wrong, notRequired } = await fill();
  expect(wrong.map(({ path }) => path)).toEqual(['leeds/secrets/uplink/clear.yaml', 'leeds/secrets/uplink/encrypted.yaml']);
  expect(notRequired).toHaveLength(2);
});
