import { readingsOf } from '../reading';
import type { S7Type } from '../types';
import type { S7Rule } from './rule';

/** Types of every family that read the same bytes as the one that is missing. */
const SAME: Record<string, string> = { USINT: 'BYTE', UINT: 'WORD', UDINT: 'DWORD' };

/** A type is one that programs of the controller can declare. */
export const typeControllerRule: S7Rule = ({ settings }, pathOf) =>
  readingsOf(settings)
    .filter(({ type }) => !type.controllers.includes(settings.controller))
    .map(({ name, type }) => ({
      rule: 's7/type-controller',
      severity: 'error',
      path: pathOf('points', name, 'type'),
      value: type.name,
      message: `is not a type of an ${settings.controller}; it exists on ${type.controllers.join(' and ')}`,
      remedy: remedy(type),
    }));

function remedy(type: S7Type): string {
  const same = SAME[type.name];
  return same ? `write ${same}, which reads the same value` : 'correct the type or the controller';
}
