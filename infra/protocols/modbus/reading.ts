import type { ValueType } from '../../model/data-point';
import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import { isRefusal } from '../refusal';
import { parseModbusAddress } from './address';
import { type Fraction, fractionOf } from './scale';
import type { ByteOrder, ModbusSettings } from './settings';
import { isRegister, type ModbusAddress } from './tables';
import { type ModbusType, parseModbusType } from './types';

/** A point whose address and type can be read and fit each other: what the rules of one point look at. */
export interface ModbusReading {
  /** Name of the point. */
  readonly name: string;
  readonly address: ModbusAddress;
  readonly type: ModbusType;
  /** Kind of value that arrives: that of its type, but `real` for a number with a factor or an offset. */
  readonly valueType: ValueType;
  readonly byteOrder: ByteOrder;
  /** Factor and offset. */
  readonly fraction?: Fraction;
  /** Name of its scan class, which may not exist. */
  readonly scan: string;
  readonly unit?: string;
}

/** Readings of one scan class that exists. */
export interface ModbusScan {
  readonly name: string;
  /** Milliseconds between two readings, 100 to 3 600 000. */
  readonly intervalMs: number;
  /** At least one, ordered by name. */
  readonly readings: readonly ModbusReading[];
}

/** True when a type can stand at an address: a BOOL is one bit, anything else registers. */
export function fits(address: ModbusAddress, type: ModbusType): boolean {
  return (type.valueType === 'boolean') === (!isRegister(address.kind) || address.bit !== undefined);
}

/** Points ordered by name; those whose address, type or scale cannot be read are left out (rules say so). Never throws. */
export function readingsOf(settings: ModbusSettings): ModbusReading[] {
  return Object.entries(settings.points)
    .sort(([a], [b]) => byCodeUnits(a, b))
    .flatMap(([name, point]) => {
      const [address, type] = [parseModbusAddress(point.address), parseModbusType(point.type)];
      if (isRefusal(address) || isRefusal(type) || !fits(address, type)) return [];
      const { factor, offset, unit, scan, byteOrder = settings.byteOrder } = point;
      const isScaled = (factor !== undefined || offset !== undefined) && (type.valueType === 'integer' || type.valueType === 'real');
      const fraction = isScaled ? fractionOf(factor ?? 1, offset ?? 0) : undefined;
      const base = { name, address, type, byteOrder, scan, ...(unit === undefined ? {} : { unit }) };
      return [fraction ? { ...base, valueType: 'real', fraction } : { ...base, valueType: type.valueType }];
    });
}

/** The scan classes that have readings, the fastest first, then by name. */
export function scansOf(settings: ModbusSettings): ModbusScan[] {
  const readings = readingsOf(settings);
  return Object.entries(settings.scans)
    .map(([name, interval]) => ({ name, intervalMs: milliseconds(interval), readings: readings.filter((r) => r.scan === name) }))
    .filter((scan) => scan.readings.length > 0)
    .sort((a, b) => a.intervalMs - b.intervalMs || byCodeUnits(a.name, b.name));
}
