import type { PathStep, Problem } from '../../../../infra/model/problem';
import type { S7Rule } from '../../../../infra/protocols/s7/rules/rule';
import { type S7Machine, s7Settings } from '../../../../infra/protocols/s7/settings';

/** A point as an estate writes it. */
export interface RawPoint {
  address: string;
  type: string;
  unit?: string;
  scan?: string;
  description?: string;
}

/** Settings of a machine type as an estate writes them. */
export interface RawSettings {
  controller?: string;
  points?: Record<string, RawPoint>;
  [key: string]: unknown;
}

/** The typical use: a press with an S7-1500. */
export const PRESS = {
  protocol: 's7',
  controller: 'S7-1500',
  points: {
    state: { address: 'DB10.DBW0', type: 'INT' },
    'stroke-counter': { address: 'DB10.DBD2', type: 'UDINT' },
    'main-pressure': { address: 'DB10.DBD6', type: 'REAL', unit: 'bar', scan: 'fast' },
    running: { address: 'DB10.DBX10.0', type: 'BOOL' },
    order: { address: 'DB10.DBB12', type: 'STRING[20]', scan: 'slow' },
  },
};

/** A machine named press-1 at 10.20.1.11; without points of its own it has one flag. */
export function machineOf(raw: RawSettings = {}, address = '10.20.1.11'): S7Machine {
  const settings = s7Settings.parse({ protocol: 's7', controller: 'S7-1500', points: { flag: { address: 'M0.1', type: 'BOOL' } }, ...raw });
  return { name: 'press-1', address, settings };
}

/** The path of a setting as a machine type states it. */
export const pathOf = (...steps: PathStep[]): PathStep[] => ['machineTypes', 'press', ...steps];

/** What one rule finds in a machine. */
export function found(rule: S7Rule, raw: RawSettings = {}): Problem[] {
  return rule(machineOf(raw), pathOf);
}
