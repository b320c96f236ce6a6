import type { PathStep, Problem } from '../../../../infra/model/problem';
import type { OpcUaRule } from '../../../../infra/protocols/opcua/rules/rule';
import { type OpcUaMachine, opcuaSettings } from '../../../../infra/protocols/opcua/settings';

/** A PEM that looks like a certificate. */
export const PEM = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

/** The typical use: a cell whose server is known, and asks who comes. */
export const CELL = {
  protocol: 'opcua',
  security: { mode: 'SignAndEncrypt', serverCertificate: PEM },
  login: { as: 'user' },
  points: {
    state: { node: 'ns=3;s="Cell"."state"', type: 'Int16' },
    'part-counter': { node: 'ns=3;i=1002', type: 'UInt32' },
    'gripper-force': { node: 'ns=3;i=1003', type: 'Float', unit: 'N', scan: 'fast' },
    order: { node: 'ns=3;i=1004', type: 'String', maxBytes: 40, scan: 'slow' },
  },
};

/** Settings of a machine type as an estate writes them. */
export type RawSettings = Record<string, unknown>;

/** What the schema makes of settings. */
export const parsed = (raw: RawSettings = {}) => opcuaSettings.safeParse({ ...CELL, ...raw });

/** A machine named cell-1 at 10.20.1.31; what is not stated is as in {@link CELL}. */
export function machineOf(raw: RawSettings = {}, address = '10.20.1.31'): OpcUaMachine {
  return { name: 'cell-1', address, settings: opcuaSettings.parse({ ...CELL, ...raw }) };
}

/** The path of a setting as a machine type states it. */
export const pathOf = (...steps: PathStep[]): PathStep[] => ['machineTypes', 'cell', ...steps];

/** What one rule finds in a machine. */
export function found(rule: OpcUaRule, raw: RawSettings = {}): Problem[] {
  return rule(machineOf(raw), pathOf);
}
