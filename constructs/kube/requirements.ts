import type { IConstruct } from 'constructs';
import type { SecretRequirement } from '../../infra/model/secret-requirement';

const SECRET = 'millwright.secret';

/** A requirement as a construct states it; who fills it is the delivery's affair, unless it is `given` beforehand or an operator makes it. */
export type RequiredSecret = Omit<SecretRequirement, 'source'> & { readonly source?: 'given' | 'kerberosKey' | 'localSecret' };

/** States that a construct needs a Secret. Stating the same one twice is stating it once. */
export function requireSecret(scope: IConstruct, secret: RequiredSecret): void {
  scope.node.addMetadata(SECRET, secret);
}

/** The Secrets that a construct and all below it need, in the order in which they were stated. */
export function requiredSecrets(scope: IConstruct): RequiredSecret[] {
  return scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata.filter((entry) => entry.type === SECRET).map((entry) => entry.data as RequiredSecret));
}
