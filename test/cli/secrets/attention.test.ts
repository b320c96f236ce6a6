import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isComplete } from '../../../cli/secrets/report';
import { AUTHORITY, CENTRAL, MADE, PRESS, Scene } from './scene';
import { writeTree } from './tree';

const scene = Scene.each();

describe('what a person must see to', () => {
  test('files that nothing requires are told and stay', async () => {
    await scene.fill();
    renameSync(join(scene.rendered.treeFolder, PRESS), join(scene.rendered.treeFolder, 'leeds/secrets/machines/press-9-client-tls.yaml'));
    scene.ownerAtHand();
    const report = await scene.fill();
    expect(report.notRequired).toEqual(['leeds/secrets/machines/press-9-client-tls.yaml']);
    expect(existsSync(join(scene.rendered.treeFolder, 'leeds/secrets/machines/press-9-client-tls.yaml'))).toBe(true);
  });

  test('Secrets in clear are told, required or not, and nothing is put in their place', async () => {
    const clear = (name: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: uplink }\nstringData: { username: a, password: b }\n`;
    await scene.fill();
    writeFileSync(join(scene.rendered.treeFolder, CENTRAL), clear('central-login'));
    writeFileSync(join(scene.rendered.treeFolder, 'leeds/secrets/uplink/own.yml'), clear('own'));
    const report = await scene.fill({ ...scene.given(), renew: true });
    expect(report.wrong).toEqual([
      { path: CENTRAL, text: 'is not encrypted' },
      { path: 'leeds/secrets/uplink/own.yml', text: expect.stringContaining('in clear') as string },
    ]);
    expect(isComplete(report)).toBe(false);
    expect(readFileSync(join(scene.rendered.treeFolder, CENTRAL), 'utf8')).toBe(clear('central-login'));
  });

  test('files for other keys than the estate names are told, and rules that are out of date write nothing', async () => {
    await scene.fill();
    const before = scene.encrypted();
    const secrets = { clusterKey: `age1${'q'.repeat(58)}`, ownerKeys: scene.rendered.plant.secrets?.ownerKeys ?? [] };
    const changed = { ...scene.rendered.plant, secrets };
    const report = await scene.fill({ cluster: changed });
    expect(report.wrong.map(({ path }) => path)).toEqual(scene.required(...MADE));
    for (const { text } of report.wrong) expect(text).toContain('run sops updatekeys on it');

    await expect(scene.fill({ cluster: changed, ...scene.given() })).rejects.toThrow(
      /nothing was written to leeds\/secrets\/flux-system\/registry-login\.yaml: .* would be encrypted to other keys than the estate names; run millwright synth/,
    );
    expect(scene.encrypted()).toEqual(before);

    writeTree(scene.rendered.treeFolder, changed, scene.rendered.manifests);
    scene.ownerAtHand();
    const renewed = await scene.fill({ cluster: changed, renew: true });
    expect(renewed.renewed.map(({ path }) => path)).toEqual(scene.required('certificate'));
    // A password is never made anew: the database would not know it.
    expect(renewed.wrong.map(({ path }) => path)).toEqual(scene.required('password'));
  });

  test('rules that would hand the authority to the cluster write nothing', async () => {
    const config = join(scene.rendered.treeFolder, 'leeds/.sops.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('secrets/[^/]+/', '(secrets|authority)/?[^/]*/?'));
    await expect(scene.fill()).rejects.toThrow('nothing was written to leeds/authority/ca.yaml');
    expect(scene.encrypted()).toEqual(new Map());
  });

  test('an authority in clear is refused', async () => {
    await scene.fill();
    const text = readFileSync(join(scene.rendered.treeFolder, AUTHORITY), 'utf8');
    writeFileSync(join(scene.rendered.treeFolder, AUTHORITY), text.slice(0, text.indexOf('sops:')));
    await expect(scene.fill()).rejects.toThrow('whoever has seen it can sign');
  });

  test("another plant's authority is refused", async () => {
    await scene.fill();
    const text = readFileSync(join(scene.rendered.treeFolder, AUTHORITY), 'utf8');
    writeFileSync(join(scene.rendered.treeFolder, AUTHORITY), text.replace('name: leeds', 'name: york'));
    await expect(scene.fill()).rejects.toThrow('cannot be used: it is the authority of york, not of leeds');
  });
});
