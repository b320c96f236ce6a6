import type { Mount } from './pod';

/**
 * Shown to a container of a pod that has a service account token but does not need it: an empty folder where the token would be. Kubernetes mounts
 * no token over what a container mounts there itself (admission plug-in ServiceAccount, 1.27 to 1.34).
 */
export const WITHOUT_TOKEN: Mount = {
  name: 'no-token',
  path: '/var/run/secrets/kubernetes.io/serviceaccount',
  from: { scratchMiB: 1 },
};
