import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = (name: string) => JSON.parse(readFileSync(join(__dirname, '../..', name), 'utf8'));
const packages = file('package-lock.json').packages as Record<string, Locked>;
const manifest = file('package.json') as { dependencies: Record<string, string>; devDependencies: Record<string, string> };

// npm ci refuses a lock file from which the packages of another platform are missing, which npm writes where it could not see them.
test('the lock file names the packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]),
  );
  expect(missing).toEqual([]);
});

test('every dependency is pinned to one version, the one of the lock file', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect([name, version]).toEqual([name, packages[`node_modules/${name}`]?.version]);
  }
});

test('no package is bound to the address of a registry', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
