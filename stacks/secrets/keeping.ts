import { areSealed, type EdgeSecrets } from '../../infra/model/delivery';
import type { Keeping } from './encryption';
import { sealedKeeping } from './sealed-keeping';
import { sopsKeeping } from './sops-keeping';

/** The way in which a cluster's Secrets are kept in its tree. */
export function keepingOf(secrets: EdgeSecrets): Keeping {
  return areSealed(secrets) ? sealedKeeping(secrets.sealedWith) : sopsKeeping([secrets.clusterKey, ...secrets.ownerKeys]);
}
