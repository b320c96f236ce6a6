import { ZONES, type ZoneFacts } from '../../infra/model/zone';
import type { Complaint, KubeObject } from './manifest-set';

interface Security {
  readonly runAsNonRoot?: boolean;
  readonly seccompProfile?: { readonly type?: string };
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: Security;
  readonly volumes?: readonly Record<string, unknown>[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: Security;
  readonly resources?: { readonly requests?: Record<string, unknown>; readonly limits?: Record<string, unknown> };
  readonly volumeMounts?: readonly { readonly name?: string; readonly readOnly?: boolean }[];
  readonly ports?: readonly { readonly hostPort?: number }[];
}

/** What Pod Security `restricted` and the zones' quotas would refuse, and images that are not pinned. */
export function podComplaints(object: KubeObject): Complaint[] {
  const pod = podOf(object);
  if (!pod) return [];
  const complaints: Complaint[] = [];
  const mend = 'build the pod with hardenedPod';
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) complaints.push(["shares a namespace of its node's", mend]);
  // A zone that Pod Security does not restrict says why (infra/model/zone.ts); such pods may be root and read folders of their node.
  const { level }: Partial<ZoneFacts> = Object.hasOwn(ZONES, object.metadata.namespace ?? '')
    ? ZONES[object.metadata.namespace as keyof typeof ZONES]
    : {};
  const mayRead = typeof level === 'object';
  const allowed = [
    ...(mayRead ? ['hostPath'] : []),
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'name',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ];
  for (const volume of pod.volumes ?? []) {
    const kind = Object.keys(volume).find((key) => !allowed.includes(key));
    if (kind !== undefined) complaints.push([`mounts a volume of kind ${kind}, which restricted pods may not`, 'use a claim']);
  }
  for (const container of [...(pod.initContainers ?? []), ...(pod.containers ?? [])]) {
    const security = { ...pod.securityContext, ...container.securityContext };
    const add = (fault: boolean, what: string, remedy = mend) => {
      if (fault) complaints.push([`container ${container.name ?? '(without a name)'} ${what}`, remedy]);
    };
    add(security.runAsNonRoot !== true && !mayRead, 'may run as root');
    add(
      (pod.volumes ?? []).some(
        ({ name, hostPath }) =>
          hostPath !== undefined && (container.volumeMounts ?? []).some((mount) => mount.name === name && mount.readOnly !== true),
      ),
      'may write to a folder of its node',
    );
    add(!['RuntimeDefault', 'Localhost'].includes(security.seccompProfile?.type ?? ''), 'has no seccomp profile');
    add(security.allowPrivilegeEscalation !== false || security.privileged === true, 'may gain privileges');
    add(
      !(security.capabilities?.drop ?? []).includes('ALL') ||
        (security.capabilities?.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
      'keeps capabilities',
    );
    add(
      !/(?:@sha256:[0-9a-f]{64}|:(?!latest$)[\w][\w.-]{0,127})$/.test(container.image ?? ''),
      `has an image that is not pinned (${container.image ?? 'none'})`,
      'name a version or a digest',
    );
    add(
      !['cpu', 'memory'].every(
        (name) => container.resources?.requests?.[name] !== undefined && container.resources.limits?.[name] !== undefined,
      ),
      'states no requests and limits of cpu and memory',
    );
    add(
      (container.ports ?? []).some(({ hostPort }) => hostPort !== undefined),
      'takes a port of its node',
      'use a Service',
    );
  }
  return complaints;
}

/** The pod that an object makes, if it makes one. */
function podOf({ kind, spec }: KubeObject): PodSpec | undefined {
  const at = (value: unknown, ...steps: string[]): unknown =>
    steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
  if (kind === 'Pod') return spec as PodSpec;
  if (kind === 'CronJob') return at(spec, 'jobTemplate', 'spec', 'template', 'spec') as PodSpec | undefined;
  return ['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet'].includes(kind)
    ? (at(spec, 'template', 'spec') as PodSpec | undefined)
    : undefined;
}
