import type { ModbusRule } from './rule';

/** The unit identifier is one that answers: 0 is for all devices of a serial line, which do not answer; 248 to 254 are kept free. */
export const unitIdRule: ModbusRule = ({ settings: { unitId, transport } }, pathOf) => {
  const isSerial = transport === 'rtu-over-tcp';
  if (isSerial ? unitId >= 1 && unitId <= 247 : unitId <= 247 || unitId === 255) return [];
  return [
    {
      rule: 'modbus/unit-id',
      severity: 'error',
      path: pathOf('unitId'),
      value: unitId,
      message: isSerial
        ? 'is no address of a device on a serial line; they have 1 to 247'
        : 'is kept free by the standard; devices have 0 to 247, or 255',
      remedy: isSerial ? 'write the slave address that is set at the device' : 'write the unit identifier from its manual, often 1 or 255',
    },
  ];
};
