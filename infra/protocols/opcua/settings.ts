import { z } from 'zod';
import { dataPointBase } from '../../model/data-point';
import { durationSchema } from '../../model/duration';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';
import { DEFAULT_TEXT_BYTES, OPCUA_TYPE_NAMES } from './types';

/** Policies that servers have and that Telegraf 1.37.2 refuses by name (plugins/common/opcua/client.go, Validate). */
const REFUSED_POLICIES = ['Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss', 'Basic256', 'Basic128Rsa15', 'None'];

const POLICY_RULE =
  'must be Basic256Sha256, the one safe policy that Telegraf 1.37.2 takes by name, or { ofServer: true, reason } for what the server calls its strongest';

const policySchema = z
  .union(
    [
      z.literal('Basic256Sha256'),
      z.strictObject({
        ofServer: z.literal(true).describe('The policy to which the server gives the highest security level in this mode'),
        reason: lineOfText().describe('Why the server may choose'),
      }),
    ],
    { error: () => POLICY_RULE },
  )
  .default('Basic256Sha256')
  .describe(`Security policy: Basic256Sha256; Telegraf refuses ${REFUSED_POLICIES.slice(0, 2).join(' and ')} by name`);

const CERTIFICATE_RULE = 'must be the one PEM certificate of the server, with line feeds only, or { any: true, reason }';

const serverCertificateSchema = z
  .union(
    [
      z
        .string()
        .max(16_384)
        .regex(/^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/]{1,76}={0,2}\n)+-----END CERTIFICATE-----\n?$/, CERTIFICATE_RULE),
      z.strictObject({
        any: z.literal(true).describe('Whatever certificate the server shows'),
        reason: lineOfText().describe('Why the server need not be known'),
      }),
    ],
    { error: () => CERTIFICATE_RULE },
  )
  .describe('PEM certificate of the server: only who has its key is talked to');

/** How messages are protected. */
const securitySchema = z
  .discriminatedUnion('mode', [
    z.strictObject({
      mode: z.enum(['SignAndEncrypt', 'Sign']).describe('SignAndEncrypt; or Sign: nobody can change messages, everybody can read them'),
      policy: policySchema,
      serverCertificate: serverCertificateSchema,
    }),
    z.strictObject({
      mode: z.literal('None').describe('No protection: everybody on the way can read and change messages'),
      reason: lineOfText().describe('Why none is needed'),
    }),
  ])
  .describe('Protection of the messages');

/** As whom the gateway logs in. */
const loginSchema = z
  .discriminatedUnion('as', [
    z.strictObject({ as: z.literal('user').describe('User name and password: the Secret MACHINE-login') }),
    z.strictObject({ as: z.literal('certificate').describe('The certificate of the gateway’s application') }),
    z.strictObject({
      as: z.literal('anonymous').describe('Nobody in particular'),
      reason: lineOfText().describe('Why nobody needs to be known'),
    }),
  ])
  .describe('As whom the gateway logs in');

const pointSchema = z
  .strictObject({
    node: lineOfText(400)
      .describe('Node id, such as ns=2;s=Machine.State or ns=3;i=1001')
      .meta({ examples: ['ns=2;s=Machine.State', 'ns=3;i=1001', 'ns=3;s="Press"."force"'] }),
    type: lineOfText(40)
      .describe(`Data type of the node: ${OPCUA_TYPE_NAMES.join(', ')}`)
      .meta({ examples: ['Boolean', 'Int16', 'UInt32', 'Double', 'String'] }),
    maxBytes: z
      .number()
      .int()
      .min(1)
      .max(4096)
      .optional()
      .describe(`For String: the longest text in bytes of UTF-8, 1 to 4096; a longer one is told as bad. Default: ${DEFAULT_TEXT_BYTES}`),
    ...dataPointBase,
  })
  .describe('One value that the gateway reads');

/** Settings of a machine type that is an OPC UA server. */
export const opcuaSettings = z
  .strictObject({
    protocol: z.literal('opcua').describe('OPC UA over TCP (opc.tcp)'),
    ...machineTypeBase,
    port: portSchema.default(4840).describe('TCP port of the server, 1 to 65535'),
    path: z
      .string()
      .max(200, 'must have at most 200 characters')
      .regex(/^(?:\/[A-Za-z0-9._~@:+,=-]+)*\/?$/, 'must be the path of the endpoint, such as /machine/server')
      .default('')
      .describe('Path of the endpoint behind address and port, such as /machine/server'),
    security: securitySchema,
    login: loginSchema,
    timeout: durationSchema('1s', '30s').default('5s').describe('How long the gateway waits for an answer, 1s to 30s'),
    points: z
      .record(nameSchema, pointSchema)
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('What the gateway reads, by name'),
  })
  .describe('Machine type with an OPC UA server');

/** Settings of a machine type as {@link opcuaSettings} returns them. */
export type OpcUaSettings = z.output<typeof opcuaSettings>;

/** A machine with an OPC UA server. */
export type OpcUaMachine = ProtocolMachine<OpcUaSettings>;
