import { byCodeUnits } from '../reading';
import type { OpcUaRule } from './rule';

/** Every point names a scan class that the machine type has. */
export const scanRule: OpcUaRule = ({ settings }, pathOf) => {
  const scans = Object.keys(settings.scans).sort(byCodeUnits);
  return Object.entries(settings.points)
    .filter(([, { scan }]) => !scans.includes(scan))
    .map(([name, { scan }]) => ({
      rule: 'opcua/scan',
      severity: 'error',
      path: pathOf('points', name, 'scan'),
      value: scan,
      message: `is not a scan class of this machine type; it has ${scans.join(', ')}`,
      remedy: 'write one of them, or add the scan class under scans',
    }));
};
