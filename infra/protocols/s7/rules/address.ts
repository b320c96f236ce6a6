import { isRefusal } from '../../refusal';
import { parseS7Address } from '../address';
import type { S7Rule } from './rule';

/** Every address can be read. */
export const addressRule: S7Rule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { address }]) => {
    const result = parseS7Address(address);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 's7/address',
        severity: 'error',
        path: pathOf('points', name, 'address'),
        value: address,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
