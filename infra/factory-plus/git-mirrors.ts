import type { CentralCluster } from '../model/central-cluster';
import type { GitMirror } from '../model/git-mirror';
import { factoryPlusUuid } from './uuid';

/** Application of the ConfigDB that says what a repository of the Git server is (ACS 6.8.1). */
export const GIT_REPOSITORY_APPLICATION = '38d62a93-b6b4-4f63-bad4-d433e3eaff29';

/** Class of repositories of the Git server (ACS 6.8.1). */
export const GIT_REPOSITORY_CLASS = 'd25f2afc-1ab8-4d27-b51b-d02314624e3e';

/** What the Git server brings to a branch, and from where. */
export interface GitPull {
  readonly url: string;
  /** Branch there. */
  readonly ref: string;
  /** A duration, such as `1h`. */
  readonly interval: string;
  /** Branch that moves along while nobody pushed to it. */
  readonly merge?: string;
  /** The file with the login. It is there even without one: acs-git 6.8.1 ends when it is not. */
  readonly auth: { readonly secretRef?: string };
}

/** A repository of the Git server that is a copy, as an object of the ConfigDB and its entry. */
export interface GitMirrorRepository {
  /** Id of its object, of class {@link GIT_REPOSITORY_CLASS}. */
  readonly uuid: string;
  /** Name for people. */
  readonly name: string;
  /** Its entry under {@link GIT_REPOSITORY_APPLICATION}. */
  readonly entry: { readonly path: string; readonly pull: Readonly<Record<string, GitPull>> };
}

/** The mirrors of a centre, ordered by name. The Git server finds them in the ConfigDB, and begins or ends to copy when they change there. */
export function gitMirrors({ contract, git }: Pick<CentralCluster, 'contract' | 'git'>): GitMirrorRepository[] {
  return Object.entries(git.mirrors)
    .map(([name, mirror]) => ({
      uuid: factoryPlusUuid(contract.realm, 'git-mirror', name),
      name: `Mirror ${name}`,
      entry: { path: `mirrors/${name}`, pull: pulls(name, mirror) },
    }))
    .sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
}

function pulls(name: string, { url, branches, every, login }: GitMirror): Record<string, GitPull> {
  return Object.fromEntries(
    Object.entries(branches)
      .map(([branch, { from = branch, forwards }]): [string, GitPull] => [
        branch,
        {
          url,
          ref: from,
          interval: every,
          ...(forwards === undefined ? {} : { merge: forwards }),
          auth: login ? { secretRef: name } : {},
        },
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The Secret with the login of a mirror: one key of the mirror's name, whose text is `USER:PASSWORD`, or JSON with `username` and `password`. */
export const mirrorSecret = (name: string) => `git-mirror-${name}`;

/** Names of the mirrors that have a login, in order. */
export function mirrorsWithLogin({ git }: Pick<CentralCluster, 'git'>): string[] {
  return Object.entries(git.mirrors)
    .flatMap(([name, { login }]) => (login ? [name] : []))
    .sort();
}
