import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeNode } from '../../../infra/placement/kube-node';
import { bootstrapFiles } from '../../../stacks/bootstrap/files';
import { FLUX_NAMESPACE } from '../../../stacks/flux/wiring';
import { plantManifests } from '../../../stacks/manifest/build';
import { eventually } from '../../support/wait';
import type { Programs } from '../programs/build';
import type { Condition, KubernetesObject } from './api';
import { bootstrapSecrets, storageClass } from './before-git';
import { type ControlPlane, startControlPlane } from './control-plane';
import { commandsIn, onlyPlant } from './example-plant';
import { type Flux, startFlux } from './flux';
import { type GitSource, startGitSource } from './git-source';
import { startKwok } from './kwok-nodes';
import { type AgeKey, makeAgeKey } from './sops';
import { startVolumeProvisioner } from './volumes';

/** What to deliver. */
export interface DeliveredPlantOptions {
  readonly programs: Programs;
  readonly workDir: string;
  /** Data of an estate with one plant, whose secrets are for these keys. */
  readonly estate: (keys: { cluster: string; owner: string }) => unknown;
}

/** A plant whose cluster Flux's real kustomize-controller keeps as a real Git repository says. */
export interface DeliveredPlant {
  readonly controlPlane: ControlPlane;
  /** The estate's data as it was first rendered. */
  readonly estate: unknown;
  readonly flux: Flux;
  readonly git: GitSource;
  /** The plant's folder of the tree, which is the person's clone. */
  readonly folder: string;
  /** Renders another state of the estate into the clone; nothing is committed. */
  synth(estate: unknown): Promise<void>;
  /** Makes the Secrets that the tree does not have yet. */
  fillSecrets(): Promise<void>;
  /** Names of the Kustomizations that there are. */
  kustomizations(): Promise<string[]>;
  /** Waits until the wiring and Kustomizations, all unless some are named, have applied the last commit pushed, and what left the wiring is gone. */
  settled(names?: readonly string[]): Promise<void>;
  /** Waits until a Kustomization failed at the last commit pushed; returns what it says. */
  failed(name: string): Promise<string>;
  stop(): Promise<void>;
}

interface FailingKustomization extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly Condition[]; readonly lastAttemptedRevision?: string };
}

/** Brings a bare cluster under Flux with what `millwright bootstrap` applies, and waits until everything in the tree is applied. */
export async function deliverPlant({ programs, workDir, estate }: DeliveredPlantOptions): Promise<DeliveredPlant> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }

  async function start(): Promise<DeliveredPlant> {
    const keys: { cluster: AgeKey; owner: AgeKey } = { cluster: await makeAgeKey(programs), owner: await makeAgeKey(programs) };
    const commands = commandsIn(workDir);
    const synth = async (data: unknown): Promise<void> => {
      await writeFile(commands.estateFile, JSON.stringify(data));
      await commands.millwright('synth');
    };
    const first = estate({ cluster: keys.cluster.recipient, owner: keys.owner.recipient });
    const plant = onlyPlant(structuredClone(first));
    const folder = join(commands.out, plant.name);
    const fillSecrets = async (): Promise<void> => {
      const { secrets } = plantManifests(onlyPlant(JSON.parse(await readFile(commands.estateFile, 'utf8'))));
      await commands.fillSecrets(plant.name, secrets, keys.owner, programs.path('sops'));
    };
    await synth(first);
    await fillSecrets();

    const controlPlane = await startControlPlane({ programs, workDir });
    stops.push(() => controlPlane.stop());
    const { api, kubectl } = controlPlane;
    const kwok = await startKwok(controlPlane, plant.nodes.map(kubeNode));
    stops.push(() => kwok.stop());
    const volumes = startVolumeProvisioner(api, 'rancher.io/local-path');
    stops.push(() => volumes.stop());
    const flux = await startFlux({ controlPlane });
    stops.push(() => flux.stop());
    await controlPlane.apply(storageClass('rancher.io/local-path'), ...bootstrapSecrets(keys.cluster.identity, plant.name));
    const git = await startGitSource({ controlPlane, folder, branch: plant.repository.branch });
    stops.push(() => git.stop());
    const manifests = bootstrapFiles(plantManifests(plant), plant);
    for (const name of ['namespaces', 'flux-definitions', 'flux', 'wiring']) {
      const args = ['apply', '--server-side', '--force-conflicts', '--field-manager=kustomize-controller', '--validate=strict', '-f', '-'];
      await kubectl(args, { stdin: manifests.get(`manifests/${name}.yaml`) ?? '' });
    }

    const base = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${FLUX_NAMESPACE}/kustomizations`;
    const all = async (): Promise<KubernetesObject[]> => (await api.get<{ items: KubernetesObject[] }>(base)).items;
    const kustomizations = async (): Promise<string[]> => (await all()).map(({ metadata }) => metadata.name).sort();
    const settled = async (names?: readonly string[]): Promise<void> => {
      await git.waitForArtifact(await git.revision());
      // The wiring first: it makes the others, and takes some away.
      await flux.waitForReady('cluster', 60_000);
      await eventually('what left the wiring to be gone', 60_000, async () => {
        const going = (await all()).filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name);
        if (going.length > 0) throw new Error(`there are still ${going.join(', ')}`);
      });
      for (const name of names ?? (await kustomizations())) await flux.waitForReady(name, 180_000);
    };
    await settled();
    return {
      controlPlane,
      estate: first,
      flux,
      git,
      folder,
      synth,
      fillSecrets,
      kustomizations,
      settled,
      async failed(name) {
        const wanted = await git.revision();
        return await eventually(`Kustomization ${name} to fail at ${wanted}`, 60_000, async () => {
          const { status = {} } = await api.get<FailingKustomization>(`${base}/${name}`);
          const ready = status.conditions?.find(({ type }) => type === 'Ready');
          if (status.lastAttemptedRevision === wanted && ready?.status === 'False') return `${ready.reason}: ${ready.message}`;
          throw new Error(`at ${status.lastAttemptedRevision} it says ${ready?.status} ${ready?.reason}`);
        });
      },
      stop,
    };
  }
}
