import { z } from 'zod';
import type { ConfigTable, ConfigValue } from '../../model/config';
import { ownImageSchema, resourcesSchema } from '../../model/container';
import { type DataPoint, dataPointBase, type ValueType } from '../../model/data-point';
import { milliseconds } from '../../model/duration';
import { AGENT_LOGIN } from '../../model/edge-agent';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { byCodeUnits } from '../../model/order';
import type { Problem } from '../../model/problem';
import { lineOfText } from '../../model/text';
import { type AgentConnection, type AgentType, PAYLOAD_FORMATS } from '../agent-connection';
import type { MachineConduit, PathOf, ProtocolMachine } from '../protocol';
import { clearLogins } from './clear-logins';

/** Types of a value that a driver delivers: those of Sparkplug, less what the agent cannot take from a payload. */
export const DRIVER_TYPES = [
  'Boolean',
  'Int8',
  'UInt8',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Float',
  'Double',
  'String',
] as const;

type DriverType = (typeof DRIVER_TYPES)[number];

/** What of a text in `details` is replaced by what the machine and its Secret say. */
const PLACEHOLDERS = ['{address}', '{username}', '{password}'] as const;

const detailSchema: z.ZodType<ConfigValue> = z.lazy(() =>
  z.union([lineOfText(1000), z.number(), z.boolean(), z.array(detailSchema).max(256), z.record(z.string().min(1).max(100), detailSchema)], {
    error: () => 'must be a text, a number, true, false, or a list or mapping of them',
  }),
);

const pointSchema = z
  .strictObject({
    address: lineOfText(200).describe('Address in the words of the driver, such as 1,holding,100,2'),
    path: lineOfText(200)
      .optional()
      .describe(
        'Where the value stands in what the driver says of the address: Buffer: its byte, and for a Boolean its bit, such as 0 or 0:3; JSON: a JSONPath; XML: an XPath. Default: it is all of it',
      ),
    type: z.enum(DRIVER_TYPES).describe(`Type of the value: ${DRIVER_TYPES.join(', ')}`),
    byteOrder: z.enum(['big', 'little']).default('big').describe('Buffer: order of its bytes; big has the most significant first'),
    ...dataPointBase,
  })
  .describe('One value that the agent reads');

/** Settings of a machine that an edge agent reads through a driver of its own. */
export const driverSettings = z
  .strictObject({
    protocol: z
      .literal('driver')
      .describe('A program beside the agent that speaks the machine’s protocol: a driver of ACS, or the owner’s'),
    name: nameSchema
      .refine((name) => name.length <= 32, 'must have at most 32 characters')
      .describe('Name of the driver: of its connection, and its user at the agent'),
    image: ownImageSchema.describe('Image of the driver with registry and version, such as ghcr.io/amrc-factoryplus/edge-bacnet:v6.8.1'),
    resources: resourcesSchema.prefault({}).describe('What it uses'),
    details: z
      .record(z.string().min(1).max(100), detailSchema)
      .default({ host: '{address}' })
      .describe(
        `What the driver is told, as it wants it. In texts {address} stands for the machine’s address, {username} and {password} for its login. Default: host, the address`,
      ),
    login: lineOfText(80).optional().describe('What a user name and a password open, which details name. Default: it needs none'),
    ports: z
      .array(
        z.strictObject({
          port: portSchema.describe('Port of the machine, 1–65535'),
          protocol: z.enum(['TCP', 'UDP']).default('TCP').describe('Transport protocol'),
          purpose: lineOfText(80).describe('What runs over it, for people'),
        }),
      )
      .min(1, 'must name at least one: the driver reaches nothing else')
      .max(16)
      .describe('Ports of the machine that the driver connects to'),
    payloadFormat: z
      .enum(PAYLOAD_FORMATS)
      .exclude(['Defined by Protocol'])
      .describe('Format in which the driver says values: Buffer (bytes), JSON, JSON (Batched), XML'),
    points: z
      .record(nameSchema, pointSchema)
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('What the agent reads, by name'),
  })
  .describe('Machine that an edge agent reads through a driver');

/** A machine with a driver: its settings, and the scan classes of its type. */
export type DriverMachine = ProtocolMachine<z.output<typeof driverSettings> & { readonly scans: Readonly<Record<string, string>> }>;

const VALUE_TYPES: Readonly<Record<DriverType, ValueType>> = {
  Boolean: 'boolean',
  Int8: 'integer',
  UInt8: 'integer',
  Int16: 'integer',
  UInt16: 'integer',
  Int32: 'integer',
  UInt32: 'integer',
  Int64: 'integer',
  UInt64: 'integer',
  Float: 'real',
  Double: 'real',
  String: 'string',
};

function agentType(type: DriverType, order: 'big' | 'little'): AgentType {
  switch (type) {
    case 'Boolean':
    case 'Int8':
    case 'UInt8':
    case 'String':
      return type;
    default:
      return `${type}${order === 'big' ? 'BE' : 'LE'}`;
  }
}

/** Ports of the machine that the driver connects to. */
export function driverConduits({ settings }: DriverMachine): MachineConduit[] {
  return settings.ports.map(({ port, protocol, purpose }) => ({ protocol, port, purpose }));
}

/** Points whose scan class exists, ordered by name. */
export function driverPoints({ settings: { points, scans } }: DriverMachine): DataPoint[] {
  return Object.entries(points)
    .flatMap(([name, { type, unit, scan }]): DataPoint[] => {
      const interval = Object.hasOwn(scans, scan) ? scans[scan] : undefined;
      if (interval === undefined) return [];
      return [
        {
          name,
          valueType: VALUE_TYPES[type],
          sourceType: type,
          ...(unit === undefined ? {} : { unit }),
          scanMs: milliseconds(interval as Parameters<typeof milliseconds>[0]),
        },
      ];
    })
    .sort((a, b) => byCodeUnits(a.name, b.name));
}

/** What an edge agent and the driver are told. */
export function driverConnection({ address, settings }: DriverMachine): AgentConnection {
  const { name, image, resources } = settings;
  return {
    type: 'Driver',
    name,
    details: filledIn(settings.details, address) as ConfigTable,
    payloadFormat: settings.payloadFormat,
    metrics: Object.entries(settings.points)
      .map(([point, { address: at, path, type, byteOrder, unit }]) => ({
        name: point,
        type: agentType(type, byteOrder),
        address: at,
        ...(path === undefined ? {} : { path }),
        ...(unit === undefined ? {} : { unit }),
      }))
      .sort((a, b) => byCodeUnits(a.name, b.name)),
    driver: { name, image, cpuMillis: resources.cpuMillis, memoryMiB: resources.memoryMiB },
  };
}

/** Details with the machine's address, and what stands for its login, in place of what says so. What is put in is not looked at again. */
function filledIn(value: ConfigValue, address: string): ConfigValue {
  if (typeof value === 'string') {
    const said: Readonly<Record<string, string>> = {
      '{address}': address,
      '{username}': AGENT_LOGIN.username,
      '{password}': AGENT_LOGIN.password,
    };
    return value.replace(/\{(?:address|username|password)\}/g, (placeholder) => said[placeholder] ?? placeholder);
  }
  if (Array.isArray(value)) return value.map((inner: ConfigValue) => filledIn(inner, address));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, address)]));
  }
  return value;
}

/** What the schema cannot say of a driver and its points. */
export function driverCheck({ settings }: DriverMachine, pathOf: PathOf): Problem[] {
  const error = (name: string, path: (string | number)[], value: unknown, message: string, remedy: string): Problem => ({
    rule: `factoryplus/${name}`,
    severity: 'error',
    path: pathOf(...path),
    ...(value === undefined ? {} : { value }),
    message,
    remedy,
  });
  const details = JSON.stringify(settings.details);
  const named = PLACEHOLDERS.slice(1).filter((placeholder) => details.includes(placeholder));
  return [
    ...(settings.login === undefined && named.length > 0
      ? [
          error(
            'login',
            ['details'],
            undefined,
            `names ${named.join(' and ')}, and no login is stated`,
            'state under login what they open, or take them out',
          ),
        ]
      : []),
    ...(settings.login !== undefined && named.length === 0
      ? [
          error(
            'login',
            ['login'],
            settings.login,
            'is named nowhere in details, so that nobody would use it',
            'write {username} and {password} there, or remove it',
          ),
        ]
      : []),
    ...clearLogins(settings.details, pathOf),
    ...(settings.payloadFormat === 'Buffer'
      ? Object.entries(settings.points).flatMap(([name, { type, path }]) => {
          const wanted = type === 'Boolean' ? /^[0-9]{1,6}:[0-7]$/ : type === 'String' ? /^[0-9]{1,6}(?::[0-9]{1,6})?$/ : /^[0-9]{1,6}$/;
          if (path !== undefined && wanted.test(path)) return [];
          const said = { Boolean: 'its byte and bit, such as 0:3', String: 'its first byte, and the one behind its last, such as 0:20' };
          return [
            error(
              'path',
              ['points', name, 'path'],
              path,
              `must be the place of the value in the buffer: ${type === 'Boolean' || type === 'String' ? said[type] : 'its first byte, such as 0'}`,
              'correct it',
            ),
          ];
        })
      : []),
  ];
}
