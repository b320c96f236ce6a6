import { LONGEST_LOG_LINE, logBytesPerHour } from '../model/logs';
import type { Rule } from './rule';

/** Lines an hour that a node should be able to send, however long they are: a program that fails says about as many. */
const LINES_AN_HOUR = 20;

/** A budget in which an error is not told is none. */
export const logBudget: Rule = {
  id: 'log-budget',
  invariant: `Each node may send at least ${LINES_AN_HOUR} lines of a log an hour, however long they are.`,
  check: ({ plants, isWhole }) =>
    plants.flatMap(({ name, logs, nodes }) => {
      if (!logs || !isWhole('plants', name, 'logs') || !isWhole('plants', name, 'racks')) return [];
      const bytes = logBytesPerHour(logs, nodes.length);
      const needed = LINES_AN_HOUR * LONGEST_LOG_LINE;
      if (bytes >= needed) return [];
      return [
        {
          severity: 'warning' as const,
          path: ['plants', name, 'logs', 'mebibytesPerDay'],
          value: logs.mebibytesPerDay,
          message: `leaves each of ${nodes.length} nodes ${bytes} bytes an hour, ${Math.floor(bytes / LONGEST_LOG_LINE)} lines when they are long; the rest is left out`,
          remedy: `state at least ${Math.ceil((needed * 24 * nodes.length) / 1024 ** 2)}`,
        },
      ];
    }),
};
