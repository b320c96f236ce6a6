import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { fillSecrets } from '../../cli/secrets/fill-secrets';
import { parseGiven } from '../../cli/secrets/given';
import { checkEstate } from '../../infra/estate/check';
import { softGatewaysManifests } from '../../stacks/manifest/build';
import { newAuthority } from '../../stacks/secrets/authority';
import { edgeEstate } from '../support/edge-estate';
import { millwright } from './fake-terminal';
import { contents, put, temporaryFolder } from './folder';
import { MemorySops } from './secrets/memory-sops';

const root = temporaryFolder();
const fs: typeof import('node:fs') = jest.requireActual('node:fs');
// That a file is on the disk and not only in memory, no test can see, and it takes half of their time.
beforeAll(() => jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {}));
afterAll(() => jest.restoreAllMocks());

/** A file with an estate whose soft gateways pull their images from a registry with a login. */
// biome-ignore lint/suspicious/noExplicitAny: a change to plain data
function data(change: (estate: any) => void = () => {}): any {
  return edgeEstate((estate) => {
    estate.softGateways.gateways.images = { registry: 'registry.example.com/mirror', login: true };
    change(estate);
  });
}

let count = 0;
// biome-ignore lint/suspicious/noExplicitAny: a change to plain data
function estateFile(change?: (estate: any) => void): string {
  const name = `estate-${++count}.json`;
  put(root, { [name]: JSON.stringify(data(change)) });
  return join(root, name);
}

describe('soft gateways on the command line', () => {
  test('check sums them up, for a person and as JSON', async () => {
    const estate = estateFile();
    const { exitCode, out } = await millwright('check', '--estate', estate, '--only', 'gateways');
    expect(exitCode).toBe(0);
    expect(out).toBe(
      ['gateways', '  agents    1, 2 data points', '  nodes     1', '  conduits  of each node: 10.50.1.1 UDP 123, time (NTP)'].join('\n'),
    );
    const json = JSON.parse((await millwright('check', '--estate', estate, '--json')).out);
    expect(json.clusters).toEqual([
      {
        softGateways: 'gateways',
        delivery: 'flux',
        agents: 1,
        dataPoints: 2,
        nodes: 1,
        nodeConduits: [{ address: '10.50.1.1', port: 123, protocol: 'UDP', purpose: 'time (NTP)' }],
      },
      expect.objectContaining({ plant: 'rotherham' }),
    ]);
  });

  test('a name that is no cluster is told with those that there are', async () => {
    const { exitCode, err } = await millwright('check', '--estate', estateFile(), '--only', 'gate');
    expect(exitCode).toBe(2);
    expect(err).toContain('--only gate: there is no such cluster; the estate has centre, gateways, rotherham.');
  });

  test('synth renders them alone, or with all, and tells of their tree when they have left the estate', async () => {
    const out = join(root, 'tree');
    const estate = estateFile();
    const alone = await millwright('synth', '--estate', estate, '--out', out, '--only', 'gateways');
    expect(alone.exitCode).toBe(0);
    expect(Object.keys(contents(out)).every((path) => path.startsWith('gateways/'))).toBe(true);
    expect(alone.err).toContain('gateways: 2 encrypted Secrets are not in the tree yet; run millwright secrets gateways --out ');

    const all = await millwright('synth', '--estate', estate, '--out', out, '--json');
    expect(JSON.parse(all.out)).toMatchObject({
      ok: true,
      clusters: [{ softGateways: 'gateways' }, { plant: 'rotherham' }],
      notInEstate: [],
    });

    const without = estateFile((changed) => delete changed.softGateways);
    const left = await millwright('synth', '--estate', without, '--out', out);
    expect(left.err).toContain(`${join(out, 'gateways')} holds a tree of a cluster that is not in the estate; nothing was removed there.`);
    expect(existsSync(join(out, 'gateways', 'flux', 'kustomization.yaml'))).toBe(true);
  });

  let tree: { readonly estate: string; readonly out: string };
  beforeAll(async () => {
    const [estate, out] = [estateFile(), join(root, 'secret-tree')];
    await millwright('synth', '--estate', estate, '--out', out, '--only', 'gateways');
    tree = { estate, out };
  });

  test('secrets says what is missing where nobody gave the logins', async () => {
    const { estate, out } = tree;
    const { exitCode, out: told } = await millwright('secrets', 'gateways', '--estate', estate, '--out', out);
    expect(exitCode).toBe(1);
    expect(told).toContain(
      'factory-plus/registry-login: user name and password for the image registry registry.example.com/mirror, of somebody who may only read there',
    );
  });

  test('secrets encrypts the logins of their registry, and makes no authority', async () => {
    const { out } = tree;
    const [cluster] = checkEstate(data()).softGateways;
    if (!cluster) throw new Error('the estate is not in order');
    const manifests = softGatewaysManifests(cluster);
    const login = '{ username: reader, password: "of the mirror" }';
    const given = parseGiven(`factory-plus/registry-login: ${login}\nflux-system/registry-login: ${login}`, 'logins', manifests.secrets);
    const report = await fillSecrets({
      cluster,
      manifests,
      treeFolder: out,
      sops: new MemorySops(out),
      now: new Date('2027-01-01'),
      given,
    });
    expect(report).toMatchObject({
      made: ['gateways/secrets/factory-plus/registry-login.yaml', 'gateways/secrets/flux-system/registry-login.yaml'],
      wrong: [],
      unfilled: [],
    });
    expect(existsSync(join(out, 'gateways', 'authority'))).toBe(false);
  });

  test('kubeconfig leads a person to their API server, and to the zone of their agents', async () => {
    put(root, { 'ca.crt': newAuthority('gateways', new Date()).signing.certificate });
    const { exitCode, out } = await millwright(
      ...['kubeconfig', 'gateways', '--user', 'anna', '--authority', join(root, 'ca.crt'), '--estate', estateFile()],
    );
    expect(exitCode).toBe(0);
    expect(load(out)).toMatchObject({
      clusters: [{ name: 'gateways', cluster: { server: 'https://10.50.1.11:6443' } }],
      contexts: [{ context: { user: 'anna@gateways', namespace: 'factory-plus' } }],
    });
  });

  test('kubeconfig says which setting is missing where nothing states an address of their API server', async () => {
    put(root, { 'ca.crt': newAuthority('gateways', new Date()).signing.certificate });
    const estate = estateFile(({ softGateways: { gateways } }) => {
      delete gateways.racks.g.g1.address;
    });
    const { exitCode, err } = await millwright(
      ...['kubeconfig', 'gateways', '--user', 'anna', '--authority', join(root, 'ca.crt'), '--estate', estate],
    );
    expect(exitCode).toBe(1);
    expect(err).toContain('softGateways.gateways.kubernetes.endpoint is missing');
  });
});
