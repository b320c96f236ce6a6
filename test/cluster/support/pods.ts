import { eventually, GiveUp } from '../../support/wait';
import type { Condition, KubernetesObject } from './api';
import type { ControlPlane } from './control-plane';

/** A v1.Pod, as far as the tests look into one. */
export interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: readonly Condition[] };
}

/**
 * Waits until a pod runs, and returns it.
 *
 * @throws with what its conditions say, such as why no node takes it, when it does not within the time
 */
export async function runningPod({ api }: ControlPlane, namespace: string, name: string, timeoutMs = 30_000): Promise<Pod> {
  return await eventually(`pod ${namespace}/${name} to run`, timeoutMs, async () => {
    const pod = await api.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
    if (pod.status.phase === 'Running') return pod;
    throw new Error([`it is ${pod.status.phase}`, ...unmetConditions(pod)].join('; '));
  });
}

/**
 * Waits until the scheduler has said that no node takes a pod, and returns its reason.
 *
 * @throws when it has not within the time, or when the pod got a node
 */
export async function unschedulablePod({ api }: ControlPlane, namespace: string, name: string, timeoutMs = 30_000): Promise<string> {
  return await eventually(`pod ${namespace}/${name} to find no node`, timeoutMs, async () => {
    const { spec, status } = await api.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
    if (spec.nodeName) throw new GiveUp(`pod ${namespace}/${name} was given to node ${spec.nodeName}`);
    const refusal = status.conditions?.find(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable');
    if (!refusal?.message) throw new Error('the scheduler has not looked at it yet');
    return refusal.message;
  });
}

function unmetConditions({ status }: Pod): string[] {
  return (status.conditions ?? []).filter((condition) => condition.status !== 'True').map(({ message }) => message ?? '');
}
