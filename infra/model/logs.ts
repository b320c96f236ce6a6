import { z } from 'zod';

/**
 * Log collection: what containers write goes to the centre, as far as the budget allows. Telling nothing collects nothing. Reading the
 * nodes' log files takes a namespace that Pod Security does not restrict, so it is a decision.
 */
export const logsSchema = z.strictObject({
  mebibytesPerDay: z
    .number()
    .int()
    .min(1, 'must be a whole number of MiB from 1 to 100000')
    .max(100_000, 'must be a whole number of MiB from 1 to 100000')
    .describe('The most that the whole plant sends a day, in MiB, 1–100000: each node has its share, and each hour a 24th of it'),
});
/** Log collection as the schema returned it. */
export type Logs = z.output<typeof logsSchema>;

/** First topic levels of logs; the version changes when a reader would have to. */
export const LOG_TOPIC_PREFIX = 'logs/v1';

/** The filter that takes in the logs of every node of a plant. */
export function plantLogFilter(plant: string): string {
  return `${LOG_TOPIC_PREFIX}/${plant}/+`;
}

/** Measurement of every log line on the wire. */
export const LOG_MEASUREMENT = 'log';

/** Longest message that is sent, in characters; the rest of a line is cut off. */
export const LOG_LINE_CHARACTERS = 2_000;

/** What a line takes on the wire beside its tags and its text, in bytes: MQTT, TLS and TCP of a batch shared by its lines, on the safe side. */
export const LOG_LINE_OVERHEAD = 80;

/** The most that one line takes of the budget, in bytes: its text in full, with its tags at their longest (DNS labels and names) and the rest. */
export const LONGEST_LOG_LINE = LOG_LINE_CHARACTERS + 3 * 253 + 2 * 63 + LOG_LINE_OVERHEAD;

/** Bytes that a node may send in an hour, so that the plant stays within its day's budget. */
export function logBytesPerHour({ mebibytesPerDay }: Logs, nodes: number): number {
  return Math.floor((mebibytesPerDay * 1024 ** 2) / 24 / Math.max(1, nodes));
}
