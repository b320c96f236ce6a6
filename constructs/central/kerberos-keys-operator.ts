import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ADMINISTRATOR, KEYS_OPERATOR } from '../../infra/kerberos/administrators';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentFacts } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import { KEYS_OPERATOR_FILES, KEYS_OPERATOR_RIGHTS, keysOperatorPod } from '../kube/keys-operator-pod';
import { objectLabels } from '../kube/labels';
import { requireSecret } from '../kube/requirements';
import { CentralWorkload } from './central-workload';
import { internalUrl } from './factory-plus-program';
import { BOOTSTRAP_SECRETS, KERBEROS_CONFIGURATION } from './identity';

/** The Secret with the password of the principal `admin`, which installs Factory+ and may do everything in it. */
export const ADMINISTRATOR_PASSWORD = { secret: 'admin-password', key: 'password' } as const;

/** The Secret with passwords that an administrator chose, which the operator reads and never writes. It need not be there. */
const PRESET_PASSWORDS = 'krb5-presets';

/**
 * The Kerberos keys operator: makes the principals that objects KerberosKey name and puts their keys into Secrets, fills LocalSecrets, and keeps the
 * accounts of principals in Factory+. Keys need the KDC alone; accounts wait until Factory+ is set up.
 *
 * Its rights end at its namespace: CRDs are there before it, so it need not watch them, and it looks into no other namespace. ACS 6.8.1 gives it
 * every Secret of the cluster.
 */
export class KerberosKeysOperator extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const name = 'krb-keys-operator';
    const namespace = CENTRAL_NAMESPACE;
    const labels = { name, component: componentFacts(name).component };
    const { realm } = central.contract;
    requireSecret(this, {
      namespace,
      name: BOOTSTRAP_SECRETS.keytabs,
      type: 'Opaque',
      keys: [KEYS_OPERATOR],
      source: 'kerberosKey',
      content: { kind: 'other', purpose: `key of ${KEYS_OPERATOR}@${realm}, made at the first start of the KDC` },
    });
    new KerberosKey(this, 'administrator', {
      namespace,
      name: ADMINISTRATOR,
      labels,
      type: 'Password',
      principal: `${ADMINISTRATOR}@${realm}`,
      secret: { name: ADMINISTRATOR_PASSWORD.secret, key: ADMINISTRATOR_PASSWORD.key, keys: [ADMINISTRATOR_PASSWORD.key] },
      // HumanUser and Administrator of ACS 6.8.1 (acs-service-setup/lib/uuids.js).
      account: { class: '8b3e8f35-78e5-4f93-bf21-7238bcb2ba9d', groups: ['10fc06b7-02f5-45f1-b419-a486b6bc13ba'] },
    });
    const configuration = new Configuration(this, 'configuration', { name, namespace, labels, files: KEYS_OPERATOR_FILES });
    const workload = new CentralWorkload(this, 'workload', {
      central,
      name,
      podAnnotations: configuration.podAnnotations,
      pod: keysOperatorPod({
        image: imageReference(IMAGES.acsKrbKeysOperator, central.images.registry),
        namespaces: [namespace],
        keytab: { secret: BOOTSTRAP_SECRETS.keytabs, key: KEYS_OPERATOR },
        kerberos: KERBEROS_CONFIGURATION,
        configuration: configuration.name,
        env: {
          DEFAULT_NAMESPACE: namespace,
          DIRECTORY_URL: internalUrl('directory-webapi'),
          KEYTABS_SECRET: BOOTSTRAP_SECRETS.keytabs,
          PASSWORDS_SECRET: BOOTSTRAP_SECRETS.passwords,
          PRESETS_SECRET: PRESET_PASSWORDS,
        },
      }),
    });
    const metadata = { name: workload.account, namespace, labels: objectLabels(labels) };
    new k8s.KubeRole(this, 'role', { metadata, rules: [...KEYS_OPERATOR_RIGHTS] });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: workload.account },
      subjects: [{ kind: 'ServiceAccount', name: workload.account, namespace }],
    });
  }
}
