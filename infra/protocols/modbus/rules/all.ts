import { addressRule } from './address';
import { areaEndRule } from './area-end';
import { overlapRule } from './overlap';
import type { ModbusRule } from './rule';
import { scaleRule } from './scale';
import { scanRule } from './scan';
import { scanTimeRule } from './scan-time';
import { typeRule } from './type';
import { typeKindRule } from './type-kind';
import { unitIdRule } from './unit-id';

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const modbusRules: readonly ModbusRule[] = [
  addressRule,
  areaEndRule,
  overlapRule,
  scaleRule,
  scanRule,
  scanTimeRule,
  typeRule,
  typeKindRule,
  unitIdRule,
];
