import type { ConnectionsUsed } from '../../model/connections';
import { MEASUREMENT } from '../../model/line-protocol';
import type { ConfigTable, GatewayInput } from '../protocol';
import type { ModbusReading, ModbusScan } from './reading';
import { scansOf } from './reading';
import { type Grouping, type ModbusRequest, planRequests, type RequestItem } from './requests';
import type { ByteOrder, ModbusMachine, ModbusSettings } from './settings';

/** The modbus input's names of transports; it calls the address of both tcp. */
const MODES = { tcp: 'TCP', 'rtu-over-tcp': 'RTUoverTCP' } as const;

/** A value that Telegraf fetches: one point, or a register whose bits are points. */
export interface Fetched extends RequestItem {
  readonly byteOrder: ByteOrder;
  /** At least one; several only for bits of one register. */
  readonly readings: readonly ModbusReading[];
}

/** What is fetched for a scan class, ordered by name: a register of which several bits are points is fetched once. */
export function fetchedOf(scan: ModbusScan): Fetched[] {
  const words = new Map<string, ModbusReading[]>();
  const values: Fetched[] = [];
  for (const reading of scan.readings) {
    const { name, address, type, byteOrder } = reading;
    if (address.bit === undefined) {
      values.push({ name, kind: address.kind, number: address.number, length: type.registers, byteOrder, readings: [reading] });
      continue;
    }
    // No point has such a name.
    const word = `${scan.name}/${address.kind}/${address.number}/${byteOrder}`;
    words.set(word, [...(words.get(word) ?? []), reading]);
  }
  for (const [name, readings] of words) {
    const [{ address, byteOrder } = { address: { kind: 'holding', number: 0 }, byteOrder: 'ABCD' } as const] = readings;
    values.push({ name, kind: address.kind, number: address.number, length: 1, byteOrder, readings });
  }
  return values.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The requests of one scan of a class. */
export function requestsOf(settings: ModbusSettings, scan: ModbusScan): ModbusRequest<Fetched>[] {
  return planRequests(fetchedOf(scan), groupingOf(settings));
}

/** How the requests of a machine type are put together. */
export function groupingOf({ requests, readThrough }: ModbusSettings): Grouping {
  return { single: requests === 'single', readThrough };
}

/**
 * The connections of the device: the gateway takes one for each scan class that has points, since an input has one interval. How many
 * there are is an assumption: some controllers have three or four (Schneider M218: 4 Modbus servers), the larger 8 to 32; a device server of
 * a serial line often lets in one.
 */
export function connections({ settings }: ModbusMachine): ConnectionsUsed {
  const isSerial = settings.transport === 'rtu-over-tcp';
  return {
    gateway: scansOf(settings).length,
    reason: 'one for each scan class with points',
    usual: isSerial ? 1 : 4,
    // A panel.
    others: isSerial ? 0 : 1,
    controller: isSerial ? 'a device server of a serial line' : 'a Modbus device',
  };
}

/** One `[[inputs.modbus]]` for each scan class that has points, the fastest first; its metrics stand in the order of its requests. */
export function inputs(machine: ModbusMachine): GatewayInput[] {
  const { address, settings } = machine;
  return scansOf(settings).map((scan) => ({
    plugin: 'modbus',
    // Two scan classes may have one rate.
    points: scan.readings.map(({ name }) => name),
    settings: {
      // Names the input in Telegraf's log.
      alias: `${machine.name}/${scan.name}`,
      interval: goDuration(scan.intervalMs),
      // Telegraf's name of the device, for its log too; the tag of it is left out again.
      name: machine.name,
      tagexclude: ['name', 'slave_id'],
      controller: `tcp://${address.includes(':') ? `[${address}]` : address}:${settings.port}`,
      transmission_mode: MODES[settings.transport],
      timeout: settings.timeout,
      configuration_type: 'metric',
      // Else the tag `type` would be the name of the table.
      exclude_register_type_tag: true,
      ...optimization(settings),
      ...workarounds(settings),
      metric: requestsOf(settings, scan).flatMap((request) => request.items.map((item) => metric(item, settings.unitId))),
    },
  }));
}

/** How Telegraf joins requests. Left to itself it would drop values of several registers when each has a request of its own (1.37.2). */
function optimization({ requests, readThrough }: ModbusSettings): ConfigTable {
  if (requests === 'single') return { optimization: 'max_insert', optimization_max_register_fill: 1 };
  return readThrough === 0 ? { optimization: 'none' } : { optimization: 'max_insert', optimization_max_register_fill: readThrough };
}

/** What a device needs beyond the standard. */
function workarounds({ requests, pause, keepsConnection }: ModbusSettings): ConfigTable {
  const found = {
    ...(requests === 'single' ? { one_request_per_field: true } : {}),
    ...(pause === undefined ? {} : { pause_between_requests: pause }),
    ...(keepsConnection ? {} : { close_connection_after_gather: true }),
  };
  return Object.keys(found).length > 0 ? { workarounds: found } : {};
}

/** One value as a metric of its own, so that it arrives with its name, type and unit. */
function metric({ name, kind, number, byteOrder, readings }: Fetched, unitId: number): ConfigTable {
  const [reading] = readings;
  const base = { slave_id: unitId, byte_order: byteOrder, measurement: MEASUREMENT };
  if (!reading || reading.address.bit !== undefined) {
    // Its bits become points in the processor.
    const word = { register: kind, address: number, name: 'integer', type: 'UINT16', output: 'INT64' };
    return { ...base, fields: [word], tags: { point: name } };
  }
  const { type, unit } = reading;
  return {
    ...base,
    fields: [{ register: kind, address: number, name: type.valueType, ...fieldType(reading) }],
    tags: { point: name, type: type.name, ...(unit === undefined ? {} : { unit }) },
  };
}

function fieldType({ type }: ModbusReading): ConfigTable {
  switch (type.valueType) {
    case 'boolean':
      return { output: 'BOOL' };
    case 'string':
      return { type: 'STRING', length: type.registers };
    case 'real':
      return { type: type.telegraf, output: 'FLOAT64' };
    case 'integer':
      // UINT64 stays without a sign until the processor has seen whether it fits.
      return { type: type.telegraf, output: type.telegraf === 'UINT64' ? 'UINT64' : 'INT64' };
  }
}

/** A duration in the units of Go, which has no day and calls a minute m. */
function goDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
