import { Construct } from 'constructs';
import { type KerberosAccount, KubeKerberosKey } from '../imports/factory-plus';
import { type ObjectLabels, objectLabels } from './labels';
import { requireSecret } from './requirements';

/** What {@link KerberosKey} takes. */
export interface KerberosKeyProps {
  readonly namespace: string;
  /** Name of the object. */
  readonly name: string;
  readonly labels: ObjectLabels;
  readonly type: 'Random' | 'Password';
  /** Principal with its realm. */
  readonly principal: string;
  /** Further names of a server; only of type Random. @default - none */
  readonly additionalPrincipals?: readonly string[];
  /** Secret that the operator makes, and the keys that it has in all: one operator's key each. */
  readonly secret: { readonly name: string; readonly key: string; readonly keys: readonly string[] };
  /** @default - none, as for servers and for accounts that `service-setup` makes */
  readonly account?: KerberosAccount;
}

/** A principal in the KDC and its key in a Secret, both made by the Kerberos keys operator: nobody ever sees the key. */
export class KerberosKey extends Construct {
  constructor(scope: Construct, id: string, props: KerberosKeyProps) {
    super(scope, id);
    const { namespace, name, secret, principal } = props;
    new KubeKerberosKey(this, 'key', {
      metadata: { name, namespace, labels: objectLabels(props.labels) },
      spec: {
        type: props.type,
        principal,
        ...(props.additionalPrincipals ? { additionalPrincipals: [...props.additionalPrincipals] } : {}),
        secret: `${secret.name}/${secret.key}`,
        ...(props.account ? { account: props.account } : {}),
      },
    });
    requireSecret(this, {
      namespace,
      name: secret.name,
      type: 'Opaque',
      keys: [...secret.keys].sort(),
      source: 'kerberosKey',
      content: { kind: 'other', purpose: 'keys of principals, made by the Kerberos keys operator' },
    });
  }
}
