import { centralGit } from '../model/central-git';
import type { Contract } from '../model/contract';
import type { Repository } from '../model/delivery';
import type { FluxSettings } from '../model/flux';

/** Where Flux pulls a cluster's tree from. */
export interface GitServer {
  /** Networks in CIDR notation, ordered. */
  readonly networks: readonly string[];
  /** 1–65535 */
  readonly port: number;
  /** Whether nobody says where it is, so that every address may be it. */
  readonly anywhere: boolean;
}

/** The part of a cluster that tells where its repository is. */
export interface PullingCluster {
  readonly repository: Repository & { readonly url: string };
  readonly contract: Pick<Contract, 'addresses' | 'git'>;
  readonly flux: FluxSettings;
}

/** Every address, of both families. */
const ANYWHERE = ['0.0.0.0/0', '::/0'];

/** Ports of the schemes that a repository's address may have. */
const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'ssh:': 22 };

/**
 * Where Flux pulls from: `flux.gitAddresses`; else the centre's addresses, where the repository's address names the host of its Git server;
 * else anywhere, since network policies know addresses and not names.
 */
export function gitServer({ repository, contract, flux }: PullingCluster): GitServer {
  const url = new URL(repository.url);
  const port = url.port === '' ? (PORTS[url.protocol] ?? 443) : Number(url.port);
  if (flux.gitAddresses) return { networks: [...flux.gitAddresses].sort(), port, anywhere: false };
  if (centralGit({ repository, contract }).namesHost) return { networks: [...contract.addresses].sort(), port, anywhere: false };
  return { networks: ANYWHERE, port, anywhere: true };
}
