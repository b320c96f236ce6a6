import { k8s } from 'cdk8s-plus-27';
import type { Node } from '../../infra/model/node';
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
  readonly name: string;
  readonly path: string;
  /** `configMap` and `secret` name an object of the pod's namespace; `claim` a volume claim template; `scratch` is empty at start. */
  readonly from: { readonly configMap: string } | { readonly secret: string } | { readonly claim: true } | { readonly scratchMiB: number };
}

/** How a program shows that it is alive, and that it works. */
export interface HealthCheck {
  readonly port: number;
  /** Path that answers while the process is alive. @default - it is alive while it accepts connections */
  readonly livenessPath?: string;
  /** Path that answers while it works: not answering never ends it. */
  readonly readinessPath: string;
  /** Seconds that it may take until it first answers. @default 60 */
  readonly startSeconds?: number;
}

/** What {@link hardenedPod} takes: one container, because a second one needs a reason. */
export interface HardenedPodProps {
  readonly containerName: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly k8s.EnvVar[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly health: HealthCheck;
  readonly resources: Resources;
  readonly mounts: readonly Mount[];
  readonly serviceAccount: string;
  readonly priorityClass: string;
  /** Seconds between the signal to end and the end. @default 30 */
  readonly terminationGraceSeconds?: number;
  /** The node that it must run on. @default - the scheduler chooses among general-purpose nodes */
  readonly node?: Node;
  readonly affinity?: k8s.Affinity;
  readonly spread?: readonly k8s.TopologySpreadConstraint[];
}

/**
 * A pod that Pod Security `restricted` admits: no root, no capabilities, the runtime's seccomp profile, a read-only root, no token,
 * bounded resources, and 30 seconds on a dead node. Built on the L1 types, because cdk8s-plus-27's pods cannot say seccompProfile,
 * topologySpreadConstraints or priorityClassName.
 */
export function hardenedPod(props: HardenedPodProps): k8s.PodSpec {
  const port = k8s.IntOrString.fromNumber(props.health.port);
  const ask = (path: string): k8s.Probe => ({ httpGet: { path, port, scheme: 'HTTP' }, timeoutSeconds: 5 });
  const alive: k8s.Probe =
    props.health.livenessPath === undefined ? { tcpSocket: { port }, timeoutSeconds: 5 } : ask(props.health.livenessPath);
  return {
    serviceAccountName: props.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: props.priorityClass,
    terminationGracePeriodSeconds: props.terminationGraceSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: POD_USER,
      runAsGroup: POD_USER,
      fsGroup: POD_USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(props.node ? { nodeSelector: { 'kubernetes.io/hostname': props.node.name } } : {}),
    tolerations: tolerationsFor(props.node).map((toleration) => ({ ...toleration })),
    ...(props.affinity ? { affinity: props.affinity } : {}),
    ...(props.spread ? { topologySpreadConstraints: [...props.spread] } : {}),
    containers: [
      {
        name: props.containerName,
        image: props.image,
        imagePullPolicy: 'IfNotPresent',
        args: [...props.args],
        ...(props.env ? { env: [...props.env] } : {}),
        ports: props.ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
        resources: resources(props.resources),
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: POD_USER,
          runAsGroup: POD_USER,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        startupProbe: { ...alive, periodSeconds: 2, failureThreshold: Math.ceil((props.health.startSeconds ?? 60) / 2) },
        livenessProbe: { ...alive, periodSeconds: 15, failureThreshold: 4 },
        readinessProbe: { ...ask(props.health.readinessPath), periodSeconds: 5, failureThreshold: 3 },
        volumeMounts: props.mounts.map(({ name, path, from }) => ({
          name,
          mountPath: path,
          readOnly: !('claim' in from || 'scratchMiB' in from),
        })),
      },
    ],
    volumes: props.mounts.flatMap(({ name, from }): k8s.Volume[] => {
      if ('configMap' in from) return [{ name, configMap: { name: from.configMap, defaultMode: 0o440 } }];
      if ('secret' in from) return [{ name, secret: { secretName: from.secret, defaultMode: 0o440 } }];
      if ('scratchMiB' in from) return [{ name, emptyDir: { sizeLimit: k8s.Quantity.fromString(`${from.scratchMiB}Mi`) } }];
      return [];
    }),
  };
}

function resources({ cpuMillis, memoryMiB }: Resources): k8s.ResourceRequirements {
  const quantities = (index: 0 | 1, storage: string) => ({
    cpu: k8s.Quantity.fromString(`${cpuMillis[index]}m`),
    memory: k8s.Quantity.fromString(`${memoryMiB[index]}Mi`),
    // Logs until the node rotates them.
    'ephemeral-storage': k8s.Quantity.fromString(storage),
  });
  return { requests: quantities(0, '32Mi'), limits: quantities(1, '256Mi') };
}
