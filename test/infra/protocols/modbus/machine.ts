import type { PathStep, Problem } from '../../../../infra/model/problem';
import type { ModbusRule } from '../../../../infra/protocols/modbus/rules/rule';
import { type ModbusMachine, modbusSettings } from '../../../../infra/protocols/modbus/settings';

/** A point as an estate writes it. */
export interface RawPoint {
  address: string;
  type: string;
  byteOrder?: string;
  factor?: number;
  offset?: number;
  unit?: string;
  scan?: string;
  description?: string;
}

/** Settings of a machine type as an estate writes them. */
export interface RawSettings {
  points?: Record<string, RawPoint>;
  [key: string]: unknown;
}

/** The typical use: an oven with a controller that speaks Modbus TCP. */
export const OVEN = {
  protocol: 'modbus',
  byteOrder: 'CDAB',
  points: {
    running: { address: 'holding 0.0', type: 'BOOL' },
    fault: { address: 'holding 0.3', type: 'BOOL' },
    'batch-counter': { address: 'holding 1', type: 'UINT32' },
    temperature: { address: 'input 10', type: 'INT16', factor: 0.1, unit: '°C', scan: 'fast' },
    power: { address: 'input 20', type: 'FLOAT32', unit: 'kW' },
    door: { address: 'discrete 4', type: 'BOOL' },
    order: { address: 'holding 100', type: 'STRING[20]', scan: 'slow' },
  },
};

/** A machine named oven-1 at 10.20.1.31; without points of its own it has one coil. */
export function machineOf(raw: RawSettings = {}, address = '10.20.1.31'): ModbusMachine {
  const settings = modbusSettings.parse({ protocol: 'modbus', points: { flag: { address: 'coil 0', type: 'BOOL' } }, ...raw });
  return { name: 'oven-1', address, settings };
}

/** The path of a setting as a machine type states it. */
export const pathOf = (...steps: PathStep[]): PathStep[] => ['machineTypes', 'oven', ...steps];

/** What one rule finds in a machine. */
export function found(rule: ModbusRule, raw: RawSettings = {}): Problem[] {
  return rule(machineOf(raw), pathOf);
}

/** What one rule says of points, without its path: severity, point, value, message, remedy. */
export function told(rule: ModbusRule, points: Record<string, RawPoint>, raw: RawSettings = {}): unknown[] {
  return found(rule, { ...raw, points }).map(({ severity, path, value, message, remedy }) => [
    severity,
    path.slice(3).join('.'),
    value,
    message,
    remedy,
  ]);
}
