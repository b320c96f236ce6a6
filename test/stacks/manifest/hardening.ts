import type { Plant } from '../../../infra/model/plant';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { type Fields, ofKind, type Workload } from './rendered';

/** What a rule may look at. */
export interface Subject {
  readonly plant: Pick<Plant, 'images' | 'nodes'>;
  readonly set: ManifestSet;
  readonly workload: Workload;
}

/** A rule that every workload keeps: what is wrong with one as texts; anything else says nothing. */
export type Rule = (subject: Subject) => readonly unknown[];

/** The containers that go on. */
const running = ({ workload }: Subject): Fields[] => workload.pod.containers;
/** All containers, those too that run to their end before. */
const containers = (subject: Subject): Fields[] => [...(subject.workload.pod.initContainers ?? []), ...running(subject)];

/** Volumes that Pod Security `restricted` admits. */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/** The controls of Pod Security `restricted` (Kubernetes 1.34), and a root file system that is read-only. */
const restricted: Rule = ({ workload: { pod } }) => [
  (pod.hostNetwork || pod.hostPID || pod.hostIPC) && 'shares a namespace of the host',
  pod.securityContext?.sysctls !== undefined && 'sets sysctls',
  pod.securityContext?.runAsNonRoot !== true && 'may run as root',
  !(pod.securityContext?.runAsUser >= 10_000) && 'runs as a user that the node may have',
  pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile',
  (pod.volumes ?? []).some((volume: Fields) => !VOLUMES.some((kind) => volume[kind])) && 'mounts a volume of the host',
  ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap(({ securityContext: own, ports }: Fields) => [
    own?.allowPrivilegeEscalation !== false && 'may gain privileges',
    own?.privileged === true && 'is privileged',
    JSON.stringify(own?.capabilities) !== '{"drop":["ALL"]}' && 'keeps capabilities',
    own?.readOnlyRootFilesystem !== true && 'may write to its image',
    (own?.runAsNonRoot === false || own?.runAsUser === 0) && 'runs as root after all',
    own?.procMount !== undefined && 'sees the processes of the host',
    (ports ?? []).some((port: Fields) => port.hostPort !== undefined) && 'opens a port of the node',
  ]),
];

const noToken: Rule = ({ set, workload: { pod, namespace } }) => {
  const account = ofKind(set, 'ServiceAccount').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === pod.serviceAccountName,
  );
  return [
    pod.automountServiceAccountToken !== false && 'is given a token',
    !account && 'has no service account of its own',
    account !== undefined && account.automountServiceAccountToken !== false && 'has an account that gives tokens',
    pod.enableServiceLinks !== false && 'is told every Service of its namespace',
  ];
};

/** Quantities as numbers: thousandths of a core, or bytes. */
function quantity(text: string): number {
  const [, number, unit] = /^([0-9]+)(m|Ki|Mi|Gi)?$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no quantity that the tests know`);
  return Number(number) * ({ m: 0.001, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[unit ?? ''] ?? 1);
}

const bounded: Rule = (subject) =>
  containers(subject).flatMap(({ resources }) => {
    const { requests, limits } = resources ?? {};
    return ['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) => [
      requests?.[resource] === undefined && `requests no ${resource}`,
      limits?.[resource] === undefined && `has no limit of ${resource}`,
      requests?.[resource] !== undefined &&
        quantity(requests[resource]) > quantity(limits?.[resource] ?? '0') &&
        `requests too much ${resource}`,
    ]);
  });

const probed: Rule = (subject) => {
  if (subject.workload.ends) return [];
  return running(subject).flatMap(({ ports, ...rest }) =>
    ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (probe) =>
        !(rest[probe]?.exec?.command?.length > 0) &&
        !(ports ?? []).some((port: Fields) => port.containerPort === (rest[probe]?.httpGet ?? rest[probe]?.tcpSocket)?.port) &&
        `has no ${probe} on a port of its own`,
    ),
  );
};

const pinned: Rule = (subject) => {
  const { registry } = subject.plant.images;
  return containers(subject).flatMap(({ image, imagePullPolicy }) => [
    !/:v?[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$/.test(image) && `runs ${image}, which is not a release`,
    ![registry ?? 'docker.io', registry ?? 'registry.k8s.io', registry ?? 'ghcr.io'].some((host) => image.startsWith(`${host}/`)) &&
      `runs ${image} from another registry`,
    imagePullPolicy !== 'IfNotPresent' && 'cannot start while the registry is away',
  ]);
};

const registryLogin: Rule = ({ plant, set, workload: { pod, namespace } }) => {
  const account = ofKind(set, 'ServiceAccount').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === pod.serviceAccountName,
  );
  const expected = plant.images.login ? '[{"name":"registry-login"}]' : undefined;
  return [JSON.stringify(account?.imagePullSecrets) !== expected && 'does not pull its image as the registry asks'];
};

/** Every API server has this class. */
const BUILT_IN = 'system-cluster-critical';

const ranked: Rule = ({ set, workload: { pod } }) => [
  pod.priorityClassName !== BUILT_IN &&
    !ofKind(set, 'PriorityClass').some(({ metadata }) => metadata.name === pod.priorityClassName) &&
    'has a priority that does not exist',
];

const patientWithDeadNodes: Rule = ({ workload: { object, pod } }) =>
  (object.kind === 'DaemonSet' ? [] : ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']).map(
    (key) =>
      !pod.tolerations.some((toleration: Fields) => toleration.key === key && toleration.tolerationSeconds === 30) &&
      'does not leave a dead node after 30 seconds',
  );

/** Only a pod that names a specialised node may run on one. */
const placed: Rule = ({ plant, workload: { object, pod } }) => {
  const named = pod.nodeSelector?.['kubernetes.io/hostname'];
  const node = plant.nodes.find(({ name }) => name === named);
  // What must be on every node tolerates all taints, and names none.
  if (object.kind === 'DaemonSet') return [JSON.stringify(pod.tolerations) !== '[{"operator":"Exists"}]' && 'is missing on some nodes'];
  const others = pod.tolerations.filter(({ key }: Fields) => !key.startsWith('node.kubernetes.io/'));
  const tolerates = others.some(({ key }: Fields) => key === 'factoryplus.app.amrc.co.uk/specialised');
  return [
    named !== undefined && !node && 'names a node that does not exist',
    tolerates !== (node?.taints ?? []).length > 0 && 'tolerates the taint of specialised nodes when it should not, or the other way round',
    others.length > (tolerates ? 1 : 0) && 'tolerates other taints',
    pod.nodeName !== undefined && 'goes past the scheduler',
  ];
};

/** Every rule by what it says. */
export const RULES: Readonly<Record<string, Rule>> = {
  'is admitted by Pod Security restricted': restricted,
  'has an account without a token': noToken,
  'has requests and limits': bounded,
  'has three probes': probed,
  'runs a release of an image': pinned,
  'shows the registry a login where it asks for one': registryLogin,
  'has a priority class that exists': ranked,
  'leaves a dead node after 30 seconds': patientWithDeadNodes,
  'runs on a specialised node only if it names it': placed,
};

/** What single workloads may do against a rule, with the reason: nothing else of them is excused. */
export const EXCUSED: Readonly<Record<string, readonly string[]>> = {
  // Log files of a node belong to root; without capabilities root may read them, and nothing of others.
  'DaemonSet logs/log-collector': [
    'may run as root',
    'runs as a user that the node may have',
    'mounts a volume of the host',
    'runs as root after all',
  ],
  // It asks the API server what there is; its role lets it list and watch kinds that hold no secret.
  'Deployment monitoring/kube-state-metrics': ['is given a token'],
  // Flux asks the API server what to pull, and applies it there.
  'Deployment flux-system/source-controller': ['is given a token'],
  'Deployment flux-system/kustomize-controller': ['is given a token'],
  ...centreExcused(),
};

/** What is excused of Factory+ in edge clusters, beside {@link EXCUSED}: its operators ask the API server, and files of the images of ACS 6.8.1 belong to their users. */
export function edgeExcused(text: string): string[] {
  const user = 'runs as a user that the node may have';
  if (/^Deployment factory-plus\/(?:edge-monitor|edge-sync|krb-keys)$/.test(text)) return [user, 'is given a token'];
  return text.startsWith('Deployment factory-plus/edge-agent-') ? [user] : [];
}

/** What is excused at the centre. */
function centreExcused(): Record<string, string[]> {
  const excused: Record<string, string[]> = {};
  const excuse = (problem: string, workloads: readonly string[]) => {
    for (const workload of workloads) {
      const text = workload.replace(' ', ' factory-plus/');
      excused[text] = [...(excused[text] ?? []), problem];
    }
  };
  // The files of these images, and of their volumes, belong to a user of the image: of ACS 6.8.1 (node, kdc, krbkeys), PostgreSQL, Grafana, nginx.
  excuse('runs as a user that the node may have', [
    ...['admin', 'auth', 'cluster-manager', 'cmdescd', 'configdb', 'data-access', 'directory-mqtt', 'directory-webapi'].map(
      (name) => `Deployment ${name}`,
    ),
    ...['historian-sparkplug', 'i3x', 'krb-keys-operator', 'monitor', 'openid', 'uns-ingester-sparkplug', 'visualiser'].map(
      (name) => `Deployment ${name}`,
    ),
    ...['files', 'git', 'grafana', 'kdc', 'postgres'].map((name) => `StatefulSet ${name}`),
    ...['git', 'kdc', 'postgres'].flatMap((name) => [`CronJob ${name}-backup`, `CronJob ${name}-restore`]),
    'Job service-setup',
  ]);
  // They ask the API server: for the Secrets and custom resources of keys, for the one Secret of tokens, and whether keys are made.
  excuse('is given a token', ['StatefulSet kdc', 'Deployment krb-keys-operator', 'Job historian-setup', 'Job service-setup']);
  // Images of the owner's own, which name their registry.
  excuse('runs registry.factory.example.com/plants/front-end:2.3.0 from another registry', ['Deployment web-application']);
  excuse('runs registry.factory.example.com/plants/back-end:2.3.0 from another registry', ['Deployment web-application-api']);
  return excused;
}

/** What a rule says of a workload and nothing excuses. */
export function broken(rule: Rule, subject: Subject): string[] {
  const text = undated(subject);
  const excuses = [...(EXCUSED[text] ?? []), ...edgeExcused(text)];
  return said(rule, subject).filter((problem) => !excuses.some((excused) => problem.endsWith(` ${excused}`)));
}

/** What a rule says of a workload. */
export function said(rule: Rule, subject: Subject): string[] {
  return rule(subject)
    .filter((problem): problem is string => typeof problem === 'string')
    .map((problem) => `${undated(subject)} ${problem}`);
}

/** A workload without the digest that ends the name of a Job which is made anew when its content changes. */
function undated({ workload: { object, text } }: Subject): string {
  return object.kind === 'Job' ? text.replace(/-[0-9a-f]{8}$/, '') : text;
}
