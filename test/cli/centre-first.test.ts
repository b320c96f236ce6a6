import { join } from 'node:path';
import { edgeEstate } from '../support/edge-estate';
import { AGE_KEYS } from '../support/estates';
import { millwright } from './fake-terminal';
import { contents, put, temporaryFolder } from './folder';

const root = temporaryFolder();
const estate = join(root, 'estate.json');
const out = join(root, 'tree');
const fs: typeof import('node:fs') = jest.requireActual('node:fs');

let rendered: Awaited<ReturnType<typeof millwright>>;

/** A whole estate under Factory+, whose centre is not installed yet: its ids are not known. */
beforeAll(async () => {
  jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {});
  const data = edgeEstate(({ centrals: { centre } }) => {
    delete centre.installed;
    centre.cluster = {
      apiServer: { addresses: ['10.60.1.11/32'] },
      certificate: { by: 'given' },
      repository: { url: 'https://git.example.com/centre.git' },
      flux: { gitAddresses: ['192.0.2.64/32'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
    };
  });
  put(root, { 'estate.json': JSON.stringify(data) });
  rendered = await millwright('synth', '--estate', estate, '--out', out, '--only', 'centre');
}, 60_000);
afterAll(() => jest.restoreAllMocks());

const MISSING = 'centrals.centre.installed: is missing, and gateways and rotherham are under Factory+';

describe('an estate whose centre is not installed yet', () => {
  test('is rendered for the centre', () => {
    const { exitCode, err } = rendered;
    expect([exitCode, err]).toEqual([0, expect.not.stringContaining(MISSING)]);
    const files = Object.keys(contents(out));
    expect(files).toContain('centre/flux/kustomization.yaml');
    expect(files.filter((path) => !path.startsWith('centre/'))).toEqual([]);
  });

  test('is in order where it is checked for the centre', async () => {
    expect(await millwright('check', '--estate', estate, '--only', 'centre')).toMatchObject({ exitCode: 0 });
  });

  test('lets the centre be set up', async () => {
    const { exitCode, out: told } = await millwright('bootstrap', 'centre', '--estate', estate, '--out', join(root, 'bootstrap'));
    expect([exitCode, told]).toEqual([0, expect.stringMatching(/^centre: \d+ files under /)]);
  });

  test('lets the secrets of the centre be made', async () => {
    const { err } = await millwright('secrets', 'centre', '--estate', estate, '--out', out, '--sops', join(root, 'no-sops'));
    // It got as far as the program that encrypts them.
    expect(err).toContain('no-sops');
    expect(err).not.toContain('not in order');
  }, 30_000);

  test.each([
    ['synth of all', ['synth', '--out', out]],
    ['synth of the centre and a plant', ['synth', '--out', out, '--only', 'centre', '--only', 'rotherham']],
    ['synth of soft gateways', ['synth', '--out', out, '--only', 'gateways']],
    ['check', ['check']],
    ['secrets of a plant', ['secrets', 'rotherham', '--out', out]],
    ['bootstrap of a plant', ['bootstrap', 'rotherham', '--out', out]],
    ['configdb', ['configdb', 'centre', '--password-file', '-']],
  ])('%s asks for the ids', async (_, args) => {
    const { exitCode, err } = await millwright(...args, '--estate', estate);
    expect([exitCode, err]).toEqual([1, expect.stringContaining(MISSING)]);
  });
});
