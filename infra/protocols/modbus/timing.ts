import { milliseconds } from '../../model/duration';
import type { ModbusSettings } from './settings';

/**
 * Milliseconds to reckon with for one request and its answer when the machine type states none. Assumptions, on the careful side: a
 * controller answers between its cycles; on a serial line of 19 200 baud 125 registers travel for about 150 ms, few for about 20.
 */
const TURNAROUND_MS = { tcp: 20, 'rtu-over-tcp': 100 } as const;

/** Milliseconds of one request and its answer. */
export function turnaroundMs({ turnaround, transport }: Pick<ModbusSettings, 'turnaround' | 'transport'>): number {
  return turnaround === undefined ? TURNAROUND_MS[transport] : milliseconds(turnaround);
}
