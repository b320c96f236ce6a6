import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder, readable by its owner only, since test keys and tokens go there. */
export interface WorkDir {
  readonly path: string;
  /** Removes it, unless MILLWRIGHT_KEEP is set: then the programs' logs stay for inspection. */
  remove(): Promise<void>;
}

/** Makes an empty temporary folder. */
export async function makeWorkDir(): Promise<WorkDir> {
  const path = await mkdtemp(join(tmpdir(), 'millwright-cluster-'));
  return {
    path,
    async remove() {
      if (process.env.MILLWRIGHT_KEEP) console.log(`kept ${path}`);
      else await rm(path, { recursive: true, force: true });
    },
  };
}
