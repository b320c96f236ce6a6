import { millwright } from './fake-terminal';
import { put, temporaryFolder } from './folder';
import { smallEstate } from './small-estate';

const folder = temporaryFolder();

describe('the help', () => {
  test('of the program tells what there is', async () => {
    const { exitCode, out, err } = await millwright('--help');
    expect([exitCode, err]).toEqual([0, '']);
    expect(`\n${out}\n`).toMatchSnapshot();
  });

  test.each(['check', 'synth', 'secrets', 'kubeconfig', 'configdb', 'import-ids', 'bootstrap', 'schema'])(
    'of %s tells its options and gives examples',
    async (command) => {
      const { exitCode, out } = await millwright(command, '--help');
      expect(exitCode).toBe(0);
      expect(`\n${out}\n`).toMatchSnapshot();
    },
  );

  test('is given, as an error, to somebody who says nothing', async () => {
    const { exitCode, out, err } = await millwright();
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toBe((await millwright('--help')).out);
  });
});

describe('a command that is called wrongly says so, ends with 2 and points at the right help:', () => {
  test.each([
    [['frobnicate'], "millwright: unknown command 'frobnicate'\n(millwright --help tells what there is)"],
    [['chek'], "millwright: unknown command 'chek'\n(Did you mean check?)\n(millwright --help tells what there is)"],
    [['check', '--frob'], "millwright: unknown option '--frob'\n(millwright check --help tells what there is)"],
    [
      ['synth', '--dryrun'],
      "millwright: unknown option '--dryrun'\n(Did you mean --dry-run?)\n(millwright synth --help tells what there is)",
    ],
    [['synth', '--only'], "millwright: option '--only <cluster>' argument missing\n(millwright synth --help tells what there is)"],
    [
      ['check', 'leeds'],
      "millwright: too many arguments for 'check'. Expected 0 arguments but got 1.\n(millwright check --help tells what there is)",
    ],
    [
      ['check', '--estate', 'nowhere.yaml'],
      'millwright: there is no estate at nowhere.yaml; name a file, or a folder that holds estate.ts or estate.yaml.',
    ],
  ])('%j', async (args, sentence) => {
    expect(await millwright(...args)).toMatchObject({ exitCode: 2, out: '', err: sentence });
  });

  test.each(['check', 'synth'])('%s of a cluster that is not in the estate', async (command) => {
    const { exitCode, out, err } = await millwright(command, '--only', 'leeds', '--only', 'york');
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain('millwright: --only york: there is no such cluster; the estate has leeds, rotherham, sheffield, soft-gateways.');
  });
});

test('the version is that of the package', async () => {
  const { version } = jest.requireActual<{ version: string }>('../../package.json');
  expect(await millwright('--version')).toMatchObject({ exitCode: 0, out: version });
});

test('the schema is a JSON Schema that the example in YAML names as help for editors', async () => {
  const { exitCode, out, err } = await millwright('schema');
  expect([exitCode, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Millwright estate' });
});

test('a refusal of the file system is a sentence, not a stack trace', async () => {
  put(folder, { 'a-file': '', 'estate.json': JSON.stringify(smallEstate()) });
  const { exitCode, err } = await millwright('synth', '--estate', `${folder}/estate.json`, '--out', `${folder}/a-file/tree`);
  expect(exitCode).toBe(1);
  expect(err.split('\n').at(-1)).toMatch(/^millwright: the file system refused: .*a-file.* \(ENOTDIR\)\.$/);
});
