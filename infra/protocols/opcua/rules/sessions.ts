import { scansOf } from '../reading';
import type { OpcUaRule } from './rule';

/**
 * Sessions that the gateway should take at most: small controllers have 3 or 5 in all (Phoenix Contact, PLCnext, OPC UA settings of
 * AXC F 1152 and 2152), larger ones 10 and more.
 */
const SESSIONS = 3;

/** The gateway leaves sessions of the server to others. A warning: how many there are depends on the server. */
export const sessionsRule: OpcUaRule = ({ settings }, pathOf) => {
  const used = scansOf(settings).map((scan) => scan.name);
  if (used.length <= SESSIONS) return [];
  return [
    {
      rule: 'opcua/sessions',
      severity: 'warning',
      path: pathOf('scans'),
      value: used,
      message: `are ${used.length} scan classes with points, and each takes a session of the server; small controllers have ${SESSIONS} to 5 in all`,
      remedy: 'put the points into fewer scan classes',
    },
  ];
};
