import { isRefusal } from '../../refusal';
import { parseS7Type } from '../types';
import type { S7Rule } from './rule';

/** Every type is one that the gateway reads. */
export const typeRule: S7Rule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type }]) => {
    const result = parseS7Type(type);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 's7/type',
        severity: 'error',
        path: pathOf('points', name, 'type'),
        value: type,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
