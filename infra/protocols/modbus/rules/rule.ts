import type { Problem } from '../../../model/problem';
import type { PathOf } from '../../protocol';
import type { ModbusMachine } from '../settings';

/** One invariant of a machine with a Modbus device: what is wrong, nothing when all is well. Never throws. */
export type ModbusRule = (machine: ModbusMachine, pathOf: PathOf) => Problem[];
