import { isRefusal } from '../../refusal';
import { parseModbusAddress } from '../address';
import type { ModbusRule } from './rule';

/** Every address can be read. */
export const addressRule: ModbusRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { address }]) => {
    const result = parseModbusAddress(address);
    if (!isRefusal(result)) return [];
    return [
      {
        rule: 'modbus/address',
        severity: 'error',
        path: pathOf('points', name, 'address'),
        value: address,
        message: result.error,
        remedy: result.instead,
      },
    ];
  });
