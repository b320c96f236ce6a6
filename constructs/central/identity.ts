import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { KEYS_OPERATOR } from '../../infra/kerberos/administrators';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import { KDC_ENVIRONMENT, KDC_PATHS, kdcFiles, makeDatabaseEnvironment } from '../../infra/kerberos/kdc';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentFacts } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { Configuration } from '../kube/configuration';
import { objectLabels } from '../kube/labels';
import type { Mount, Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { WITHOUT_TOKEN } from '../kube/without-token';
import { CentralWorkload } from './central-workload';

/** ConfigMap with `krb5.conf` for the programs of the centre that have no configuration of their own. */
export const KERBEROS_CONFIGURATION = 'krb5-conf';

/** ConfigMap with what only the KDC and kadmind read. */
const KDC_CONFIGURATION = 'kdc-conf';

/** Secrets that the KDC's pod makes at its first start (ACS 6.8.1, krbkeys/bootstrap.py): nobody else may make them. */
export const BOOTSTRAP_SECRETS = { keytabs: 'krb5-keytabs', passwords: 'krb5-passwords' } as const;

/** User of the image acs-identity 6.8.1, and of the volume's files. */
export const KDC_USER = 100;

/** Programs in C with a database of some MiB in memory. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [32, 128] };
/** A Python program that runs once. */
const BOOTSTRAP_RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [64, 256] };

/**
 * The KDC and kadmind of the realm, in one pod with one volume. At its first start the pod makes the database, and the key of the Kerberos keys
 * operator into a Secret. Both processes run without root: the volume belongs to their group (fsGroup), where ACS 6.8.1 changes its owner as root.
 */
export class Identity extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const name = 'kdc';
    const namespace = CENTRAL_NAMESPACE;
    const labels = { name, component: componentFacts(name).component };
    const { contract } = central;
    const client = new Configuration(this, 'client-configuration', {
      name: KERBEROS_CONFIGURATION,
      namespace,
      labels,
      files: { 'krb5.conf': toKrb5Conf(centralKerberosConfiguration(contract)) },
    });
    const server = new Configuration(this, 'configuration', {
      name: KDC_CONFIGURATION,
      namespace,
      labels,
      files: kdcFiles(contract, central.administrators),
    });
    const port = (of: string) => componentFacts(name).ports?.[of]?.pod ?? 0;
    const image = imageReference(IMAGES.acsIdentity, central.images.registry);
    const data: Mount = { name: 'data', path: KDC_PATHS.data, from: { claim: true } };
    const scratch: Mount = { name: 'tmp', path: '/tmp', from: { scratchMiB: 16 } };
    const configuration: Mount[] = [
      { name: 'kerberos', path: KDC_PATHS.kerberos, from: { configMap: client.name } },
      { name: 'configuration', path: KDC_PATHS.configuration, from: { configMap: server.name } },
    ];
    const env = variables(KDC_ENVIRONMENT);
    const workload = new CentralWorkload(this, 'workload', {
      central,
      name,
      volumeGiB: central.storage.identityGiB,
      podAnnotations: { ...server.podAnnotations, 'millwright/kerberos': client.digest },
      pod: {
        containerName: 'kdc',
        image,
        command: ['/usr/sbin/krb5kdc'],
        args: ['-n'],
        env,
        ports: [{ name: 'kerberos', port: port('kerberos') }],
        health: { port: port('kerberos') },
        resources: RESOURCES,
        mounts: [...configuration, data, WITHOUT_TOKEN],
        user: KDC_USER,
        // For the bootstrap alone.
        token: true,
        before: [
          {
            name: 'make-database',
            image,
            command: ['/bin/sh', `${KDC_PATHS.configuration}/make-database.sh`],
            env: variables({ ...KDC_ENVIRONMENT, ...makeDatabaseEnvironment(contract) }),
            mounts: [...configuration, data, WITHOUT_TOKEN],
          },
          {
            name: 'bootstrap',
            image: imageReference(IMAGES.acsKrbKeysOperator, central.images.registry),
            command: ['/usr/bin/python3', '-m', 'amrc.factoryplus.krbkeys.bootstrap'],
            env: variables({
              ...KDC_ENVIRONMENT,
              KEYTABS_SECRET: BOOTSTRAP_SECRETS.keytabs,
              NAMESPACE: namespace,
              OP_KEYTAB: KEYS_OPERATOR,
              OP_PRINCIPAL: `${KEYS_OPERATOR}@${contract.realm}`,
              PASSWORDS_SECRET: BOOTSTRAP_SECRETS.passwords,
            }),
            resources: BOOTSTRAP_RESOURCES,
            mounts: [...configuration, data, scratch],
          },
        ],
        beside: [
          {
            name: 'kadmind',
            command: ['/usr/sbin/kadmind'],
            args: ['-nofork'],
            env,
            ports: ['kerberos-adm', 'kpasswd'].map((of) => ({ name: of, port: port(of) })),
            health: { port: port('kerberos-adm') },
            resources: RESOURCES,
            mounts: [
              ...configuration,
              data,
              WITHOUT_TOKEN,
              // It keeps there which requests it has seen.
              { name: 'kadmind-tmp', path: '/tmp', from: { scratchMiB: 16 } },
              { name: 'kadmind-var-tmp', path: '/var/tmp', from: { scratchMiB: 16 } },
            ],
          },
        ],
      },
    });
    const metadata = { name: workload.account, namespace, labels: objectLabels(labels) };
    // ACS 6.8.1 gives the KDC the account of the operator, with every Secret of every namespace.
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [
        { apiGroups: [''], resources: ['secrets'], resourceNames: Object.values(BOOTSTRAP_SECRETS), verbs: ['get', 'patch'] },
        // A right to create cannot be bound to names.
        { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      ],
    });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: workload.account },
      subjects: [{ kind: 'ServiceAccount', name: workload.account, namespace }],
    });
  }
}
