import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { FluxDefinitions } from '../../../constructs/kube/flux/flux-definitions';
import { KUSTOMIZE_CONTROLLER_ARGUMENTS } from '../../../infra/flux/arguments';
import { processGroup, stoppedOnFailure } from '../../support/process-group';
import type { Api, KubernetesObject } from './api';
import type { ArtifactServer } from './artifact-server';
import { startArtifactServer } from './artifact-server';
import type { ControlPlane } from './control-plane';
import { answersOk } from './health';
import type { Kustomizations } from './kustomizations';
import { kustomizationsIn } from './kustomizations';
import { freePort } from './ports';
import { packFolder } from './tarball';

/** What to start. */
export interface FluxOptions {
  readonly controlPlane: ControlPlane;
  /** Flux's namespace; made when it is missing. @default "flux-system" */
  readonly namespace?: string;
}

/** For whom a folder is delivered. */
export interface Delivery {
  readonly gitRepositoryName: string;
  /** @default - Flux's namespace */
  readonly namespace?: string;
  /** As source-controller writes it. @default "main@sha1:…" of the folder's content */
  readonly revision?: string;
}

/** Flux's real kustomize-controller and a stand-in for its source-controller. */
export interface Flux extends Kustomizations {
  /**
   * Does what source-controller does after fetching a commit: serves the folder and tells the GitRepository.
   *
   * The GitRepository must exist. Its URL, credentials and `.sourceignore` are not looked at: every file is packed.
   *
   * @returns the revision
   */
  deliver(folder: string, delivery: Delivery): Promise<string>;
  stop(): Promise<void>;
}

/** Installs Flux's definitions as a tree has them, starts the controller as a tree does, and waits until it works. */
export async function startFlux({ controlPlane, namespace = 'flux-system' }: FluxOptions): Promise<Flux> {
  const { api, kubectl, programs, workDir, kubeconfig } = controlPlane;
  const definitions = fluxDefinitions();
  // With a label, so that the API server keeps a record of who wrote what: without one, Flux puts that right when it applies it a second time.
  const metadata = { name: namespace, labels: { 'pod-security.kubernetes.io/warn': 'restricted' } };
  await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata }, ...definitions);
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names]);

  const group = processGroup(workDir);
  return await stoppedOnFailure(group, async () => {
    const health = `127.0.0.1:${await freePort()}`;
    const temporary = join(workDir, 'kustomize-controller');
    await mkdir(temporary, { recursive: true });
    const controller = group.start({
      name: 'kustomize-controller',
      program: programs.path('kustomize-controller'),
      env: { RUNTIME_NAMESPACE: namespace, KUBECONFIG: kubeconfig, TMPDIR: temporary },
      args: [
        ...KUSTOMIZE_CONTROLLER_ARGUMENTS,
        '--enable-leader-election=false',
        `--health-addr=${health}`,
        `--metrics-addr=127.0.0.1:${await freePort()}`,
        // Its default looks at an unmet dependsOn every 30 s, which only makes a test slow.
        '--requeue-dependency=1s',
      ],
    });
    await controller.ready(() => answersOk(`http://${health}/readyz`));
    const artifacts = await startArtifactServer();
    return {
      ...kustomizationsIn(api, namespace),
      deliver: (folder, delivery) => deliver(api, artifacts, folder, { namespace, ...delivery }),
      async stop() {
        await group.stop();
        await artifacts.stop();
      },
    };
  });
}

/** The definitions of Flux's custom resources, as a tree has them. */
export function fluxDefinitions(): KubernetesObject[] {
  const chart = new Chart(new App(), 'flux');
  new FluxDefinitions(chart, 'definitions', { helmReleases: true });
  return chart.toJson() as KubernetesObject[];
}

async function deliver(
  api: Api,
  artifacts: ArtifactServer,
  folder: string,
  { namespace, gitRepositoryName, revision: given }: Delivery,
): Promise<string> {
  const content = await packFolder(folder);
  const digest = createHash('sha256').update(content).digest('hex');
  const revision = given ?? `main@sha1:${digest.slice(0, 40)}`;
  const path = `gitrepository/${namespace}/${gitRepositoryName}/${digest}.tar.gz`;
  const url = artifacts.publish(path, content);

  const repositoryPath = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories/${gitRepositoryName}`;
  const { metadata } = await api.get<KubernetesObject>(repositoryPath);
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const condition = (type: string): object => ({
    type,
    status: 'True',
    reason: 'Succeeded',
    message: `stored artifact for revision '${revision}'`,
    lastTransitionTime: now,
    observedGeneration: metadata.generation,
  });
  await api.patch(`${repositoryPath}/status`, {
    status: {
      observedGeneration: metadata.generation,
      artifact: { url, path, revision, digest: `sha256:${digest}`, size: content.length, lastUpdateTime: now },
      conditions: [condition('Ready'), condition('ArtifactInStorage')],
    },
  });
  return revision;
}
