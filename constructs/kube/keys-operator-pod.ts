import type { k8s } from 'cdk8s-plus-27';
import { FACTORY_PLUS_GROUP } from '../../infra/factory-plus/crds';
import { OPERATOR_SETTINGS, OPERATOR_SETTINGS_PATH } from '../../infra/kerberos/operator';
import { ACS_MOUNTS, K5START } from './acs-image';
import type { FurtherContainer, HardenedPodProps, Mount, Resources } from './pod';
import { variables } from './variables';
import { WITHOUT_TOKEN } from './without-token';

/** User `krbkeys` of the image acs-krb-keys-operator 6.8.1: the first that Alpine gives. */
const OPERATOR_USER = 1000;

/** A Python program with a client of the API server. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 384] };
const TICKET_RESOURCES: Resources = { cpuMillis: [10, 200], memoryMiB: [16, 64] };

/** What the whole pod uses: the operator, and beside it what keeps its two tickets. */
export const KEYS_OPERATOR_RESOURCES: Resources = {
  cpuMillis: [RESOURCES.cpuMillis[0] + 2 * TICKET_RESOURCES.cpuMillis[0], RESOURCES.cpuMillis[1] + 2 * TICKET_RESOURCES.cpuMillis[1]],
  memoryMiB: [RESOURCES.memoryMiB[0] + 2 * TICKET_RESOURCES.memoryMiB[0], RESOURCES.memoryMiB[1] + 2 * TICKET_RESOURCES.memoryMiB[1]],
};

/** Port of the operator's own answer to whether it is alive. */
const LIVENESS_PORT = 8080;

/** Folder of the tickets, in memory of no other pod. */
const TICKETS: Mount = { name: 'ccache', path: '/ccache', from: { scratchMiB: 8 } };
/** Tickets to ask other services of Factory+, and the ticket for kadmind. */
const CACHES = { services: `${TICKETS.path}/krbkeys`, kadmin: `${TICKETS.path}/kadmin` } as const;

/** Minutes between two looks at whether a ticket must be got anew. */
const LOOK_MINUTES = '5';

/** What kopf loads beside the operator: a file of a ConfigMap of its own. */
export const KEYS_OPERATOR_FILES: Readonly<Record<string, string>> = {
  [OPERATOR_SETTINGS_PATH.slice(OPERATOR_SETTINGS_PATH.lastIndexOf('/') + 1)]: OPERATOR_SETTINGS,
};

const KEY_RESOURCES = ['kerberos-keys', 'localsecrets'];

/** What it may do in each namespace that it looks into (ACS 6.8.1, less what its program does not do). */
export const KEYS_OPERATOR_RIGHTS: readonly k8s.PolicyRule[] = [
  { apiGroups: [FACTORY_PLUS_GROUP], resources: KEY_RESOURCES, verbs: ['get', 'list', 'patch', 'watch'] },
  { apiGroups: [FACTORY_PLUS_GROUP], resources: KEY_RESOURCES.map((resource) => `${resource}/status`), verbs: ['patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete', 'get', 'patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create'] },
];

/** What {@link keysOperatorPod} takes. */
export interface KeysOperatorPodProps {
  readonly image: string;
  /** Namespaces whose objects it acts on. */
  readonly namespaces: readonly string[];
  /** Its own key: Secret, and key in it. */
  readonly keytab: { readonly secret: string; readonly key: string };
  /** ConfigMap with `krb5.conf`. */
  readonly kerberos: string;
  /** ConfigMap with {@link KEYS_OPERATOR_FILES}. */
  readonly configuration: string;
  /** Variables of the operator beside those of tickets. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the operator that come from elsewhere. @default - none */
  readonly envFrom?: HardenedPodProps['env'];
  /** What the operator sees beside. @default - nothing */
  readonly mounts?: readonly Mount[];
  /** Seconds that the operator may take until it answers. @default 60 */
  readonly startSeconds?: number;
}

/**
 * The pod of a Kerberos keys operator (ACS 6.8.1), of the centre or of an edge cluster: the operator, and beside it what keeps a ticket for the services of
 * Factory+ and one for kadmind. Only the operator has a service account token, and only what gets tickets sees the key.
 */
export function keysOperatorPod(props: KeysOperatorPodProps): Omit<HardenedPodProps, 'serviceAccount' | 'priorityClass'> {
  const kerberos: Mount = { name: 'kerberos', path: ACS_MOUNTS.kerberos, from: { configMap: props.kerberos } };
  const keytab: Mount = {
    name: 'keytab',
    path: ACS_MOUNTS.keytabs,
    from: { secret: props.keytab.secret, items: { [props.keytab.key]: 'client' } },
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
  return {
    containerName: 'operator',
    image: props.image,
    // Not the image's krb-keys.sh, which starts the same program without an answer to whether it is alive.
    command: ['/usr/bin/python3', '-m', 'kopf', 'run'],
    args: [
      '--standalone',
      ...props.namespaces.map((namespace) => `--namespace=${namespace}`),
      `--liveness=http://0.0.0.0:${LIVENESS_PORT}/healthz`,
      '--module=amrc.factoryplus.krbkeys',
      OPERATOR_SETTINGS_PATH,
    ],
    env: [
      ...variables({ ...props.env, KADMIN_CCNAME: CACHES.kadmin, KRB5CCNAME: CACHES.services, KRB5_CONFIG: krb5Config, VERBOSE: '1' }),
      ...(props.envFrom ?? []),
    ],
    ports: [{ name: 'liveness', port: LIVENESS_PORT }],
    health: {
      port: LIVENESS_PORT,
      livenessPath: '/healthz',
      readinessPath: '/healthz',
      ...(props.startSeconds === undefined ? {} : { startSeconds: props.startSeconds }),
    },
    resources: RESOURCES,
    mounts: [
      kerberos,
      TICKETS,
      {
        name: 'configuration',
        path: OPERATOR_SETTINGS_PATH.slice(0, OPERATOR_SETTINGS_PATH.lastIndexOf('/')),
        from: { configMap: props.configuration },
      },
      { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 16 } },
      ...(props.mounts ?? []),
    ],
    user: OPERATOR_USER,
    token: true,
    // Once before the operator starts, so that its first look finds tickets.
    before: [tickets('first-tgt', CACHES.services, []), tickets('first-kadmin', CACHES.kadmin, forKadmin)],
    beside: [
      kept(tickets('tgt-creds', CACHES.services, []), CACHES.services),
      kept(tickets('kadmin-creds', CACHES.kadmin, forKadmin), CACHES.kadmin),
    ],
  };
}
