import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ALIVE_SCRIPT, SERVE_MOUNTS, START_SCRIPT } from '../../infra/influxdb/serve';
import {
  componentAccounts,
  HISTORIAN_TOKENS,
  type HistorianAccount,
  SETUP_MOUNTS,
  SETUP_SCRIPT,
  setupLists,
} from '../../infra/influxdb/setup';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_MOUNTS, HISTORIAN } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { CERTIFICATE_KEYS, LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { serviceHost } from '../../infra/model/services';
import { Configuration } from '../kube/configuration';
import { type ObjectLabels, objectLabels } from '../kube/labels';
import { type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { CENTRAL_PRIORITY } from './central-namespace';
import { CentralWorkload } from './central-workload';
import { conduitsOf } from './conduits';

/** What the historian uses. ACS 6.8.1 requests 1 GiB; what a query may hold in memory comes on top. */
const RESOURCES: Resources = { cpuMillis: [250, 2000], memoryMiB: [1024, 4096] };
const SETUP_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [32, 64] };

/** The Secret with the certificate of the historian. */
export const HISTORIAN_TLS = `${HISTORIAN.name}-tls`;

/** The Secret with the password of an account of the historian. */
export const accountSecret = (name: string) => `${HISTORIAN.name}-${name}`;

/** The account that may write. */
export const WRITER = 'writer';

/** Somebody who reads the historian in InfluxQL, with user name and password. */
export interface HistorianReader {
  /** Its user name: letters, digits and hyphens. Its password is in the Secret `historian-NAME`. */
  readonly name: string;
  /** Its pods. */
  readonly peer: Peer;
}

/** What {@link Historian} takes. */
export interface HistorianProps {
  readonly central: CentralCluster;
  /** Who may read beside the components of the centre and people with an account of their own. @default - nobody */
  readonly readers?: readonly HistorianReader[];
}

/**
 * The historian: InfluxDB 2.7 over TLS with its data on a volume. A write is answered when it is on disk (storage-wal-fsync-delay 0, its
 * default). A Job sets it up, and brings buckets and accounts to what the model says whenever that changes; people's accounts, dashboards
 * and further buckets stay as they are.
 */
export class Historian extends Construct {
  /** Its pods, for the conduits of those that connect to it. */
  readonly peer: Peer;

  constructor(scope: Construct, id: string, { central, readers = [] }: HistorianProps) {
    super(scope, id);
    const { name, zone: namespace, port } = HISTORIAN;
    const labels = { name, component: 'historian' };
    const scripts = new Configuration(this, 'scripts', {
      name,
      namespace,
      labels,
      files: { 'start.sh': START_SCRIPT, 'alive.sh': ALIVE_SCRIPT },
    });
    requireSecret(this, {
      namespace,
      name: HISTORIAN_TLS,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: name, dnsNames: [serviceHost(HISTORIAN)], usages: ['server'] },
    });
    const workload = new CentralWorkload(this, 'workload', {
      central,
      name,
      volumeGiB: central.storage.historianGiB,
      podAnnotations: scripts.podAnnotations,
      ingress: readers.map(({ peer }) => ({ peer, ports: [port] })),
      pod: {
        containerName: 'influxd',
        image: imageReference(IMAGES.influxdb, central.images.registry),
        // Not the image's entry point, which starts as root and sets up by itself.
        command: ['sh'],
        args: [`${SERVE_MOUNTS.scripts}/start.sh`],
        health: {
          liveness: ['sh', `${SERVE_MOUNTS.scripts}/alive.sh`],
          readiness: ['sh', `${SERVE_MOUNTS.scripts}/alive.sh`, 'ready'],
          // It reads the log of what is not in its files yet before it listens.
          startSeconds: 1800,
        },
        resources: RESOURCES,
        mounts: [
          { name: 'data', path: SERVE_MOUNTS.data, from: { claim: true } },
          { name: 'scripts', path: SERVE_MOUNTS.scripts, from: { configMap: scripts.name } },
          { name: 'tls', path: CENTRAL_MOUNTS.tls, from: { secret: HISTORIAN_TLS } },
          { name: 'scratch', path: '/tmp', from: { scratchMiB: 64 } },
        ],
        terminationGraceSeconds: 120,
      },
    });
    this.peer = workload.peer;
    const setup = { name: `${name}-setup`, component: 'historian-setup' };
    const { accounts, tokens } = componentAccounts(central);
    const named = readers.map(({ name: reader }) => ({ name: reader, may: 'read' as const }));
    this.#setUp(central, setup, [{ name: WRITER, may: 'write' }, ...accounts, ...named], tokens);
  }

  #setUp(
    central: CentralCluster,
    labels: { readonly name: string; readonly component: string },
    accounts: readonly HistorianAccount[],
    tokens: readonly HistorianAccount[],
  ) {
    const { name: historian, zone: namespace } = HISTORIAN;
    const { name } = labels;
    const configuration = new Configuration(this, 'setup-configuration', {
      name,
      namespace,
      labels,
      files: { 'setup.sh': SETUP_SCRIPT, ...setupLists(central, accounts, tokens) },
    });
    const admin = accountSecret('admin');
    const users = [
      { secret: admin, username: 'admin', purpose: `the first user of ${serviceHost(HISTORIAN)}; its password is its token too` },
    ];
    for (const { name: user, may } of accounts) {
      users.push({ secret: accountSecret(user), username: user, purpose: `to ${may} rows of ${serviceHost(HISTORIAN)}` });
    }
    for (const { secret, username, purpose } of users) {
      requireSecret(this, { namespace, name: secret, type: 'Opaque', keys: LOGIN_KEYS, content: { kind: 'password', username, purpose } });
    }
    requireSecret(this, {
      namespace,
      name: HISTORIAN_TOKENS,
      type: 'Opaque',
      keys: tokens.map(({ name: holder }) => holder).sort(),
      source: 'localSecret',
      content: { kind: 'other', purpose: `tokens of ${serviceHost(HISTORIAN)}, which its setup makes` },
    });
    const account = new WorkloadAccount(this, 'setup-account', { namespace, labels, images: central.images });
    this.#mayKeepTokens(account.name, labels);
    new WorkloadPolicy(this, 'setup-conduits', { namespace, labels, ...conduitsOf(central, 'historian-setup') });
    new k8s.KubeJob(this, 'setup', {
      metadata: {
        name,
        namespace,
        labels: objectLabels(labels),
        // A Job cannot be changed: Flux makes it anew.
        annotations: { 'kustomize.toolkit.fluxcd.io/force': 'enabled' },
      },
      spec: {
        backoffLimit: 1000,
        template: {
          metadata: { labels: objectLabels(labels), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: 'setup',
            image: imageReference(IMAGES.influxdb, central.images.registry),
            command: ['sh'],
            args: [`${SETUP_MOUNTS.configuration}/setup.sh`],
            ports: [],
            resources: SETUP_RESOURCES,
            mounts: [
              { name: 'configuration', path: SETUP_MOUNTS.configuration, from: { configMap: configuration.name } },
              { name: 'tls', path: SETUP_MOUNTS.authority, from: { secret: `${historian}-tls`, items: { 'ca.crt': 'ca.crt' } } },
              { name: 'admin', path: SETUP_MOUNTS.admin, from: { secret: admin } },
              ...accounts.map(({ name: user }) => ({
                name: user,
                path: `${SETUP_MOUNTS.accounts}/${user}`,
                from: { secret: accountSecret(user) },
              })),
              { name: 'scratch', path: '/tmp', from: { scratchMiB: 16 } },
            ],
            restartPolicy: 'OnFailure',
            serviceAccount: account.name,
            token: true,
            priorityClass: CENTRAL_PRIORITY,
          }),
        },
      },
    });
  }
  /** The right to make one Secret and to change it: server-side apply is asked for by name, also where it makes it. */
  #mayKeepTokens(account: string, labels: ObjectLabels) {
    const metadata = { name: account, namespace: HISTORIAN.zone, labels: objectLabels(labels) };
    new k8s.KubeRole(this, 'setup-role', {
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [HISTORIAN_TOKENS], verbs: ['create', 'patch'] }],
    });
    new k8s.KubeRoleBinding(this, 'setup-role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: HISTORIAN.zone }],
    });
  }
}
