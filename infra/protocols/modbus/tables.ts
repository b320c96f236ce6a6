/** The four tables of a Modbus device: bits that can be written or only read, registers of 16 bits that can only be read or be written. */
export const KINDS = ['coil', 'discrete', 'input', 'holding'] as const;

/** @see {@link KINDS} */
export type ModbusKind = (typeof KINDS)[number];

/** A place in a table. */
export interface ModbusAddress {
  readonly kind: ModbusKind;
  /** As it travels on the wire: counts from 0, at most {@link LAST_NUMBER}. */
  readonly number: number;
  /** A bit of a register, 0 the least significant to 15; for registers only. */
  readonly bit?: number;
}

/** The first digit of a reference number (Modicon, PI-MBUS-300). */
export const REFERENCE_DIGITS: Readonly<Record<ModbusKind, string>> = { coil: '0', discrete: '1', input: '3', holding: '4' };

/**
 * The last number that the gateway reads. A table ends at 65535, but Telegraf refuses a value that ends there and does not start
 * (configuration_metric.go, newField, 1.37.2).
 */
export const LAST_NUMBER = 65_534;

/** What one request may ask for at most (Modbus Application Protocol 1.1b3, 6.1–6.4; Telegraf 1.37.2, configuration.go). */
export const REQUEST_LIMITS: Readonly<Record<ModbusKind, number>> = { coil: 2000, discrete: 2000, input: 125, holding: 125 };

/** True for a table of registers, false for one of bits. */
export function isRegister(kind: ModbusKind): boolean {
  return kind === 'input' || kind === 'holding';
}
