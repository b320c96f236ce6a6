import { centralGit } from '../model/central-git';
import type { Contract } from '../model/contract';
import type { Repository } from '../model/delivery';
import { type EdgeCluster, isUnderFactoryPlus } from '../model/edge-cluster';
import { factoryPlusUuid } from './uuid';

/** A repository of the centre's Git server, as the address that Flux pulls from names it. */
export interface CentralRepository {
  /** Id of its object. */
  readonly uuid: string;
  /** GROUP/NAME, which the Git server finds it by. @default - the address names the id: whoever made the object says its path */
  readonly path?: string;
}

/**
 * The repository that a cluster is delivered from, when the centre's Git server has it; undefined when another server does. acs-git 6.8.1
 * serves `/git/GROUP/NAME` and `/uuid/UUID`, and nothing deeper. Clusters with one repository have one object.
 */
export function centralRepository(cluster: {
  readonly contract: Contract;
  readonly repository: Repository & { readonly url: string };
}): CentralRepository | undefined {
  const { path: pathname = '' } = centralGit(cluster);
  const [, uuid] = /^\/uuid\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/.exec(pathname) ?? [];
  if (uuid !== undefined) return { uuid };
  const [, path] = /^\/git\/([^/]+\/[^/]+)\/?$/.exec(pathname) ?? [];
  return path === undefined ? undefined : { uuid: factoryPlusUuid(cluster.contract.realm, 'git-repository', path), path };
}

/**
 * Whether Flux of a cluster logs in at the Git server of the centre as a principal of the cluster's own. Where the cluster is not under
 * Factory+, or its repository is elsewhere, the login is somebody else's.
 */
export function pullsAsPrincipal(cluster: EdgeCluster): boolean {
  return isUnderFactoryPlus(cluster) && cluster.delivery === 'flux' && centralRepository(cluster) !== undefined;
}
