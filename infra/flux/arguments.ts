import { FLUX_NAMESPACE, FLUX_PROGRAMS } from './names';

/**
 * What source-controller is told (main.go of fluxcd/source-controller 1.7.4). It looks into its own namespace alone, where the repository
 * is. No leader is elected: one of it goes before the next comes.
 */
export const SOURCE_CONTROLLER_ARGUMENTS: readonly string[] = [
  '--watch-all-namespaces=false',
  '--log-level=info',
  '--log-encoding=json',
  '--storage-path=/data',
  `--storage-adv-addr=${FLUX_PROGRAMS.source.name}.${FLUX_NAMESPACE}.svc.cluster.local.`,
  // One repository: pulled one after the other.
  '--concurrent=1',
];

/**
 * What kustomize-controller is told (main.go of fluxcd/kustomize-controller 1.7.3). It looks into its own namespace alone, where the wiring
 * is, and applies to all. It elects a leader although there is one of it: two must not apply different trees while one replaces the other,
 * be the other upstream's.
 */
export const KUSTOMIZE_CONTROLLER_ARGUMENTS: readonly string[] = [
  '--watch-all-namespaces=false',
  '--no-cross-namespace-refs=true',
  // Whatever is applied is in the repository.
  '--no-remote-bases=true',
  '--log-level=info',
  '--log-encoding=json',
  '--enable-leader-election',
  // Half of what upstream takes, for nodes of 4 GB.
  '--concurrent=2',
];
