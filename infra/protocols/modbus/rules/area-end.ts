import { formatModbusAddress } from '../address';
import { readingsOf } from '../reading';
import { LAST_NUMBER } from '../tables';
import type { ModbusRule } from './rule';

/** No value reaches beyond the last register that the gateway reads. */
export const areaEndRule: ModbusRule = ({ settings }, pathOf) =>
  readingsOf(settings)
    .filter(({ address, type }) => address.number + type.registers - 1 > LAST_NUMBER)
    .map(({ name, address, type }) => ({
      rule: 'modbus/area-end',
      severity: 'error',
      path: pathOf('points', name, 'address'),
      value: formatModbusAddress(address),
      message: `with the ${type.registers} registers of ${type.name} ends at ${address.number + type.registers - 1}; the last one that the gateway reads is ${LAST_NUMBER}`,
      remedy: 'correct the address or the type',
    }));
