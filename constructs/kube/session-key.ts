import type { k8s } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { SESSION_KEY } from '../../infra/model/central-services';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { requireSecret } from './requirements';

/** States that a program needs a Secret whose password is the secret part of its client identifiers at the central broker. */
export function requireSessionKey(
  scope: IConstruct,
  { namespace, name, purpose }: { readonly namespace: string; readonly name: string; readonly purpose: string },
): void {
  requireSecret(scope, {
    namespace,
    name,
    type: 'Opaque',
    keys: LOGIN_KEYS,
    content: { kind: 'password', username: 'session', purpose },
  });
}

/** The environment variable {@link SESSION_KEY}, from such a Secret. */
export function sessionKey(secret: string): k8s.EnvVar {
  return { name: SESSION_KEY, valueFrom: { secretKeyRef: { name: secret, key: 'password' } } };
}
