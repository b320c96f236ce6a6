import type { Problem } from '../../../model/problem';
import { isRefusal } from '../../refusal';
import { fractionOf } from '../scale';
import { parseModbusType } from '../types';
import type { ModbusRule } from './rule';

/** Factor and offset stand at numbers, and can be calculated with exactly. */
export const scaleRule: ModbusRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type: typeText, factor, offset }]): Problem[] => {
    const stated = factor === undefined ? 'offset' : 'factor';
    const type = parseModbusType(typeText);
    if ((factor === undefined && offset === undefined) || isRefusal(type)) return [];
    const at = { rule: 'modbus/scale', severity: 'error' as const, path: pathOf('points', name, stated), value: factor ?? offset };
    if (type.valueType === 'boolean' || type.valueType === 'string') {
      return [{ ...at, message: `is for numbers, and ${type.name} is none`, remedy: 'remove it, or correct the type' }];
    }
    if (fractionOf(factor ?? 1, offset ?? 0)) return [];
    return [
      {
        ...at,
        message: `with the offset ${offset ?? 0} has more digits than can be calculated with exactly: both as whole numbers of the same decimal places must be at most ${Number.MAX_SAFE_INTEGER}`,
        remedy: 'round them',
      },
    ];
  });
