/**
 * Builds the real programs that the cluster tests run, once, into a cache folder.
 *
 * Alone: `node --import tsx test/cluster/programs/build.ts` prints what was built and where.
 */
import { join } from 'node:path';
import { buildGoModule } from '../../support/go-programs';
import { programModules } from './catalogue';

/** Where the built programs lie. */
export interface Programs {
  /** Absolute path of a program. Throws when nothing in the catalogue is called so. */
  path(name: string): string;
  /** Folders of CRD YAML: Flux's kustomize-controller, then its source-controller. */
  readonly crdFolders: readonly string[];
}

/**
 * Builds what is missing and returns where everything is; takes no time when nothing changed.
 *
 * @param log is told one line for each step that takes time
 * @throws when Go is missing or a build fails; the cluster tests fail then, they are never skipped
 */
export async function buildPrograms(log: (line: string) => void): Promise<Programs> {
  const paths = new Map<string, string>();
  const crdFolders: string[] = [];
  // One after another: each build already uses every core, and the Kubernetes ones need gigabytes.
  for (const module of programModules) {
    const folder = await buildGoModule(module, log);
    for (const name of Object.keys(module.packages)) paths.set(name, join(folder, name));
    if (module.copies?.crds) crdFolders.push(join(folder, 'crds'));
  }
  return {
    crdFolders,
    path(name) {
      const path = paths.get(name);
      if (!path) throw new Error(`no program is called ${name}; there are ${[...paths.keys()].join(', ')}`);
      return path;
    },
  };
}

if (process.argv[1] === __filename) {
  buildPrograms(console.log).then(
    (programs) => {
      for (const { packages } of programModules) for (const name of Object.keys(packages)) console.log(programs.path(name));
      for (const folder of programs.crdFolders) console.log(folder);
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
