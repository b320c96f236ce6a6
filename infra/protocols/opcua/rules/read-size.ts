import { scansOf } from '../reading';
import type { OpcUaRule } from './rule';

/** Values in one request beyond which servers are known to refuse: an assumption. A server says its own limit as MaxNodesPerRead. */
const VALUES = 500;

/** One request of a scan class is not too large for a server. A warning: each server has a limit of its own, or none. */
export const readSizeRule: OpcUaRule = ({ settings }, pathOf) =>
  scansOf(settings)
    .filter(({ readings }) => readings.length > VALUES)
    .map((scan) => ({
      rule: 'opcua/read-size',
      severity: 'warning',
      path: pathOf('scans', scan.name),
      value: settings.scans[scan.name],
      message: `reads ${scan.readings.length} values with one request; a server whose MaxNodesPerRead (ns=0;i=11705) is lower refuses all of them`,
      remedy: 'look up MaxNodesPerRead, and spread the points over scan classes, or describe the machine as two',
    }));
