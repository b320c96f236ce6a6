import { byCodeUnits } from '../reading';
import type { S7Rule } from './rule';

/** Every point names a scan class that the machine type has. */
export const scanRule: S7Rule = ({ settings }, pathOf) => {
  const scans = Object.keys(settings.scans).sort(byCodeUnits);
  return Object.entries(settings.points)
    .filter(([, { scan }]) => !scans.includes(scan))
    .map(([name, { scan }]) => ({
      rule: 's7/scan',
      severity: 'error',
      path: pathOf('points', name, 'scan'),
      value: scan,
      message: `is not a scan class of this machine type; it has ${scans.join(', ')}`,
      remedy: 'write one of them, or add the scan class under scans',
    }));
};
