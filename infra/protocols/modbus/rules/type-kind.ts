import { isRefusal } from '../../refusal';
import { formatModbusAddress, parseModbusAddress } from '../address';
import { fits } from '../reading';
import { isRegister } from '../tables';
import { MODBUS_TYPE_NAMES, parseModbusType } from '../types';
import type { ModbusRule } from './rule';

/** A single bit is a BOOL, and what takes registers is not. */
export const typeKindRule: ModbusRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, point]) => {
    const [address, type] = [parseModbusAddress(point.address), parseModbusType(point.type)];
    if (isRefusal(address) || isRefusal(type) || fits(address, type)) return [];
    const isBit = !isRegister(address.kind) || address.bit !== undefined;
    const what = address.bit === undefined ? `a ${address.kind}` : 'a bit of a register';
    return [
      {
        rule: 'modbus/type-kind',
        severity: 'error',
        path: pathOf('points', name, 'type'),
        value: point.type,
        message: isBit ? `is more than one bit, but ${what} is one` : `is one bit, but ${point.address} is a register of 16`,
        remedy: isBit
          ? 'write BOOL, or the address of a register'
          : `write ${formatModbusAddress({ ...address, bit: 0 })} with the bit you mean, or one of ${MODBUS_TYPE_NAMES.slice(1).join(', ')}`,
      },
    ];
  });
