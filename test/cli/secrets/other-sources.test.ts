import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isComplete, reportText } from '../../../cli/secrets/report';
import type { SecretRequirement, SecretSource } from '../../../infra/model/secret-requirement';
import { Scene } from './scene';

const scene = Scene.each();

const required = (name: string, source: SecretSource): SecretRequirement => ({
  namespace: 'factory-plus',
  name,
  type: 'Opaque',
  keys: ['client'],
  source,
  content: { kind: 'other', purpose: `keys, from ${source}` },
});

test('what an operator in the cluster makes, and what its owner gives beforehand, is neither made nor asked for', async () => {
  const others = [
    required('auth-keytabs', 'kerberosKey'),
    required('driver-passwords', 'localSecret'),
    required('factoryplus-tls', 'given'),
  ];
  const { manifests } = scene.rendered;
  const without = await scene.fill(scene.given());
  const report = await scene.fill({ ...scene.given(), manifests: { ...manifests, secrets: [...manifests.secrets, ...others] } });
  expect(isComplete(report)).toBe(true);
  expect([report.made, report.kept.length, report.unfilled]).toEqual([[], without.made.length - 1, []]);
  for (const { name } of others) expect(reportText(report)).not.toContain(name);
  expect([...scene.encrypted().keys()].filter((path) => path.includes('factory-plus'))).toEqual([]);
});

test('a Secret that its owner gives beforehand may lie in the tree, and one in clear is told all the same', async () => {
  const { manifests, treeFolder } = scene.rendered;
  const secrets = [...manifests.secrets, required('factoryplus-tls', 'given')];
  const folder = join(treeFolder, 'leeds', 'secrets', 'factory-plus');
  mkdirSync(folder, { recursive: true });
  const run = () => scene.fill({ ...scene.given(), manifests: { ...manifests, secrets } });
  writeFileSync(join(folder, 'factoryplus-tls.yaml'), 'sops: {}\n');
  writeFileSync(join(folder, 'left-over.yaml'), 'sops: {}\n');
  expect((await run()).notRequired).toEqual(['leeds/secrets/factory-plus/left-over.yaml']);
  writeFileSync(join(folder, 'factoryplus-tls.yaml'), 'kind: Secret\nstringData: { tls.key: in clear }\n');
  expect((await run()).wrong.map(({ path }) => path)).toEqual(['leeds/secrets/factory-plus/factoryplus-tls.yaml']);
});

test('a login for a Secret that an operator makes is refused: the operator would put its own in its place', () => {
  const secrets = [required('auth-keytabs', 'kerberosKey')];
  expect(() => scene.given('factory-plus/auth-keytabs: { username: a, password: b }', { ...scene.rendered.manifests, secrets })).toThrow(
    'is filled with a other, not a login; remove it',
  );
});
