import { z } from 'zod';
import { durationSchema, milliseconds } from '../../model/duration';
import type { Problem } from '../../model/problem';
import { type AgentConnection, type AgentType, WITHOUT_BASE } from '../agent-connection';
import type { PathOf } from '../protocol';
import type { S7Address } from './address';
import { readingsOf } from './reading';
import { type S7Machine, s7Settings, slotOf } from './settings';
import type { S7Type, TelegrafType } from './types';

/** Settings of a controller that an edge agent reads. */
export const s7AgentSettings = s7Settings
  .omit(WITHOUT_BASE)
  .extend({
    connection: z
      .literal('PG', { error: () => 'must be PG or left out: the edge agent connects like the engineer, and cannot do otherwise' })
      .default('PG')
      .describe('Connection resource that the agent takes: PG, like the engineer'),
    timeout: durationSchema('1s', '30s').default('5s').describe('How long the agent waits before it connects again, 1s to 30s'),
  })
  .describe('SIMATIC S7 controller that an edge agent reads');

/** A type in an address of nodes7: in a data block, and behind the letter of another area. */
interface Nodes7Name {
  readonly db: string;
  readonly area?: string;
}

/** What nodes7 1.1.2 calls the types (src/addressParser/nodes7.js); what has no name here it does not read. */
const NODES7: Partial<Record<TelegrafType, Nodes7Name>> = {
  X: { db: 'X', area: '' },
  B: { db: 'BYTE', area: 'B' },
  C: { db: 'CHAR', area: 'C' },
  W: { db: 'WORD', area: 'W' },
  I: { db: 'INT', area: 'I' },
  DW: { db: 'DWORD', area: 'D' },
  DI: { db: 'DINT', area: 'DI' },
  R: { db: 'REAL', area: 'R' },
  S: { db: 'STRING' },
};

const TYPES: Readonly<Record<TelegrafType, AgentType>> = {
  X: 'Boolean',
  B: 'UInt8',
  C: 'String',
  W: 'UInt16BE',
  I: 'Int16BE',
  DW: 'UInt32BE',
  DI: 'Int32BE',
  LI: 'Int64BE',
  R: 'FloatBE',
  LR: 'DoubleBE',
  S: 'String',
};

/** An address as nodes7 writes it: `DB10,X0.1`, `DB10,INT4`, `DB10,STRING12.20`, `M0.1`, `MDI4`; undefined for what it cannot read. */
export function nodes7Address(address: S7Address, type: S7Type): string | undefined {
  const name = NODES7[type.telegraf];
  const inArea = address.area === 'DB' ? name?.db : name?.area;
  if (inArea === undefined) return undefined;
  const start = address.area === 'DB' ? `DB${address.db},` : address.area;
  const extra = address.width === 'X' ? `.${address.bit}` : type.telegraf === 'S' ? `.${type.bytes - 2}` : '';
  return `${start}${inArea}${address.byte}${extra}`;
}

/** What an edge agent is told of a controller (acs-edge 6.8.1, lib/devices/S7.ts). */
export function agentConnection({ address, settings }: S7Machine): AgentConnection {
  return {
    type: 'S7',
    name: 's7',
    details: {
      hostname: address,
      port: settings.port,
      rack: settings.rack,
      slot: slotOf(settings),
      timeout: milliseconds(settings.timeout),
    },
    payloadFormat: 'Defined by Protocol',
    metrics: readingsOf(settings).map(({ name, type, address: place, unit }) => ({
      name,
      type: TYPES[type.telegraf],
      address: nodes7Address(place, type) ?? '',
      ...(unit === undefined ? {} : { unit }),
    })),
  };
}

/** Points that an edge agent cannot read. */
export function agentCheck({ settings }: S7Machine, pathOf: PathOf): Problem[] {
  return readingsOf(settings)
    .filter(({ address, type }) => nodes7Address(address, type) === undefined)
    .map(({ name, type }) =>
      type.telegraf === 'S'
        ? {
            rule: 'factoryplus/address',
            severity: 'error' as const,
            path: pathOf('points', name, 'address'),
            value: settings.points[name]?.address,
            message: 'is outside a data block, where the edge agent reads no STRING',
            remedy: 'put it into a data block, or read the machine with a gateway of protocol s7',
          }
        : {
            rule: 'factoryplus/type',
            severity: 'error' as const,
            path: pathOf('points', name, 'type'),
            value: type.name,
            message: 'is a type that the edge agent does not read from a SIMATIC controller',
            remedy: `let the controller offer it as ${type.telegraf === 'LR' ? 'REAL' : 'DINT'}, or read the machine with a gateway of protocol s7`,
          },
    );
}
