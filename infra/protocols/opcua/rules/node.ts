import { isRefusal } from '../../refusal';
import { parseNodeId } from '../node-id';
import type { OpcUaRule } from './rule';

/** Every node id can be read. */
export const nodeRule: OpcUaRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { node }]) => {
    const result = parseNodeId(node);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 'opcua/node',
        severity: 'error',
        path: pathOf('points', name, 'node'),
        value: node,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
