import { controllerFacts } from '../controllers';
import { batchesOf } from '../gateway';
import { scansOf } from '../reading';
import type { S7Rule } from './rule';

/**
 * The requests of a scan class are answered before the next scan begins, by the estimate of `requestMs` (controllers.ts). A warning,
 * because it is an estimate: a scan that takes too long is not lost but delays the next one.
 */
export const scanTimeRule: S7Rule = ({ settings }, pathOf) => {
  const { requestMs } = controllerFacts(settings.controller);
  return scansOf(settings).flatMap((scan) => {
    const requests = batchesOf(settings, scan).batches.length;
    const needed = requests * requestMs;
    if (needed <= scan.intervalMs) return [];
    return [
      {
        rule: 's7/scan-time',
        severity: 'warning',
        path: pathOf('scans', scan.name),
        value: settings.scans[scan.name],
        message: `is too short for ${scan.readings.length} points in ${requests} requests, which take about ${needed} ms at ${requestMs} ms each on an ${settings.controller}`,
        remedy: 'move points, long texts first, to a slower scan class, or lengthen this one',
      },
    ];
  });
};
