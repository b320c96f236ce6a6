import { scanRuleOf } from '../../scan-rule';
import type { ModbusRule } from './rule';

/** Every point names a scan class that the machine type has. */
export const scanRule: ModbusRule = scanRuleOf('modbus');
