import { createHash } from 'node:crypto';
import type { Api, Condition, KubernetesObject } from './api';
import { gitIn, packCommit } from './git';

/** A GitRepository of Flux, as far as the stand-in looks into one. */
export interface GitRepository extends KubernetesObject {
  readonly spec: {
    readonly url: string;
    readonly ref?: { readonly branch?: string };
    readonly secretRef?: { readonly name: string };
    readonly suspend?: boolean;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly lastHandledReconcileAt?: string;
    readonly conditions?: readonly Condition[];
    readonly artifact?: { readonly revision: string };
  };
}

/** Why nothing was fetched, with the reason that source-controller gives. */
class FetchFailed extends Error {
  constructor(
    readonly reason: 'AuthenticationFailed' | 'GitOperationFailed',
    message: string,
  ) {
    super(message);
  }
}

const requestedAt = 'reconcile.fluxcd.io/requestedAt';

/** With what to fetch. */
export interface Fetcher {
  readonly api: Api;
  readonly namespace: string;
  /** Where the address of the GitRepository leads to; not there while the link is down. */
  readonly link: string;
  /** A bare repository for what was fetched. */
  readonly cache: string;
  /** Keeps an artifact and returns its address. */
  publish(path: string, content: Buffer): string;
}

/**
 * Does what source-controller 1.7 does when it looks at a GitRepository: fetches the branch, serves it, and writes the status when there is
 * something new to say. One that is suspended is left alone.
 *
 * It fetches with the real git from the address that the GitRepository states, which is led to another place. Reasons, conditions and
 * messages are those of the real one (its internal/controller/gitrepository_controller.go). Other than that one, it only asks whether the
 * Secret is there, knows no `.sourceignore` and nothing but branches.
 */
export async function reconcileSource(fetcher: Fetcher, path: string, repository: GitRepository): Promise<void> {
  const { metadata, status = {} } = repository;
  if (repository.spec.suspend) return;
  const found = await fetchBranch(fetcher, repository).catch((error) => {
    if (error instanceof FetchFailed) return error;
    throw error;
  });
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const asked = metadata.annotations?.[requestedAt];
  const told = status.observedGeneration === metadata.generation && (asked === undefined || asked === status.lastHandledReconcileAt);
  const handled = { observedGeneration: metadata.generation, ...(asked === undefined ? {} : { lastHandledReconcileAt: asked }) };
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const condition = (type: string, is: boolean, reason: string, message: string) => ({
    type,
    status: is ? 'True' : 'False',
    reason,
    message,
    lastTransitionTime: now,
    observedGeneration: metadata.generation,
  });

  if (found instanceof FetchFailed) {
    if (told && ready?.status === 'False' && ready.reason === found.reason) return;
    const kept = (status.conditions ?? []).filter(({ type }) => type === 'ArtifactInStorage');
    const failed = [
      condition('Ready', false, found.reason, found.message),
      condition('FetchFailed', true, found.reason, found.message),
      ...kept,
    ];
    // What was fetched last stays.
    await fetcher.api.patch(`${path}/status`, { status: { ...handled, conditions: failed } });
    return;
  }
  const { revision, commit } = found;
  if (told && ready?.status === 'True' && status.artifact?.revision === revision) return;
  const message = `stored artifact for revision '${revision}'`;
  await fetcher.api.patch(`${path}/status`, {
    status: {
      ...handled,
      ...(status.artifact?.revision === revision
        ? {}
        : { artifact: { ...(await artifactOf(fetcher, metadata.name, commit)), revision, lastUpdateTime: now } }),
      conditions: [condition('Ready', true, 'Succeeded', message), condition('ArtifactInStorage', true, 'Succeeded', message)],
    },
  });
}

async function fetchBranch(
  { api, namespace, link, cache }: Fetcher,
  { spec }: GitRepository,
): Promise<{ revision: string; commit: string }> {
  if (spec.secretRef) {
    const { name } = spec.secretRef;
    await api.get(`/api/v1/namespaces/${namespace}/secrets/${name}`).catch((error: Error) => {
      throw new FetchFailed('AuthenticationFailed', `failed to get secret '${namespace}/${name}': ${error.message}`);
    });
  }
  const branch = spec.ref?.branch ?? 'master';
  const led = ['-c', `url.file://${link}.insteadOf=${spec.url}`, '-c', 'protocol.allow=never', '-c', 'protocol.file.allow=always'];
  try {
    const said = await gitIn(cache, ...led, 'ls-remote', '--exit-code', spec.url, `refs/heads/${branch}`);
    const commit = said.split('\t')[0] ?? '';
    await gitIn(cache, 'cat-file', '-e', `${commit}^{tree}`).catch(() =>
      gitIn(cache, ...led, 'fetch', '--quiet', '--depth=1', spec.url, `+refs/heads/${branch}:refs/heads/${branch}`),
    );
    return { revision: `${branch}@sha1:${commit}`, commit };
  } catch (error) {
    throw new FetchFailed('GitOperationFailed', `failed to checkout and determine revision: ${(error as Error).message}`);
  }
}

/** Packs a commit and serves it. */
async function artifactOf({ namespace, cache, publish }: Fetcher, name: string, commit: string): Promise<object> {
  const content = await packCommit(cache, commit);
  const path = `gitrepository/${namespace}/${name}/${commit}.tar.gz`;
  const digest = createHash('sha256').update(content).digest('hex');
  return { url: publish(path, content), path, digest: `sha256:${digest}`, size: content.length };
}
