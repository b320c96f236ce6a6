import { milliseconds } from '../../../model/duration';
import { requestsOf } from '../gateway';
import { scansOf } from '../reading';
import { turnaroundMs } from '../timing';
import type { ModbusRule } from './rule';

/**
 * The requests of a scan class are answered before the next scan begins, reckoned with `turnaround` and `pause`. A warning, because it
 * is an estimate: a scan that takes too long is not lost but delays the next one.
 */
export const scanTimeRule: ModbusRule = ({ settings }, pathOf) => {
  const requestMs = turnaroundMs(settings);
  const pauseMs = settings.pause === undefined ? 0 : milliseconds(settings.pause);
  return scansOf(settings).flatMap((scan) => {
    const requests = requestsOf(settings, scan).length;
    const needed = requests * (requestMs + pauseMs);
    if (needed <= scan.intervalMs) return [];
    return [
      {
        rule: 'modbus/scan-time',
        severity: 'warning',
        path: pathOf('scans', scan.name),
        value: settings.scans[scan.name],
        message: `is too short for ${scan.readings.length} points in ${requests} requests, which take about ${needed} ms at ${requestMs} ms each${pauseMs > 0 ? ` and ${pauseMs} ms of pause` : ''}`,
        remedy:
          'let requests read through gaps (readThrough), move points to a slower scan class, lengthen this one, or state the measured turnaround',
      },
    ];
  });
};
