import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, pause } from '../../support/wait';
import { ApiError } from './api';
import { startArtifactServer } from './artifact-server';
import type { ControlPlane } from './control-plane';
import { gitIn } from './git';
import { type GitRepository, reconcileSource } from './source-controller';

/** What to pull, and where its Git server stands. */
export interface GitSourceOptions {
  readonly controlPlane: ControlPlane;
  /** Folder that becomes the person's clone: what is committed in it is pushed. It must hold the first commit's files. */
  readonly folder: string;
  /** Branch that the person pushes. @default "main" */
  readonly branch?: string;
  /** Flux's namespace. @default "flux-system" */
  readonly namespace?: string;
  /** Milliseconds between two looks at the branch; a GitRepository's own interval is minutes. @default 300 */
  readonly everyMs?: number;
}

/** A Git repository, the person who pushes to it, and a stand-in for source-controller that pulls from it. */
export interface GitSource {
  /** Runs git in the person's clone; returns what it prints. */
  git(...args: string[]): Promise<string>;
  /**
   * Commits all that changed in the folder and pushes it.
   *
   * @returns the revision, as source-controller writes it: `main@sha1:…`
   */
  push(message: string): Promise<string>;
  /** Pushes a commit that undoes the last one. */
  revert(): Promise<void>;
  /** Pushes what the clone has, even where the branch has another history. */
  pushByForce(): Promise<void>;
  /** Revision of the person's last commit, pushed or not. */
  revision(): Promise<string>;
  /** Waits until the cluster has an artifact of a revision. */
  waitForArtifact(revision: string): Promise<void>;
  /** Cuts the link from the cluster to the Git server, and waits until the GitRepository says so. The person still reaches the server. */
  cut(): Promise<void>;
  /** Waits until the GitRepository says that nothing can be fetched. */
  isCut(): Promise<void>;
  /** Mends the link. */
  mend(): Promise<void>;
  /** Loses what was fetched, as a restart of source-controller does whose storage is an emptyDir. */
  restart(): Promise<void>;
  /** Stops it; throws when the API server refused it what it does. */
  stop(): Promise<void>;
}

/**
 * Makes a bare repository, pushes the folder to it, and starts to play source-controller for every GitRepository of Flux's namespace, whose
 * addresses are led to the bare repository. It looks at the branch all the time and not at the interval.
 */
export async function startGitSource(options: GitSourceOptions): Promise<GitSource> {
  const { controlPlane, folder, branch = 'main', namespace = 'flux-system', everyMs = 300 } = options;
  const { api, workDir } = controlPlane;
  const server = join(workDir, 'git', 'server.git');
  const link = join(workDir, 'git', 'link.git');
  const cache = join(workDir, 'git', 'fetched.git');
  await mkdir(join(workDir, 'git'), { recursive: true });
  await gitIn(workDir, 'init', '--quiet', '--bare', '--initial-branch', branch, server);
  await gitIn(workDir, 'init', '--quiet', '--bare', cache);
  await symlink(server, link);
  await gitIn(folder, 'init', '--quiet', '--initial-branch', branch);
  await gitIn(folder, 'remote', 'add', 'origin', server);

  const revision = async (): Promise<string> => `${branch}@sha1:${await gitIn(folder, 'rev-parse', 'HEAD')}`;
  const push = async (message: string): Promise<string> => {
    await gitIn(folder, 'add', '--all');
    await gitIn(folder, 'commit', '--quiet', '--message', message);
    await gitIn(folder, 'push', '--quiet', 'origin', branch);
    return await revision();
  };
  await push('first');

  const artifacts = await startArtifactServer();
  const base = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`;
  const list = async (): Promise<GitRepository[]> => (await api.get<{ items: GitRepository[] }>(base)).items;
  const fetcher = { api, namespace, link, cache, publish: artifacts.publish };

  const isCut = (): Promise<void> =>
    eventually('the GitRepository to say that nothing can be fetched', 30_000, async () => {
      for (const { status } of await list()) {
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        if (ready?.reason !== 'GitOperationFailed') throw new Error(`it says ${ready?.reason}`);
      }
    });

  let running = true;
  let failure: Error | undefined;
  let round = Promise.resolve();
  const lookOnce = async (): Promise<void> => {
    for (const repository of await list()) {
      await reconcileSource(fetcher, `${base}/${repository.metadata.name}`, repository);
    }
  };
  const finished = (async () => {
    while (running) {
      // An object that changed or went meanwhile is looked at again in the next round.
      round = lookOnce().then(
        () => {
          failure = undefined;
        },
        (error: Error) => {
          failure = error;
        },
      );
      await round;
      await pause(everyMs);
    }
  })();

  return {
    git: (...args) => gitIn(folder, ...args),
    push,
    async revert() {
      await gitIn(folder, 'revert', '--no-edit', 'HEAD');
      await gitIn(folder, 'push', '--quiet', 'origin', branch);
    },
    async pushByForce() {
      await gitIn(folder, 'push', '--quiet', '--force', 'origin', branch);
    },
    revision,
    waitForArtifact: (wanted) =>
      eventually(`an artifact of ${wanted}`, 30_000, async () => {
        for (const { status } of await list()) {
          if (status?.artifact?.revision !== wanted) throw new Error(`there is one of ${status?.artifact?.revision}`);
        }
      }),
    async cut() {
      await rm(link);
      await isCut();
    },
    isCut,
    mend: () => symlink(server, link),
    async restart() {
      await round;
      artifacts.clear();
      for (const { metadata } of await list())
        await api.patch(`${base}/${metadata.name}/status`, { status: { artifact: null, conditions: [] } });
    },
    async stop() {
      running = false;
      await finished;
      await artifacts.stop();
      if (failure && !(failure instanceof ApiError && [404, 409].includes(failure.status))) throw failure;
    },
  };
}
