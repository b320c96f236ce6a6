import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  acsConfig,
  advertisementDump,
  IDENTITY_PROVIDER,
  identityProviderSecret,
  SETUP_DUMPS,
  setupConfig,
} from '../../infra/factory-plus/service-setup';
import { ADMINISTRATOR } from '../../infra/kerberos/administrators';
import { type CentralCluster, componentsOf } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { ACS_AFFINITY, NODE_USER } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { nameDigest } from '../kube/digest';
import { objectLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Mount, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { variables } from '../kube/variables';
import { WITHOUT_TOKEN } from '../kube/without-token';
import { CENTRAL_PRIORITY } from './central-namespace';
import { conduitsOf } from './conduits';
import { internalUrl, publicUrl } from './factory-plus-program';
import { ADMINISTRATOR_PASSWORD } from './kerberos-keys-operator';
import { publicAuthority } from './public-authority';

const NAME = 'service-setup';
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 384] };

/** Folders of its containers. */
const PATHS = {
  dumps: '/dumps',
  checkouts: '/data',
  clients: '/etc/secret',
  program: '/home/node/app',
  /** Where the charts are in their image: the program makes a Git repository of this folder. */
  charts: '/home/node/app/charts',
  chartsCopy: '/charts',
} as const;

/** What {@link ServiceSetup} takes. */
export interface ServiceSetupProps {
  readonly central: CentralCluster;
  /** ConfigMaps with further dumps, such as that of `CentrePermissions`. Their keys are distinct and end in `.yaml`. @default - none */
  readonly dumps?: readonly Configuration[];
}

/**
 * The Job `service-setup` of ACS 6.8.1: it advertises the services, makes what Factory+ needs of objects, permissions and repositories,
 * sets up the identity provider, and fills the repository of Helm charts. Its name changes with what it is given, so that it runs again
 * then, and only then; each run brings everything to the same state. It waits for the services by itself.
 *
 * Nothing is restarted when it is done, where the chart of ACS restarts the broker: acs-mqtt asks for permissions at each login, and keeps
 * an answer for 300 s at most (CACHE_MAX_AGE of the services; FPDiscovery keeps no failure).
 */
export class ServiceSetup extends Construct {
  /** Name of the Job. */
  readonly job: string;

  constructor(scope: Construct, id: string, { central, dumps = [] }: ServiceSetupProps) {
    super(scope, id);
    const namespace = CENTRAL_NAMESPACE;
    const labels = { name: NAME, component: 'setup' };
    const urls = new Configuration(this, 'urls', {
      name: SETUP_DUMPS,
      namespace,
      labels: { name: SETUP_DUMPS, component: 'setup' },
      files: { 'service-urls.yaml': advertisementDump(central) },
    });
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: central.images });
    this.#rights(account.name);
    new WorkloadPolicy(this, 'conduits', { namespace, labels, ...conduitsOf(central, NAME) });
    const clients = identityProviderSecret(central);
    if (clients) requireSecret(this, clients);
    // Git and the identity provider are asked by their public names.
    const trust = publicAuthority(central);
    const configurations = [urls, ...dumps];
    const image = (name: 'acsServiceSetup' | 'edgeHelmCharts') => imageReference(IMAGES[name], central.images.registry);
    const login: k8s.EnvVar[] = [
      ...variables({
        DIRECTORY_URL: internalUrl('directory-webapi'),
        ...trust.env,
        SERVICE_USERNAME: ADMINISTRATOR,
        VERBOSE: 'ALL,!service,!token',
      }),
      { name: 'SERVICE_PASSWORD', valueFrom: { secretKeyRef: { name: ADMINISTRATOR_PASSWORD.secret, key: ADMINISTRATOR_PASSWORD.key } } },
    ];
    const scratch: Mount = { name: 'tmp', path: '/tmp', from: { scratchMiB: 64 } };
    const charts = (path: string): Mount => ({ name: 'charts', path, from: { scratchMiB: 64 } });
    const spec = hardenedPod({
      affinity: ACS_AFFINITY,
      containerName: 'edge-helm-charts',
      image: image('edgeHelmCharts'),
      // A repository of an attempt before it would stop the next one.
      command: ['/bin/sh', '-c', `cd ${PATHS.program} && rm -rf charts/.git && exec node bin/update.js`],
      args: [],
      user: NODE_USER,
      before: [
        {
          name: NAME,
          image: image('acsServiceSetup'),
          command: ['node', `${PATHS.program}/bin/service-setup.js`],
          env: [...login, ...variables(this.#environment(central))],
          resources: RESOURCES,
          mounts: [
            { name: 'checkouts', path: PATHS.checkouts, from: { scratchMiB: 64 } },
            { name: 'dumps', path: PATHS.dumps, from: { together: { configMaps: configurations.map(({ name }) => name), secrets: [] } } },
            ...(clients ? [{ name: 'clients', path: PATHS.clients, from: { secret: clients.name } } satisfies Mount] : []),
            scratch,
            ...trust.mounts,
          ],
        },
        // The program makes a Git repository of the folder with the charts, which is part of its image and read-only.
        {
          name: 'copy-charts',
          command: ['cp', '-R', `${PATHS.charts}/.`, PATHS.chartsCopy],
          mounts: [charts(PATHS.chartsCopy), WITHOUT_TOKEN],
        },
      ],
      env: [...login, { name: 'GIT_REPO_PATH', value: 'shared/helm' }],
      ports: [],
      restartPolicy: 'OnFailure',
      resources: RESOURCES,
      mounts: [charts(PATHS.charts), scratch, ...trust.mounts, WITHOUT_TOKEN],
      serviceAccount: account.name,
      priorityClass: CENTRAL_PRIORITY,
      // acs-service-setup lists the KerberosKeys of its namespace (lib/fixups.js). The other containers do not see it.
      token: true,
    });
    const annotations = {
      'millwright/configuration': nameDigest(configurations.map(({ name, digest }) => [name, digest])),
      ...trust.podAnnotations,
    };
    this.job = `${NAME}-${nameDigest({ annotations, spec })}`;
    new k8s.KubeJob(this, 'job', {
      metadata: { name: this.job, namespace, labels: objectLabels(labels) },
      spec: {
        // What it waits for may take long: a first start has to wait for images, volumes and people.
        backoffLimit: 9999,
        template: { metadata: { labels: objectLabels(labels), annotations }, spec },
      },
    });
  }

  #environment(central: CentralCluster): Readonly<Record<string, string>> {
    const openid = componentsOf(central).includes('openid');
    return {
      ACS_CONFIG: JSON.stringify(acsConfig(central)),
      EXTRA_DUMPS: PATHS.dumps,
      GIT_CHECKOUTS: PATHS.checkouts,
      SS_CONFIG: JSON.stringify(setupConfig(central)),
      ...(openid
        ? {
            AUTH_INTERNAL_URL: internalUrl('auth'),
            OPENID_LOGIN_THEME: IDENTITY_PROVIDER.theme,
            OPENID_REALM: IDENTITY_PROVIDER.realm,
            OPENID_TRUSTED_REALMS: '',
            OPENID_TRUSTED_REALM_AUTH_URLS: '',
            OPENID_URL: publicUrl(central, 'openid'),
          }
        : {}),
    };
  }

  /** May list the KerberosKeys of its namespace, and nothing else: the chart of ACS lets it change Deployments as well. */
  #rights(account: string): void {
    const metadata = { name: NAME, namespace: CENTRAL_NAMESPACE, labels: objectLabels({ name: NAME, component: 'setup' }) };
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [{ apiGroups: ['factoryplus.app.amrc.co.uk'], resources: ['kerberos-keys'], verbs: ['list'] }],
    });
    new k8s.KubeRoleBinding(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: CENTRAL_NAMESPACE }],
    });
  }
}
