import { milliseconds } from '../model/duration';
import type { Jobs } from '../model/jobs';
import { NODE_FAILURE_SECONDS } from '../placement/tolerations';

/** How much two monotonic clocks may differ in speed: 1 %, twenty times what NTP corrects at most (500 ppm). */
export const CLOCK_DRIFT = 0.01;

/**
 * The least time from the isolation of a node until Kubernetes calls it not ready, in seconds. The control plane waits 40 s (50 s from
 * Kubernetes 1.32) since the last sign of life, which may be 10 s old at that moment (--node-monitor-grace-period; a kubelet renews its
 * lease every 10 s).
 */
const DETECTION_SECONDS = 40 - 10;

/** The least time from the isolation of a node until a pod takes the place of one of its own, in seconds. */
export const REPLACEMENT_SECONDS = DETECTION_SECONDS + NODE_FAILURE_SECONDS;

/**
 * The longest time, by any clock, from the moment when an agent told its state until its machine is at hold, where nothing was renewed
 * since: what the orchestrator waits before it grants a lease to another instance. In milliseconds.
 */
export function commandingEndsWithin({ leaseMs, holdMs }: { readonly leaseMs: number; readonly holdMs: number }): number {
  return Math.ceil((leaseMs + holdMs) * (1 + CLOCK_DRIFT));
}

/** {@link commandingEndsWithin} for the lease that a plant states. */
export function jobsCommandingEndsWithin({ lease, hold }: Pick<Jobs, 'lease' | 'hold'>): number {
  return commandingEndsWithin({ leaseMs: milliseconds(lease), holdMs: milliseconds(hold) });
}
