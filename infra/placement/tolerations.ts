import { type Node, SPECIALISED_TAINT } from '../model/node';

/** A toleration as Kubernetes has it. */
export interface Toleration {
  readonly key: string;
  readonly operator: 'Exists';
  readonly effect?: 'NoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
}

/** How long a pod stays on a node that is not ready before it is replaced, in seconds. Kubernetes waits 300 by default. */
export const NODE_FAILURE_SECONDS = 30;

/** What every pod of a plant tolerates: a dead node for {@link NODE_FAILURE_SECONDS}. */
const NODE_FAILURE: readonly Toleration[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: NODE_FAILURE_SECONDS,
}));

/**
 * Tolerations of a workload. One that names a specialised node tolerates its taint whatever its value and effect, as the Factory+
 * charts do; one that names none never does.
 */
export function tolerationsFor(node: Node | undefined): Toleration[] {
  const specialised = node?.taints.some((taint) => taint.key === SPECIALISED_TAINT) ?? false;
  return [...NODE_FAILURE, ...(specialised ? [{ key: SPECIALISED_TAINT, operator: 'Exists' as const }] : [])];
}
