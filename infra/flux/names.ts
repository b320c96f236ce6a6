/** Namespace of Flux and of the objects that drive it. */
export const FLUX_NAMESPACE = 'flux-system';

/** Component that is Flux itself, and its Kustomization: not the name that `flux bootstrap` gives its own, whose objects would be pruned. */
export const FLUX_COMPONENT = 'flux-controllers';

/** Secrets that exist before Flux can work: made when the cluster is bootstrapped, never in Git. */
export const BOOTSTRAP_SECRETS = {
  /** Private age key of the cluster: key `age.agekey`. */
  decryption: 'sops-age',
  /** Credentials of the Git repository: keys `username` and `password`. */
  git: 'git-credentials',
} as const;

/**
 * The two programs of Flux that run, by the names of upstream's objects, so that an installation by other means is taken over rather than
 * doubled; and the ports that they listen on (fluxcd/source-controller 1.7.4 and fluxcd/kustomize-controller 1.7.3, config/manager).
 */
export const FLUX_PROGRAMS = {
  source: { name: 'source-controller', artifactsPort: 9090, servicePort: 80 },
  kustomize: { name: 'kustomize-controller', healthPort: 9440 },
} as const;
