import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { edgeEstate } from '../support/edge-estate';
import { millwright } from './fake-terminal';
import { contents, put, temporaryFolder } from './folder';
import { smallEstate } from './small-estate';

const folder = temporaryFolder();
const estateFile = join(folder, 'estate.json');
const out = join(folder, 'bootstrap');

/** Writes the bootstrap of a cluster of an estate, and gives its files. */
async function written(estate: unknown, cluster: string): Promise<Record<string, string>> {
  put(folder, { 'estate.json': JSON.stringify(estate) });
  const { exitCode, err } = await millwright('bootstrap', cluster, '--estate', estateFile, '--out', out);
  if (exitCode !== 0) throw new Error(err);
  return contents(join(out, cluster));
}

const objects = (text = '') => loadAll(text) as { kind: string; metadata: { name: string; labels: Record<string, string> } }[];

describe('the bootstrap of a plant', () => {
  test('is two scripts that may be run, and what they apply', async () => {
    const files = await written(smallEstate(), 'leeds');
    expect(Object.keys(files)).toEqual([
      'README.md',
      'bootstrap.sh',
      ...['flux-definitions', 'flux', 'namespaces', 'wiring'].map((name) => `manifests/${name}.yaml`),
      'remove.sh',
    ]);
    for (const script of ['bootstrap.sh', 'remove.sh']) expect(statSync(join(out, 'leeds', script)).mode & 0o777).toBe(0o755);
    expect(objects(files['manifests/wiring.yaml']).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'GitRepository cluster',
      'Kustomization cluster',
    ]);
  });

  test('has what Flux will apply, under the labels by which Flux knows it', async () => {
    const files = await written(edgeEstate(), 'rotherham');
    expect(files['manifests/keys.yaml']).toBeDefined();
    const owners = Object.fromEntries(
      objects(files['manifests/namespaces.yaml']).map(({ kind, metadata }) => [
        `${kind} ${metadata.name}`,
        metadata.labels['kustomize.toolkit.fluxcd.io/name'],
      ]),
    );
    expect(owners).toEqual({
      'Namespace flux-system': 'flux-controllers',
      'Namespace factory-plus': 'platform',
      'PriorityClass plant-operations': 'platform',
    });
  });

  test('makes its own principals only under Factory+, and only where the repository is on the Git server of the centre', async () => {
    const variable = (files: Record<string, string>, name: string) =>
      /^.*$/m.exec(files['bootstrap.sh']?.split(`\n${name}=`)[1] ?? '')?.[0];
    const under = await written(edgeEstate(), 'rotherham');
    expect([variable(under, 'GIT_LOGIN'), variable(under, 'FLUX_PRINCIPAL')]).toEqual([
      "'principal'",
      "'op1flux/rotherham@FACTORY.EXAMPLE.COM'",
    ]);
    const elsewhere = await written(
      edgeEstate((estate) => {
        estate.plants.rotherham.repository = { url: 'https://git.example.com/rotherham' };
      }),
      'rotherham',
    );
    expect([variable(elsewhere, 'GIT_LOGIN'), variable(elsewhere, 'KEYS_PRINCIPAL')]).toEqual([
      "'password'",
      "'op1krbkeys/rotherham@FACTORY.EXAMPLE.COM'",
    ]);
    const ssh = await written(
      edgeEstate((estate) => {
        estate.plants.rotherham.repository = { url: 'ssh://git@git.example.com/rotherham' };
      }),
      'rotherham',
    );
    expect(variable(ssh, 'GIT_LOGIN')).toBe("'ssh'");
    const without = await written(smallEstate(), 'leeds');
    expect([variable(without, 'GIT_LOGIN'), variable(without, 'KEYS_PRINCIPAL')]).toEqual(["'password'", "''"]);
  });

  test('is the same in every run, and replaces that of an earlier one', async () => {
    const first = await written(smallEstate(), 'leeds');
    put(join(out, 'leeds'), { 'manifests/left-over.yaml': 'from another version' });
    expect(await written(smallEstate(), 'leeds')).toEqual(first);
  });

  test('names Flux of the owner and brings none', async () => {
    const files = await written(
      smallEstate((estate) => {
        estate.plants.leeds.flux = { by: { owner: true, reason: 'The distribution brings it' } };
      }),
      'leeds',
    );
    expect(Object.keys(files).filter((path) => path.startsWith('manifests/'))).toEqual(['manifests/wiring.yaml']);
  });
});

test('soft gateways and a centre have one too', async () => {
  expect(Object.keys(await written(edgeEstate(), 'gateways'))).toContain('manifests/keys.yaml');
  const { exitCode } = await millwright('bootstrap', 'sheffield', '--out', out);
  expect(exitCode).toBe(0);
  expect(Object.keys(contents(join(out, 'sheffield')))).not.toContain('manifests/keys.yaml');
});

test('a shell of POSIX reads the scripts without a complaint', async () => {
  await written(edgeEstate(), 'rotherham');
  await written(smallEstate(), 'leeds');
  for (const cluster of ['rotherham', 'leeds']) {
    for (const script of ['bootstrap.sh', 'remove.sh']) execFileSync('/bin/sh', ['-n', join(out, cluster, script)]);
  }
});

test('warnings are those of the cluster and of what clusters share; those of others are for others', async () => {
  put(folder, { 'estate.json': JSON.stringify(edgeEstate()) });
  const warned = async (cluster: string) => (await millwright('bootstrap', cluster, '--estate', estateFile, '--out', out)).err;
  const plant = await warned('rotherham');
  expect(plant).toContain('machineTypes.cell.device.login.as');
  expect(plant).toContain('plants.rotherham.kubernetes.controlPlane');
  expect(plant).not.toContain('softGateways.');
  const gateways = await warned('gateways');
  expect(gateways).toContain('softGateways.gateways.kubernetes.controlPlane');
  expect(gateways).not.toContain('plants.');
});

describe('nothing is written', () => {
  test.each([
    ['york', 2, 'there is no cluster york; the estate has leeds'],
    ['sheffield', 2, 'sheffield is a central cluster that states no cluster of its own'],
  ])('for %s', async (cluster, code, sentence) => {
    put(folder, { 'estate.json': JSON.stringify(smallEstate()) });
    const { exitCode, err } = await millwright('bootstrap', cluster, '--estate', estateFile, '--out', join(folder, 'none'));
    expect([exitCode, err]).toEqual([code, expect.stringContaining(sentence)]);
    expect(contents(folder)).not.toHaveProperty('none');
  });

  test('for a cluster that Pulumi delivers', async () => {
    put(folder, {
      'estate.json': JSON.stringify(
        smallEstate((estate) => {
          estate.plants.leeds.delivery = 'pulumi';
        }),
      ),
    });
    const { exitCode, err } = await millwright('bootstrap', 'leeds', '--estate', estateFile, '--out', join(folder, 'none'));
    expect([exitCode, err]).toEqual([
      1,
      expect.stringContaining('leeds is delivered by Pulumi, which needs nothing in the cluster beforehand'),
    ]);
  });

  test('when the estate is not in order', async () => {
    put(folder, {
      'estate.json': JSON.stringify(
        smallEstate((estate) => {
          estate.plants.leeds.machines['press-1'].type = 'frob';
        }),
      ),
    });
    const before = contents(out);
    const { exitCode, err } = await millwright('bootstrap', 'leeds', '--estate', estateFile, '--out', out);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('The estate is not in order; nothing was written.')]);
    expect(contents(out)).toEqual(before);
  });

  test('over something that Millwright did not make', async () => {
    put(folder, { 'estate.json': JSON.stringify(smallEstate()), 'own/leeds/notes.txt': 'mine' });
    mkdirSync(join(folder, 'own'), { recursive: true });
    const { exitCode, err } = await millwright('bootstrap', 'leeds', '--estate', estateFile, '--out', join(folder, 'own'));
    expect([exitCode, err]).toEqual([1, expect.stringContaining('is not a folder that millwright bootstrap made')]);
    expect(contents(join(folder, 'own'))).toEqual({ 'leeds/notes.txt': 'mine' });
  });
});
