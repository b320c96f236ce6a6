import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plant } from '../../../infra/model/plant';
import { plantManifests } from '../../../stacks/manifest/build';
import { type FileSource, objectOf } from './files';

const MAIN = join(__dirname, '..', '..', 'support', 'jobs');
/** Loads TypeScript; by its path, because the programs run in other folders. */
const LOADER = `file://${join(dirname(require.resolve('tsx/package.json')), 'dist', 'loader.mjs')}`;

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Template {
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
  }[];
}

/** What {@link referenceProgram} takes. */
export interface ReferenceOptions {
  readonly plant: Plant;
  /** The rendered Deployment whose image the program stands in for. */
  readonly namespace: string;
  readonly name: string;
  readonly files: FileSource;
  /** Below it its mounted files are written. */
  readonly folder: string;
  /** Variables beside those of the pod. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Program and arguments of the reference agent or orchestrator, told and given what the rendered pod would be. */
export function referenceProgram(program: 'agent' | 'orchestrator', options: ReferenceOptions): [program: string, args: string[]] {
  const { plant, namespace, name, files, more = {} } = options;
  const folder = join(options.folder, 'reference', namespace, name);
  const deployment = objectOf(plantManifests(plant), 'Deployment', namespace, name);
  const { containers, volumes } = (deployment.spec as { template: { spec: Template } }).template.spec;
  const [container] = containers;
  for (const { name: volumeName, mountPath } of container.volumeMounts) {
    const volume = volumes.find((candidate) => candidate.name === volumeName);
    const content = volume?.configMap
      ? files('configMap', namespace, volume.configMap.name)
      : volume?.secret
        ? files('secret', namespace, volume.secret.secretName)
        : {};
    mkdirSync(join(folder, mountPath), { recursive: true });
    for (const [file, text] of Object.entries(content)) writeFileSync(join(folder, mountPath, file), text);
  }
  const env = Object.fromEntries(
    container.env.map((variable) => [variable.name, variable.value.startsWith('/run/') ? join(folder, variable.value) : variable.value]),
  );
  const variables = Object.entries({ ...env, ...more }).map(([key, value]) => `${key}=${value}`);
  return ['/usr/bin/env', [...variables, process.execPath, '--import', LOADER, join(MAIN, `${program}-main.ts`)]];
}

/** Program and arguments of the stand-in for a controller. */
export function controllerProgram(port: number, jobMs: number): [program: string, args: string[]] {
  return ['/usr/bin/env', [process.execPath, '--import', LOADER, join(MAIN, 'plc-main.ts'), `${port}`, `${jobMs}`]];
}
