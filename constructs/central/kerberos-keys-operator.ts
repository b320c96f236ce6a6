import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { FACTORY_PLUS_GROUP } from '../../infra/factory-plus/crds';
import { ADMINISTRATOR, KEYS_OPERATOR } from '../../infra/kerberos/administrators';
import { OPERATOR_SETTINGS, OPERATOR_SETTINGS_PATH } from '../../infra/kerberos/operator';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentFacts } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import { objectLabels } from '../kube/labels';
import type { FurtherContainer, Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { CentralWorkload } from './central-workload';
import { ACS_MOUNTS, internalUrl, K5START, variables } from './factory-plus-program';
import { BOOTSTRAP_SECRETS, KERBEROS_CONFIGURATION } from './identity';
import { WITHOUT_TOKEN } from './without-token';

/** The Secret with the password of the principal `admin`, which installs Factory+ and may do everything in it. */
export const ADMINISTRATOR_PASSWORD = { secret: 'admin-password', key: 'password' } as const;

/** The Secret with passwords that an administrator chose, which the operator reads and never writes. It need not be there. */
const PRESET_PASSWORDS = 'krb5-presets';

/** User `krbkeys` of the image acs-krb-keys-operator 6.8.1: the first that Alpine gives. */
const OPERATOR_USER = 1000;

/** A Python program with a client of the API server. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 384] };
const TICKET_RESOURCES: Resources = { cpuMillis: [10, 200], memoryMiB: [16, 64] };

/** Port of the operator's own answer to whether it is alive. */
const LIVENESS_PORT = 8080;

/** Folder of the tickets, in memory of no other pod. */
const TICKETS: Mount = { name: 'ccache', path: '/ccache', from: { scratchMiB: 8 } };
/** Tickets to ask other services of Factory+, and the ticket for kadmind. */
const CACHES = { services: `${TICKETS.path}/krbkeys`, kadmin: `${TICKETS.path}/kadmin` } as const;

/** Minutes between two looks at whether a ticket must be got anew. */
const LOOK_MINUTES = '5';

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
    const settings = OPERATOR_SETTINGS_PATH.split('/');
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels,
      files: { [settings.at(-1) ?? '']: OPERATOR_SETTINGS },
    });
    const kerberos: Mount = { name: 'kerberos', path: ACS_MOUNTS.kerberos, from: { configMap: KERBEROS_CONFIGURATION } };
    const keytab: Mount = {
      name: 'keytab',
      path: ACS_MOUNTS.keytabs,
      from: { secret: BOOTSTRAP_SECRETS.keytabs, items: { [KEYS_OPERATOR]: 'client' } },
    };
    const krb5Config = `${ACS_MOUNTS.kerberos}/krb5.conf`;
    const tickets = (container: string, cache: string, args: readonly string[]): FurtherContainer => ({
      name: container,
      command: [K5START, '-Uf', `${keytab.path}/client`, ...args],
      env: variables({ KRB5CCNAME: cache, KRB5_CONFIG: krb5Config }),
      resources: TICKET_RESOURCES,
      mounts: [kerberos, keytab, TICKETS, WITHOUT_TOKEN],
    });
    // It listens on nothing: that it works shows in a ticket that is valid still.
    const kept = (container: FurtherContainer, cache: string): FurtherContainer => {
      const valid = ['/usr/bin/klist', '-s', '-c', cache];
      return { ...container, args: ['-K', LOOK_MINUTES], health: { liveness: valid, readiness: valid } };
    };
    const forKadmin = ['-S', 'kadmin', '-I', 'admin'];
    const workload = new CentralWorkload(this, 'workload', {
      central,
      name,
      podAnnotations: configuration.podAnnotations,
      pod: {
        containerName: 'operator',
        image: imageReference(IMAGES.acsKrbKeysOperator, central.images.registry),
        // Not the image's krb-keys.sh, which starts the same program without an answer to whether it is alive.
        command: ['/usr/bin/python3', '-m', 'kopf', 'run'],
        args: [
          '--standalone',
          `--namespace=${namespace}`,
          `--liveness=http://0.0.0.0:${LIVENESS_PORT}/healthz`,
          '--module=amrc.factoryplus.krbkeys',
          OPERATOR_SETTINGS_PATH,
        ],
        env: variables({
          DEFAULT_NAMESPACE: namespace,
          DIRECTORY_URL: internalUrl('directory-webapi'),
          KADMIN_CCNAME: CACHES.kadmin,
          KEYTABS_SECRET: BOOTSTRAP_SECRETS.keytabs,
          KRB5CCNAME: CACHES.services,
          KRB5_CONFIG: krb5Config,
          PASSWORDS_SECRET: BOOTSTRAP_SECRETS.passwords,
          PRESETS_SECRET: PRESET_PASSWORDS,
          VERBOSE: '1',
        }),
        ports: [{ name: 'liveness', port: LIVENESS_PORT }],
        health: { port: LIVENESS_PORT, livenessPath: '/healthz', readinessPath: '/healthz' },
        resources: RESOURCES,
        mounts: [
          kerberos,
          TICKETS,
          { name: 'configuration', path: settings.slice(0, -1).join('/'), from: { configMap: configuration.name } },
          { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 16 } },
        ],
        user: OPERATOR_USER,
        token: true,
        // Once before the operator starts, so that its first look finds tickets.
        before: [tickets('first-tgt', CACHES.services, []), tickets('first-kadmin', CACHES.kadmin, forKadmin)],
        beside: [
          kept(tickets('tgt-creds', CACHES.services, []), CACHES.services),
          kept(tickets('kadmin-creds', CACHES.kadmin, forKadmin), CACHES.kadmin),
        ],
      },
    });
    const metadata = { name: workload.account, namespace, labels: objectLabels(labels) };
    const resources = ['kerberos-keys', 'localsecrets'];
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [
        { apiGroups: [FACTORY_PLUS_GROUP], resources, verbs: ['get', 'list', 'patch', 'watch'] },
        { apiGroups: [FACTORY_PLUS_GROUP], resources: resources.map((resource) => `${resource}/status`), verbs: ['patch'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete', 'get', 'patch'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create'] },
      ],
    });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: workload.account },
      subjects: [{ kind: 'ServiceAccount', name: workload.account, namespace }],
    });
  }
}
