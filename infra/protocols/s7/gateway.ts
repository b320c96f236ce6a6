import type { ConnectionsUsed } from '../../model/connections';
import type { ConfigTable, GatewayInput } from '../protocol';
import type { S7Address } from './address';
import { type BatchPlan, batchLimits, planBatches } from './batches';
import { controllerFacts } from './controllers';
import { type S7Reading, type S7Scan, scansOf } from './reading';
import { type S7Machine, type S7Settings, slotOf } from './settings';
import type { S7Type } from './types';

/** The s7comm input's names of areas (s7comm.go, areaMap). */
const AREAS = { M: 'MK', I: 'PE', Q: 'PA' } as const;

/** The s7comm input's names of connection types; it calls a programming device PD. */
const CONNECTION_TYPES = { PG: 'PD', OP: 'OP', basic: 'basic' } as const;

/** An address as the s7comm input writes it: `DB10.X0.1`, `MK0.W4`, `DB10.S12.20`. */
export function telegrafAddress(address: S7Address, type: S7Type): string {
  const area = address.area === 'DB' ? `DB${address.db}` : `${AREAS[address.area]}0`;
  const extra = address.width === 'X' ? `.${address.bit}` : type.telegraf === 'S' ? `.${type.bytes - 2}` : '';
  return `${area}.${type.telegraf}${address.byte}${extra}`;
}

/** The batches in which the readings of one scan class are fetched. */
export function batchesOf(settings: S7Settings, scan: S7Scan): BatchPlan<S7Reading & { bytes: number }> {
  const items = scan.readings.map((reading) => ({ ...reading, bytes: reading.type.bytes }));
  return planBatches(items, batchLimits(controllerFacts(settings.controller).pduBytes));
}

/** The connections of the controller: the gateway takes one for each scan class that has points, since an input has one interval. */
export function connections({ settings }: S7Machine): ConnectionsUsed {
  return {
    gateway: scansOf(settings).length,
    reason: 'one for each scan class with points',
    usual: controllerFacts(settings.controller).connections,
    // A panel and the engineering station.
    others: 2,
    controller: `an ${settings.controller}`,
  };
}

/** One `[[inputs.s7comm]]` for each scan class that has points, the fastest first; its metrics stand in the order of its batches. */
export function inputs(machine: S7Machine): GatewayInput[] {
  const { address, settings } = machine;
  return scansOf(settings).map((scan) => {
    const plan = batchesOf(settings, scan);
    return {
      plugin: 's7comm',
      points: scan.readings.map(({ name }) => name),
      settings: {
        // Names the input in Telegraf's log.
        alias: `${machine.name}/${scan.name}`,
        interval: goDuration(scan.intervalMs),
        server: address.includes(':') ? `[${address}]:${settings.port}` : `${address}:${settings.port}`,
        rack: settings.rack,
        slot: slotOf(settings),
        connection_type: CONNECTION_TYPES[settings.connection],
        pdu_size: plan.size,
        timeout: settings.timeout,
        // Never: an idle connection is closed and opened in turns, and a scan class of a minute or more would deliver nothing at all.
        idle_timeout: '0s',
        // A controller that is off must not stop the readings of others in the same gateway.
        startup_error_behavior: 'retry',
        metric: plan.batches.flat().map(metric),
      },
    };
  });
}

/** One value as a metric of its own, so that it arrives with its name, type and unit. */
function metric(reading: S7Reading): ConfigTable {
  const { name, type, unit, address } = reading;
  return {
    name: 'point',
    tags: { point: name, type: type.name, ...(unit === undefined ? {} : { unit }) },
    fields: [{ name: type.valueType, address: telegrafAddress(address, type) }],
  };
}

/** A duration in the units of Go, which has no day and calls a minute m. */
function goDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
