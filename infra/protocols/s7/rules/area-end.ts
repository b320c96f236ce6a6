import { formatS7Address, MAX_NUMBER } from '../address';
import { readingsOf } from '../reading';
import type { S7Rule } from './rule';

/** No value reaches beyond the last byte that an area can have. */
export const areaEndRule: S7Rule = ({ settings }, pathOf) =>
  readingsOf(settings)
    .filter(({ address, type }) => address.byte + type.bytes - 1 > MAX_NUMBER)
    .map(({ name, address, type }) => ({
      rule: 's7/area-end',
      severity: 'error',
      path: pathOf('points', name, 'address'),
      value: formatS7Address(address),
      message: `with the ${type.bytes} bytes of ${type.name} ends at byte ${address.byte + type.bytes - 1}; the last byte of an area is ${MAX_NUMBER}`,
      remedy: 'write the offset that TIA Portal shows',
    }));
