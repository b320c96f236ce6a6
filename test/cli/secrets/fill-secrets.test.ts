import { X509Certificate } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isComplete, reportText } from '../../../cli/secrets/report';
import { UserError } from '../../../cli/user-error';
import { areSealed } from '../../../infra/model/delivery';
import { plantManifests } from '../../../stacks/manifest/build';
import { AUTHORITY, BROKER, DATABASE, GIVEN, inDays, MADE, PRESS, Scene } from './scene';
import { examplePlant } from './tree';

const scene = Scene.each();

test('the stand-in for sops notices a secret that lies in clear, and takes no user name for one', async () => {
  const folder = join(scene.rendered.treeFolder, 'leeds');
  writeFileSync(join(folder, 'components', 'left.yaml'), 'orchestrator: hunter2hunter2');
  const encrypt = (stringData: object) =>
    scene.sops.encrypt(JSON.stringify({ stringData }), join(scene.rendered.treeFolder, PRESS), join(folder, '.sops.yaml'));
  await encrypt({ username: 'orchestrator', password: 'another-secret' });
  await expect(encrypt({ username: 'a', password: 'hunter2hunter2' })).rejects.toThrow('left.yaml holds something in clear');
});

describe('a first run', () => {
  test('makes all certificates and passwords without any private key, the authority before what it signs, and lists what nobody gave', async () => {
    const report = await scene.fill();
    expect(scene.sops.calls[0]).toBe(`encrypt ${AUTHORITY}`);
    expect(scene.sops.calls.every((call) => call.startsWith('encrypt '))).toBe(true);
    expect(report.made).toEqual([AUTHORITY, ...scene.required(...MADE)]);
    expect(report.made).toEqual(expect.arrayContaining([PRESS, BROKER, DATABASE]));
    expect(report.unfilled.map(({ path }) => path)).toEqual(scene.required(...GIVEN));
    expect(isComplete(report)).toBe(false);
    expect(reportText(report)).toContain(`Give the others in the file of --given, or with --given - on standard input:
  '*/registry-login': { username: '…', password: '…' }
  'machines/furnace-1-login': { username: '…', password: '…' }
  'uplink/central-login': { username: '…', password: '…' }`);
  });

  test('fills every requirement when the logins are given, and the listed lines are what must be given', async () => {
    const first = await scene.fill();
    const lines = reportText(first).split('--given - on standard input:\n')[1] ?? '';
    const report = await scene.fill(scene.given(lines));
    expect(report.unfilled).toEqual([]);
    expect(report.made).toEqual(scene.required(...GIVEN));
    expect(isComplete(report)).toBe(true);
  });

  test('encrypts the authority to its owners alone, and the rest to the cluster as well', async () => {
    await scene.fill(scene.given());
    const { secrets } = scene.rendered.plant;
    if (!secrets || areSealed(secrets)) throw new Error('the small plant names no cluster key');
    const { clusterKey, ownerKeys } = secrets;
    for (const [path, text] of scene.encrypted()) {
      expect([path, text.includes(clusterKey)]).toEqual([path, path !== AUTHORITY]);
      for (const key of ownerKeys) expect(text).toContain(key);
    }
  });

  test('leaves files that only their owner can read, whole, and no others', async () => {
    const report = await scene.fill();
    expect([...scene.encrypted().keys()].sort()).toEqual([...report.made].sort());
    for (const path of scene.encrypted().keys()) expect(statSync(join(scene.rendered.treeFolder, path)).mode & 0o777).toBe(0o600);
  });

  test('makes certificates that are verified by what is in each Secret', async () => {
    await scene.fill();
    const { stringData: broker } = scene.sops.read(BROKER);
    const { stringData: press } = scene.sops.read(PRESS);
    const authority = new X509Certificate(broker['ca.crt'] ?? '');
    expect(press['ca.crt']).toBe(broker['ca.crt']);
    expect(new X509Certificate(press['tls.crt'] ?? '').verify(authority.publicKey)).toBe(true);
    expect(new X509Certificate(press['tls.crt'] ?? '').subject).toBe('CN=press-1');
    expect(scene.sops.read(AUTHORITY).stringData['signing.crt']).toBe(authority.toString());
  });
});

test('every Secret of the example plant is made or listed, and filled once its logins are given', async () => {
  const plant = examplePlant();
  const manifests = plantManifests(plant);
  const first = await scene.fill({ cluster: plant, manifests });
  const kinds = (meant: typeof MADE) => manifests.secrets.filter(({ content }) => meant.includes(content.kind)).length;
  expect([first.made.length, first.unfilled.length]).toEqual([1 + kinds(MADE), kinds(GIVEN)]);
  const second = await scene.fill({ cluster: plant, manifests, ...scene.given(undefined, manifests) });
  expect([second.kept.length, second.made.length, isComplete(second)]).toEqual([kinds(MADE), kinds(GIVEN), true]);
  expect(kinds(MADE) + kinds(GIVEN)).toBe(manifests.secrets.length);
});

describe('a second run', () => {
  test('changes no byte and asks nobody anything', async () => {
    await scene.fill(scene.given());
    const before = scene.encrypted();
    scene.sops.calls.length = 0;
    const report = await scene.fill({ ...scene.given(), now: inDays(30) });
    expect(scene.encrypted()).toEqual(before);
    expect(scene.sops.calls).toEqual([]);
    expect(report).toMatchObject({ made: [], renewed: [], restarts: [], wrong: [] });
    expect(report.kept).toEqual(scene.required());
  });

  test('with renewal and nothing due changes no byte either, and needs no key', async () => {
    await scene.fill(scene.given());
    const before = scene.encrypted();
    await scene.fill({ renew: true, now: inDays(30) });
    expect(scene.encrypted()).toEqual(before);
  });

  test('signs what is missing with the authority that is there, which needs an owner', async () => {
    await scene.fill();
    rmSync(join(scene.rendered.treeFolder, PRESS));
    const before = scene.encrypted();
    await expect(scene.fill()).rejects.toThrow(
      /authority\/ca\.yaml cannot be opened, and it is needed to sign: one of its owners runs this with SOPS_AGE_KEY_FILE=FILE, where FILE holds the private key of age1/,
    );
    expect(scene.encrypted()).toEqual(before);
    scene.ownerAtHand();
    const report = await scene.fill();
    expect(report.made).toEqual([PRESS]);
    expect(scene.sops.read(PRESS).stringData['ca.crt']).toBe(scene.sops.read(BROKER).stringData['ca.crt']);
    for (const [path, text] of before) expect(scene.encrypted().get(path)).toBe(text);
  });

  test('does not sign with another authority when the file of the first is gone', async () => {
    await scene.fill();
    rmSync(join(scene.rendered.treeFolder, AUTHORITY));
    rmSync(join(scene.rendered.treeFolder, PRESS));
    await expect(scene.fill()).rejects.toThrow(/ca\.yaml is missing, and it signed what is there: bring it back from Git/);
    const report = await scene.fill({ renew: true });
    expect(report.made).toEqual([AUTHORITY, PRESS]);
    expect(report.renewed.map(({ path }) => path)).toEqual(scene.required('certificate').filter((path) => path !== PRESS));
    expect(report.authority).toContain('is a new one');
    expect(scene.sops.read(PRESS).stringData['ca.crt']).toBe(scene.sops.read(BROKER).stringData['ca.crt']);
  });
});

test('a tree that was not rendered, and a plant without keys, are told', async () => {
  await expect(scene.fill({ treeFolder: join(scene.rendered.treeFolder, 'none') })).rejects.toThrow(
    /none\/leeds\/\.sops\.yaml is missing: run millwright synth leeds with the same --out first$/,
  );
  const { secrets, ...plant } = scene.rendered.plant;
  expect(secrets).toBeDefined();
  await expect(scene.fill({ cluster: plant })).rejects.toThrow('leeds names no keys for its secrets: state its secrets');
});

test('a run that breaks off leaves whole files, and the next goes on from there', async () => {
  scene.ownerAtHand();
  const encrypt = scene.sops.encrypt.bind(scene.sops);
  let left = 4;
  scene.sops.encrypt = async (...args) => {
    if (left-- === 0) throw new UserError('the power went');
    return encrypt(...args);
  };
  await expect(scene.fill()).rejects.toThrow('the power went');
  expect(scene.encrypted().size).toBe(4);
  const report = await scene.fill();
  const required = scene.required(...MADE);
  expect(report.kept).toEqual(required.slice(0, 3));
  expect(report.made).toEqual(required.slice(3));
});

test('a file that appears during the run is not replaced', async () => {
  const encrypt = scene.sops.encrypt.bind(scene.sops);
  scene.sops.encrypt = async (text, path, config) => {
    const result = await encrypt(text, path, config);
    if (path.endsWith('press-1-client-tls.yaml')) writeFileSync(path, 'mine');
    return result;
  };
  await expect(scene.fill()).rejects.toThrow(/press-1-client-tls\.yaml has appeared during the run/);
  expect(scene.encrypted().get(PRESS)).toBe('mine');
  expect([...scene.encrypted().keys()].filter((path) => path.endsWith('.tmp'))).toEqual([]);
});
