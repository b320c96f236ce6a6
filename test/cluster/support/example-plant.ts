import { readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RenderedCluster, renderCluster } from '../../../cli/commands/synth';
import { run } from '../../../cli/program';
import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { liesInTree, type SecretRequirement } from '../../../infra/model/secret-requirement';
import example from '../../../infra/sites/estate';
import { plantManifests } from '../../../stacks/manifest/build';
import { takesLogin } from '../../../stacks/secrets/fill';
import type { AgeKey } from './sops';

/** The example estate with keys of whom the test has the private halves, changed as a test wants it. */
export function exampleWith(clusterKey: string, ownerKey: string, change: (leeds: LeedsData) => void = () => {}): unknown {
  const estate = structuredClone(example) as unknown as { plants: { leeds: LeedsData } };
  estate.plants.leeds.secrets = { clusterKey, ownerKeys: [ownerKey] };
  change(estate.plants.leeds);
  return estate;
}

/** The parts of the example plant that tests change. */
export interface LeedsData {
  secrets: { clusterKey: string; ownerKeys: string[] };
  machines: Record<string, { type: string; address: string; runsOn?: string; formerNames?: string[] }>;
}

/** The one plant of an estate; throws with the problems when there is none. */
export function onlyPlant(estate: unknown): Plant {
  const { plants, problems } = checkEstate(estate);
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems, null, 2));
  return plant;
}

/** The rendered plant, and what it was rendered from. */
export type RenderedExample = RenderedCluster & { readonly plant: Plant };

/** A tree of the example plant on disk, made by the commands that a user runs. */
export interface TreeOnDisk {
  /** The cluster's folder: what its Git repository holds. */
  readonly folder: string;
  /** Renders another state of the plant into the same tree. */
  synth(change?: (leeds: LeedsData) => void): Promise<RenderedExample>;
  /** Fills the Secrets that the plant needs and the tree does not have yet. */
  fillSecrets(): Promise<void>;
}

/** Makes the example's tree in a folder, with encrypted Secrets, as `millwright synth` and `millwright secrets` do. */
export async function treeOnDisk(folder: string, keys: { cluster: AgeKey; owner: AgeKey }, sops: string): Promise<TreeOnDisk> {
  const commands = commandsIn(folder);
  return {
    folder: join(commands.out, 'leeds'),
    async synth(change) {
      await writeFile(commands.estateFile, JSON.stringify(exampleWith(keys.cluster.recipient, keys.owner.recipient, change)));
      await commands.millwright('synth');
      const plant = onlyPlant(JSON.parse(readFileSync(commands.estateFile, 'utf8')));
      return { ...renderCluster({ is: 'plant', cluster: plant }), plant };
    },
    async fillSecrets() {
      const { secrets } = plantManifests(onlyPlant(JSON.parse(readFileSync(commands.estateFile, 'utf8'))));
      await commands.fillSecrets('leeds', secrets, keys.owner, sops);
    },
  };
}

/** The commands that a user runs, on an estate file and a tree in a folder. */
export interface Commands {
  readonly estateFile: string;
  readonly out: string;
  millwright(...args: string[]): Promise<void>;
  /** Makes a cluster's Secrets; every login that somebody must give is the same. */
  fillSecrets(cluster: string, secrets: readonly SecretRequirement[], owner: AgeKey, sops: string): Promise<void>;
}

/** The commands, with their files in a folder. */
export function commandsIn(folder: string): Commands {
  const estateFile = join(folder, 'estate.json');
  const out = join(folder, 'tree');
  const millwright = async (...args: string[]) => {
    const said: string[] = [];
    const terminal = { out: (line: string) => said.push(line), say: (line: string) => said.push(line), progress: () => {} };
    const code = await run([...args, '--estate', estateFile, '--out', out], terminal);
    if (code !== 0) throw new Error(`millwright ${args.join(' ')} exited with ${code}:\n${said.join('\n')}`);
  };
  return {
    estateFile,
    out,
    millwright,
    async fillSecrets(cluster, secrets, owner, sops) {
      const given = join(folder, 'given.yaml');
      const keyFile = join(folder, 'owner.txt');
      await writeFile(keyFile, `${owner.identity}\n`, { mode: 0o600 });
      const login = { username: 'leeds', password: 'a test, and nothing else' };
      const asked = secrets.filter((secret) => liesInTree(secret) && takesLogin(secret));
      await writeFile(given, JSON.stringify(Object.fromEntries(asked.map(({ namespace, name }) => [`${namespace}/${name}`, login]))), {
        mode: 0o600,
      });
      process.env.SOPS_AGE_KEY_FILE = keyFile;
      try {
        await millwright('secrets', cluster, '--given', given, '--sops', sops);
      } finally {
        delete process.env.SOPS_AGE_KEY_FILE;
        rmSync(given);
        rmSync(keyFile);
      }
    },
  };
}
