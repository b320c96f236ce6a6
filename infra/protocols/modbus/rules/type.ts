import { isRefusal } from '../../refusal';
import { parseModbusType } from '../types';
import type { ModbusRule } from './rule';

/** Every type is one that the gateway reads. */
export const typeRule: ModbusRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type }]) => {
    const result = parseModbusType(type);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 'modbus/type',
        severity: 'error',
        path: pathOf('points', name, 'type'),
        value: type,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
