import type { Contract } from './contract';
import type { Repository } from './delivery';

/** A cluster as far as it says where its repository is, and which centre it belongs to. */
export interface DeliveredFrom {
  readonly contract: Pick<Contract, 'git'>;
  readonly repository: Repository & { readonly url: string };
}

/** How the address of a repository stands to the Git server of the centre. */
export interface CentralGit {
  /** Whether it names the host of that server: its networks are then known, whatever the scheme and the port. */
  readonly namesHost: boolean;
  /** The path at that very server: with its scheme and port, which need not be written where it is the usual one. @default - another server */
  readonly path?: string;
}

/** Tells how the address of a cluster's repository stands to the Git server of its centre. */
export function centralGit({ contract, repository }: DeliveredFrom): CentralGit {
  const { protocol, host, hostname, pathname } = new URL(repository.url);
  const server = new URL(contract.git.url);
  const isServer = protocol === server.protocol && host === server.host;
  return { namesHost: hostname === server.hostname, ...(isServer ? { path: pathname } : {}) };
}
