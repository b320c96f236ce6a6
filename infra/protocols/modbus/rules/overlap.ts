import type { Problem } from '../../../model/problem';
import { formatModbusAddress } from '../address';
import { type ModbusReading, readingsOf } from '../reading';
import type { ModbusRule } from './rule';

const rangeOf = ({ address, type }: ModbusReading) => [address.number, address.number + type.registers - 1] as const;
const rangeText = (reading: ModbusReading) => {
  const [first, last] = rangeOf(reading);
  return `${reading.address.kind} ${first === last ? first : `${first} to ${last}`}`;
};

/**
 * No two points read the same registers: nearly always a line copied and not finished. A warning where it works: two points of the same
 * registers, or in different scan classes. An error where two points of one scan class share some of their registers: where
 * requests read through gaps, Telegraf 1.37.2 ends the request with the shorter one, and the longer arrives with zeros that were never
 * read. A register and its bits, and different bits, may be read beside each other.
 */
export const overlapRule: ModbusRule = ({ settings }, pathOf) => {
  const readings = readingsOf(settings).sort((a, b) => rangeOf(a)[0] - rangeOf(b)[0] || rangeOf(b)[1] - rangeOf(a)[1]);
  const problems: Problem[] = [];
  const before = new Map<string, ModbusReading[]>();
  for (const reading of readings) {
    const { name, address, type } = reading;
    const [first, last] = rangeOf(reading);
    const others = (before.get(address.kind) ?? []).filter((other) => rangeOf(other)[1] >= first);
    before.set(address.kind, [...others, reading]);
    const same = others.find((other) => rangeOf(other)[0] === first && rangeOf(other)[1] === last && !isBeside(other, reading));
    const partly = others.find((other) => rangeOf(other)[0] !== first || rangeOf(other)[1] !== last);
    const at = { path: pathOf('points', name, 'address'), value: formatModbusAddress(address) };
    if (same) {
      problems.push({
        rule: 'modbus/duplicate',
        severity: 'warning',
        ...at,
        message: `is read as ${same.type.name} by the point ${same.name} already`,
        remedy: 'correct the address, or remove one of the two points',
      });
    } else if (partly) {
      const inOneScan = partly.scan === reading.scan;
      problems.push({
        rule: 'modbus/overlap',
        severity: inOneScan ? 'error' : 'warning',
        ...at,
        message: `as ${type.name} reads ${rangeText(reading)}, of which the point ${partly.name} (${partly.type.name}) reads ${rangeText(partly)}`,
        remedy: inOneScan
          ? 'correct one of the addresses or types; if both are meant, put them into different scan classes'
          : 'correct one of the addresses or types',
      });
    }
  }
  return problems;
};

/** True for different bits, and for a register and a bit of it. */
function isBeside(a: ModbusReading, b: ModbusReading): boolean {
  return a.address.bit !== b.address.bit;
}
