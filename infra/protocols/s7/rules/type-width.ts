import { atWidth, formatS7Address, type S7Width } from '../address';
import { readingsOf } from '../reading';
import { typesOfWidth } from '../types';
import type { S7Rule } from './rule';

const NAMES: Record<S7Width, string> = { X: 'one bit', B: 'a byte', W: 'a word of two bytes', D: 'a double word of four bytes' };

/** An address names as much as its type has; what is wider than four bytes is named by its first byte. */
export const typeWidthRule: S7Rule = ({ settings }, pathOf) =>
  readingsOf(settings)
    .filter(({ address, type }) => address.width !== type.width)
    .map(({ name, address, type }) => {
      const wide = type.width === 'B' && type.bytes > 1;
      const better = formatS7Address(atWidth(address, type.width));
      const here = typesOfWidth(address.width, settings.controller).join(', ');
      return {
        rule: 's7/type-width',
        severity: 'error',
        path: pathOf('points', name, 'address'),
        value: formatS7Address(address),
        message: `names ${NAMES[address.width]}, but ${type.name} is ${wide ? 'named by its first byte' : NAMES[type.width]}`,
        remedy: `write ${better}${type.width === 'X' ? ' with the bit you mean' : ''}, or one of the types that are ${NAMES[address.width]}: ${here}`,
      };
    });
