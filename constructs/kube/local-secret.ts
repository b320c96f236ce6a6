import { Construct } from 'constructs';
import { KubeLocalSecret } from '../imports/factory-plus';
import { type ObjectLabels, objectLabels } from './labels';
import { requireSecret } from './requirements';

/** What {@link LocalSecret} takes. */
export interface LocalSecretProps {
  readonly namespace: string;
  /** Name of the object. */
  readonly name: string;
  readonly labels: ObjectLabels;
  /** Secret that the operator makes, the key that this one fills, and the keys that it has in all: one object's each. */
  readonly secret: { readonly name: string; readonly key: string; readonly keys: readonly string[] };
}

/**
 * A password that only programs of one cluster know: the Kerberos keys operator makes it by chance where the key is absent (ACS 6.8.1), and
 * nobody ever sees it.
 */
export class LocalSecret extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, secret }: LocalSecretProps) {
    super(scope, id);
    new KubeLocalSecret(this, 'secret', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: { secret: secret.name, key: secret.key, format: 'Password' },
    });
    requireSecret(this, {
      namespace,
      name: secret.name,
      type: 'Opaque',
      keys: [...secret.keys].sort(),
      source: 'localSecret',
      content: { kind: 'other', purpose: 'passwords inside the cluster, made by the Kerberos keys operator' },
    });
  }
}
