import type { Problem } from '../../../model/problem';
import { formatS7Address } from '../address';
import { readingsOf } from '../reading';
import type { S7Rule } from './rule';

/**
 * No two points read the same address as the same type. A warning: it works, and a type that is changed under `differs` may pass
 * through it, but it is nearly always a line copied and not finished.
 */
export const duplicateRule: S7Rule = ({ settings }, pathOf) => {
  const first = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { name, address, type } of readingsOf(settings)) {
    const place = formatS7Address(address);
    const other = first.get(`${place} ${type.name}`);
    if (other === undefined) first.set(`${place} ${type.name}`, name);
    else {
      problems.push({
        rule: 's7/duplicate',
        severity: 'warning',
        path: pathOf('points', name, 'address'),
        value: place,
        message: `is read as ${type.name} by the point ${other} already`,
        remedy: 'correct the address, or remove one of the two points',
      });
    }
  }
  return problems;
};
