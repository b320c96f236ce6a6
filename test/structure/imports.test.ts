import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { circles, forbidden, type Import, ROOMS } from './rooms';

const ROOT = join(__dirname, '..', '..');
const FOLDERS = ['infra', 'constructs', 'stacks', 'cli', 'exports'];

interface Cruised {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly {
      readonly resolved: string;
      readonly module: string;
      readonly coreModule: boolean;
      readonly couldNotResolve: boolean;
    }[];
  }[];
}

/** Every import of the sources below a folder, as dependency-cruiser finds them. */
function importsOf(root: string): Import[] {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const options = ['--no-config', '--do-not-follow', 'node_modules', '--ts-pre-compilation-deps', '--output-type', 'json'];
  const run = spawnSync(process.execPath, [program, ...options, ...FOLDERS], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  if (run.status !== 0) throw new Error(run.stderr);
  const { modules } = JSON.parse(run.stdout) as Cruised;
  return modules.flatMap(({ source, dependencies }) =>
    FOLDERS.some((folder) => source.startsWith(`${folder}/`)) ? dependencies.map((found) => ({ from: source, to: target(found) })) : [],
  );
}

/** A path of a source, `npm:@scope/package`, or `node:module`; a submodule such as `fs/promises` counts as its module. */
function target({ module, resolved, coreModule }: Cruised['modules'][number]['dependencies'][number]): string {
  if (coreModule) return `node:${resolved.replace('node:', '').split('/')[0]}`;
  if (!module.startsWith('.'))
    return `npm:${module
      .split('/')
      .slice(0, module.startsWith('@') ? 2 : 1)
      .join('/')}`;
  return resolved;
}

describe('the sources', () => {
  const imports = importsOf(ROOT);

  test('are seen with their imports, type-only ones included', () => {
    expect(imports).toContainEqual({ from: 'infra/rules/rule.ts', to: 'infra/model/plant.ts' });
    expect(imports).toContainEqual({ from: 'stacks/flux/yaml.ts', to: 'npm:js-yaml' });
    expect(imports.length).toBeGreaterThan(200);
  });

  test('import only what the table allows', () => {
    expect(forbidden(imports)).toEqual([]);
  });

  test('never import each other in a circle', () => {
    expect(circles(imports)).toEqual([]);
  });
});

test('the table itself is one-way: every room stands after those that it imports', () => {
  const names = ROOMS.map(({ name }) => name);
  const upward = ROOMS.flatMap(({ name, may }, index) =>
    may.filter((other) => !other.includes(':') && !names.slice(0, index).includes(other)).map((other) => `${name} → ${other}`),
  );
  expect(upward).toEqual([]);
});

describe('a violation is noticed:', () => {
  const root = mkdtempSync(join(tmpdir(), 'millwright-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const sources: Record<string, string> = {
    'infra/model/plant.ts': "import type { Construct } from 'constructs';\nexport type Plant = Construct;\n",
    'infra/formats/toml.ts': "import fs = require('node:fs');\nexport const toml = fs;\n",
    'infra/sites/estate.ts': 'export default {};\n',
    'constructs/edge/gateway.ts': "export type { Broker } from '../central/broker';\n",
    'constructs/central/broker.ts': "import('../edge/gateway');\nexport type Broker = 1;\n",
    'stacks/flux/tree.ts': "import { up } from '../pulumi/up';\nexport const tree = up;\n",
    'stacks/pulumi/up.ts': "import '@pulumi/kubernetes';\nexport const up = 1;\n",
    'stacks/manifest/build.ts': "import '@pulumi/pulumi';\nimport { tree } from '../flux/tree';\nexport const build = tree;\n",
    'cli/main.ts': "import estate from '../infra/sites/estate';\nexport default estate;\n",
    'exports/model.ts': "export * from '../infra/sites/estate';\nexport * from '../cli/main';\n",
    'infra/unheard-of/file.ts': "import '../model/plant';\n",
  };
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const found = importsOf(root);

  test.each([
    'infra/model/plant.ts must not import npm:constructs',
    'infra/formats/toml.ts must not import node:fs',
    'constructs/edge/gateway.ts must not import constructs/central/broker.ts',
    'constructs/central/broker.ts must not import constructs/edge/gateway.ts',
    'stacks/flux/tree.ts must not import stacks/pulumi/up.ts',
    'stacks/manifest/build.ts must not import npm:@pulumi/pulumi',
    'stacks/manifest/build.ts must not import stacks/flux/tree.ts',
    'exports/model.ts must not import infra/sites/estate.ts',
    'exports/model.ts must not import cli/main.ts',
    'infra/unheard-of/file.ts is in no room; give its folder a line in the table',
  ])('%s', (sentence) => {
    expect(forbidden(found)).toContain(sentence);
  });

  test('the other imports are allowed', () => {
    expect(forbidden(found)).toHaveLength(10);
  });

  test('two files import each other', () => {
    expect(circles(found)).toEqual(['constructs/central/broker.ts', 'constructs/edge/gateway.ts']);
  });
});
