import { homedir, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { files, impurities, ROOT, snapshots, undocumented } from './sources';

const sources = files(['infra', 'constructs', 'stacks', 'cli', 'exports'], ['.ts']).filter(
  ({ path }) => !path.startsWith('constructs/imports/'),
);
const written = files(['.'], ['.ts', '.cts', '.cjs', '.js', '.md', '.yaml', '.yml', '.py', '.sh', '.txt', '.json', '.toml']);

describe('every file', () => {
  test('has at most 400 lines', () => {
    const code = written.filter(({ path }) => /\.(ts|cts|cjs|js|py|sh|md)$/.test(path));
    expect(code.length).toBeGreaterThan(150);
    expect(code.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path)).toEqual([]);
  });

  test('names no path of the machine that it was written on', () => {
    // A folder for temporary files is no machine's own, and programs in pods have one too; `node` is the user of images of Node.js.
    const places = [ROOT, homedir(), dirname(ROOT)].filter((path) => path !== '/' && path !== tmpdir()).map((path) => `${path}/`);
    const mentions = written.filter(
      ({ text }) => places.some((place) => text.includes(place)) || /["'`(= ]\/(home|Users)\/(?!node\b)[a-z]/.test(text),
    );
    expect(mentions.map(({ path }) => path)).toEqual([]);
  });
});

describe('every source', () => {
  test('tells what each thing is that it exports', () => {
    expect(sources.flatMap(undocumented)).toEqual([]);
  });

  test('depends on nothing but its input, unless it belongs to the command line or is an entry file', () => {
    const pure = sources.filter(({ path }) => !path.startsWith('cli/') && !/^stacks\/(flux|pulumi)\/main\.ts$/.test(path));
    expect(pure.flatMap(impurities)).toEqual([]);
  });

  test('orders texts the same in every language', () => {
    expect(sources.flatMap(impurities).filter((found) => /localeCompare|toLocale|Intl/.test(found))).toEqual([]);
  });
});

test('every snapshot fits on a screen: at most 60 lines', () => {
  const all = files(['test'], ['.snap']).flatMap(snapshots);
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter(({ lines }) => lines > 60)).toEqual([]);
});

describe('the checks themselves notice', () => {
  const file = (text: string) => ({ path: 'x.ts', text });

  test('an export without a docstring', () => {
    const text =
      '/** Told. */\nexport const a = 1;\nexport function b(): void {}\n// no docstring\nexport type C = 1;\nconst d = 1;\nexport default d;';
    expect(undocumented(file(text))).toEqual(['x.ts b', 'x.ts C']);
  });

  test('an overloaded function that tells once', () => {
    expect(
      undocumented(file('/** Told. */\nexport function f(a: 1): void;\nexport function f(a: 2): void;\nexport function f(): void {}')),
    ).toEqual([]);
  });

  test('a look at the process, the clock, chance and the language', () => {
    const text =
      'process.exit(); process.env; new Date(); Date.now(); Math.random(); a.localeCompare(b); x.toLocaleString(); Intl.NumberFormat; __dirname;';
    expect(new Set(impurities(file(text))).size).toBe(9);
    expect(impurities(file("// process.env\nnew Date('2020-01-01'); const s = 'Date.now()';"))).toEqual([]);
  });

  test('a snapshot that is too long', () => {
    expect(snapshots(file(`exports[\`a test 1\`] = \`\n"${'line\n'.repeat(61)}"\n\`;`))).toEqual([{ name: 'x.ts a test 1', lines: 62 }]);
  });
});
