import { k8s } from 'cdk8s-plus-27';
import type { Node } from '../../infra/model/node';
import { RACK_LABEL } from '../../infra/placement/kube-node';
import { tolerationsFor } from '../../infra/placement/tolerations';

/**
 * User and group of every process: no image needs a particular one, and one above 10000 meets no user of the node (kube-score,
 * container-security-context-user-group-id).
 */
export const POD_USER = 10_001;

/** What a container may use. */
export interface Resources {
  /** Thousandths of a core: kept for it, and the most it may use. */
  readonly cpuMillis: readonly [request: number, limit: number];
  /** MiB: kept for it, and the most it may use before it is ended. */
  readonly memoryMiB: readonly [request: number, limit: number];
}

/** A file or folder that a container sees. */
export interface Mount {
  /** Name of the volume; mounts of one name show the same volume. */
  readonly name: string;
  readonly path: string;
  /** The one file of the volume that is mounted, at `path`. It does not change while the pod lives. @default - all of it */
  readonly file?: string;
  /**
   * `configMap` and `secret` name objects of the pod's namespace, `items` those of a Secret's keys that are
   * shown, and their files, `optional` one that need not exist; `together` shows the files of several ConfigMaps and Secrets in one folder; `claim` is a volume
   * claim template when it is true, else a claim of the pod's namespace; `scratch` is empty at start; `nodeFolder` is a folder of the node,
   * read-only, which restricted pods may not have.
   */
  readonly from:
    | { readonly configMap: string }
    | { readonly secret: string; readonly items?: Readonly<Record<string, string>>; readonly optional?: true }
    | { readonly together: { readonly configMaps: readonly string[]; readonly secrets: readonly string[] } }
    | { readonly claim: true }
    | { readonly claim: string; readonly readOnly?: boolean }
    | { readonly scratchMiB: number }
    | { readonly nodeFolder: string };
}

/** How a program shows that it is alive, and that it works. */
export interface HealthCheck {
  readonly port: number;
  /** Path that answers while the process is alive. @default - it is alive while it accepts connections */
  readonly livenessPath?: string;
  /** Path that answers while it works: not answering never ends it. @default - it works while it accepts connections */
  readonly readinessPath?: string;
  /** Whether it answers over TLS. @default false */
  readonly tls?: boolean;
  /** Seconds that it may take until it first answers. @default 60 */
  readonly startSeconds?: number;
  /** Command that must end with 0 once after each start, before anybody is let in. @default - it has started when it is alive */
  readonly startCommand?: readonly string[];
}

/** Commands that a program's container answers with exit code 0 while it is alive, and while it works. */
export interface HealthCommands {
  readonly liveness: readonly string[];
  /** Not succeeding never ends it. */
  readonly readiness: readonly string[];
  /** Seconds that each may take. @default 5 */
  readonly timeoutSeconds?: number;
  /** Seconds between two looks at whether it works. @default 5 */
  readonly readinessSeconds?: number;
  /** Seconds that it may take until it is first alive. @default 60 */
  readonly startSeconds?: number;
}

/** A further container of a pod, hardened like the first. */
export interface FurtherContainer {
  readonly name: string;
  /** @default - that of the first container */
  readonly image?: string;
  /** Program in place of the image's entry point. @default - the image's own */
  readonly command?: readonly string[];
  /** @default - none */
  readonly args?: readonly string[];
  readonly env?: readonly k8s.EnvVar[];
  /** @default - none */
  readonly ports?: readonly { readonly name: string; readonly port: number }[];
  /** Only beside the first container: what runs before it ends by itself. */
  readonly health?: HealthCheck | HealthCommands;
  /** @default - 50–500 thousandths of a core, 32–64 MiB */
  readonly resources?: Resources;
  /** What it sees; a volume of the same name is the same. @default - nothing */
  readonly mounts?: readonly Mount[];
  /** User and group of its process. @default - that of the pod */
  readonly user?: number;
}

/** What {@link hardenedPod} takes: one container that goes on, because a second one needs a reason. */
export interface HardenedPodProps {
  readonly containerName: string;
  readonly image: string;
  /** Program in place of the image's entry point. @default - the image's own */
  readonly command?: readonly string[];
  readonly args: readonly string[];
  /** What runs to its end before the program, one after the other. @default - nothing */
  readonly before?: readonly FurtherContainer[];
  /** What runs beside the program. @default - nothing */
  readonly beside?: readonly FurtherContainer[];
  readonly env?: readonly k8s.EnvVar[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** How it shows that it is alive and works. @default - it ends by itself, and says by its exit code how it went */
  readonly health?: HealthCheck | HealthCommands;
  /** Whether it is started again when it ended. @default 'Always' */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly resources: Resources;
  readonly mounts: readonly Mount[];
  readonly serviceAccount: string;
  readonly priorityClass: string;
  /** Seconds between the signal to end and the end. @default 30 */
  readonly terminationGraceSeconds?: number;
  /** The node that it must run on. @default - the scheduler chooses among general-purpose nodes */
  readonly node?: Node;
  /** Runs as root without a capability, to read files of the node that belong to root: why. Restricted pods may not. @default - it does not */
  readonly rootToRead?: string;
  /** User and group of its process, where an image needs a particular one, above 0. @default 10001 */
  readonly user?: number;
  /** Whether it gets its service account's token, to ask the API server. @default false */
  readonly token?: boolean;
  /** Runs on every node, whatever its taints, and stays on a dead one: a DaemonSet's pod. @default false */
  readonly everywhere?: boolean;
  /** The rack whose nodes may run it. @default - any */
  readonly rack?: string;
  readonly affinity?: k8s.Affinity;
  readonly spread?: readonly k8s.TopologySpreadConstraint[];
}

/**
 * A pod that Pod Security `restricted` admits: no root, no capabilities, the runtime's seccomp profile, a read-only root, no token,
 * bounded resources, and 30 seconds on a dead node. Built on the L1 types, because cdk8s-plus-27's pods cannot say seccompProfile,
 * topologySpreadConstraints or priorityClassName.
 */
export function hardenedPod(props: HardenedPodProps): k8s.PodSpec {
  const selected = {
    ...(props.node ? { 'kubernetes.io/hostname': props.node.name } : {}),
    ...(props.rack === undefined ? {} : { [RACK_LABEL]: props.rack }),
  };
  const user = props.rootToRead === undefined ? (props.user ?? POD_USER) : 0;
  const identity = { runAsNonRoot: user !== 0, runAsUser: user, runAsGroup: user };
  const securityContext: k8s.SecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    ...identity,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  return {
    serviceAccountName: props.serviceAccount,
    automountServiceAccountToken: props.token ?? false,
    ...(props.restartPolicy ? { restartPolicy: props.restartPolicy } : {}),
    enableServiceLinks: false,
    priorityClassName: props.priorityClass,
    terminationGracePeriodSeconds: props.terminationGraceSeconds ?? 30,
    securityContext: {
      ...identity,
      fsGroup: props.user ?? POD_USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(Object.keys(selected).length > 0 ? { nodeSelector: selected } : {}),
    tolerations: props.everywhere ? [{ operator: 'Exists' }] : tolerationsFor(props.node).map((toleration) => ({ ...toleration })),
    ...(props.affinity ? { affinity: props.affinity } : {}),
    ...(props.spread ? { topologySpreadConstraints: [...props.spread] } : {}),
    ...(props.before
      ? { initContainers: props.before.map((further) => container({ image: props.image, ...further }, securityContext)) }
      : {}),
    containers: [
      container({ ...props, name: props.containerName, ...(props.user === undefined ? {} : { user: props.user }) }, securityContext),
      ...(props.beside ?? []).map((further) => container({ image: props.image, ...further }, securityContext)),
    ],
    volumes: distinctVolumes(allMounts(props)).flatMap(({ name, from }): k8s.Volume[] => {
      if ('configMap' in from) return [{ name, configMap: { name: from.configMap, defaultMode: 0o440 } }];
      if ('secret' in from) {
        const items = from.items && Object.entries(from.items).map(([key, path]) => ({ key, path }));
        const optional = from.optional ? { optional: true } : {};
        return [{ name, secret: { secretName: from.secret, defaultMode: 0o440, ...(items ? { items } : {}), ...optional } }];
      }
      if ('together' in from) {
        const { configMaps, secrets } = from.together;
        return [
          {
            name,
            projected: {
              defaultMode: 0o440,
              sources: [
                ...configMaps.map((configMap) => ({ configMap: { name: configMap } })),
                ...secrets.map((secret) => ({ secret: { name: secret } })),
              ],
            },
          },
        ];
      }
      if ('claim' in from && from.claim !== true) {
        return [{ name, persistentVolumeClaim: { claimName: from.claim, ...(from.readOnly ? { readOnly: true } : {}) } }];
      }
      if ('nodeFolder' in from) return [{ name, hostPath: { path: from.nodeFolder, type: 'Directory' } }];
      if ('scratchMiB' in from) return [{ name, emptyDir: { sizeLimit: k8s.Quantity.fromString(`${from.scratchMiB}Mi`) } }];
      return [];
    }),
  };
}

const allMounts = ({ mounts, before = [], beside = [] }: HardenedPodProps): Mount[] =>
  [{ mounts }, ...before, ...beside].flatMap((one) => one.mounts ?? []);

function container(
  { name, image, command, args, env, ports, health, resources: used, mounts = [], user }: FurtherContainer,
  securityContext: k8s.SecurityContext,
): k8s.Container {
  return {
    name,
    ...(image === undefined ? {} : { image }),
    imagePullPolicy: 'IfNotPresent',
    ...(command ? { command: [...command] } : {}),
    ...(args ? { args: [...args] } : {}),
    ...(env ? { env: [...env] } : {}),
    ...(ports ? { ports: ports.map((port) => ({ name: port.name, containerPort: port.port, protocol: 'TCP' })) } : {}),
    resources: resources(used ?? { cpuMillis: [50, 500], memoryMiB: [32, 64] }, mounts),
    securityContext: user === undefined ? securityContext : { ...securityContext, runAsUser: user, runAsGroup: user },
    ...(health ? probes(health) : {}),
    volumeMounts: mounts.map(volumeMount),
  };
}

function volumeMount({ name, path, file, from }: Mount): k8s.VolumeMount {
  return {
    name,
    mountPath: path,
    ...(file === undefined ? {} : { subPath: file }),
    readOnly: 'scratchMiB' in from ? false : 'claim' in from ? from.claim !== true && from.readOnly === true : true,
  };
}

/** The first mount of each volume. */
function distinctVolumes(mounts: readonly Mount[]): Mount[] {
  return mounts.filter(({ name }, index) => mounts.findIndex((other) => other.name === name) === index);
}

function probes(health: HealthCheck | HealthCommands) {
  if ('liveness' in health) return commandProbes(health);
  const { port: number, livenessPath, readinessPath, startSeconds = 60, tls = false, startCommand } = health;
  const port = k8s.IntOrString.fromNumber(number);
  const ask = (path: string | undefined): k8s.Probe =>
    path === undefined
      ? { tcpSocket: { port }, timeoutSeconds: 5 }
      : { httpGet: { path, port, scheme: tls ? 'HTTPS' : 'HTTP' }, timeoutSeconds: 5 };
  const alive = ask(livenessPath);
  const started: k8s.Probe = startCommand ? { exec: { command: [...startCommand] }, timeoutSeconds: 30 } : alive;
  return {
    startupProbe: { ...started, periodSeconds: 2, failureThreshold: Math.ceil(startSeconds / 2) },
    livenessProbe: { ...alive, periodSeconds: 15, failureThreshold: 4 },
    readinessProbe: { ...ask(readinessPath), periodSeconds: 5, failureThreshold: 3 },
  };
}

function commandProbes({ liveness, readiness, timeoutSeconds = 5, readinessSeconds = 5, startSeconds = 60 }: HealthCommands) {
  const ask = (command: readonly string[]): k8s.Probe => ({ exec: { command: [...command] }, timeoutSeconds });
  return {
    startupProbe: { ...ask(liveness), periodSeconds: 2, failureThreshold: Math.ceil(startSeconds / 2) },
    livenessProbe: { ...ask(liveness), periodSeconds: 15, failureThreshold: 4 },
    readinessProbe: { ...ask(readiness), periodSeconds: readinessSeconds, failureThreshold: 3 },
  };
}

function resources({ cpuMillis, memoryMiB }: Resources, mounts: readonly Mount[]): k8s.ResourceRequirements {
  // A kubelet counts what is in an emptyDir together with the logs, and evicts the pod when both exceed the limit.
  const scratchMiB = mounts.reduce((sum, { from }) => sum + ('scratchMiB' in from ? from.scratchMiB : 0), 0);
  const quantities = (index: 0 | 1, logsMiB: number) => ({
    cpu: k8s.Quantity.fromString(`${cpuMillis[index]}m`),
    memory: k8s.Quantity.fromString(`${memoryMiB[index]}Mi`),
    // Logs until the node rotates them.
    'ephemeral-storage': k8s.Quantity.fromString(`${logsMiB + scratchMiB}Mi`),
  });
  return { requests: quantities(0, 32), limits: quantities(1, 256) };
}
