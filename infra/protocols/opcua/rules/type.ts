import { isRefusal } from '../../refusal';
import { parseOpcUaType } from '../types';
import type { OpcUaRule } from './rule';

/** Every type is one that the gateway reads. */
export const typeRule: OpcUaRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type }]) => {
    const result = parseOpcUaType(type);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 'opcua/type',
        severity: 'error',
        path: pathOf('points', name, 'type'),
        value: type,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
