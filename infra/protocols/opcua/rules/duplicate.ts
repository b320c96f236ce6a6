import type { Problem } from '../../../model/problem';
import { formatNodeId, isSameNode } from '../node-id';
import { type OpcUaReading, readingsOf } from '../reading';
import type { OpcUaRule } from './rule';

/** No two points read the same node. A warning: it works, but it is nearly always a line copied and not finished. */
export const duplicateRule: OpcUaRule = ({ settings }, pathOf) => {
  const first: OpcUaReading[] = [];
  const problems: Problem[] = [];
  for (const reading of readingsOf(settings)) {
    const other = first.find(({ node }) => isSameNode(node, reading.node));
    if (!other) first.push(reading);
    else {
      problems.push({
        rule: 'opcua/duplicate',
        severity: 'warning',
        path: pathOf('points', reading.name, 'node'),
        value: formatNodeId(reading.node),
        message: `is read by the point ${other.name} already`,
        remedy: 'correct the node id, or remove one of the two points',
      });
    }
  }
  return problems;
};
