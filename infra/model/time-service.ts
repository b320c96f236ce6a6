import { z } from 'zod';
import { addressSchema } from './network';
import { lineOfText } from './text';

/** UDP port of NTP (RFC 5905). */
export const NTP_PORT = 123;

/**
 * The plant's clocks. Certificates, the expiry of commands, leases of job agents, Kerberos and the time stamps of readings all need
 * nodes that agree on the time to a second or better.
 */
export const timeSchema = z.union([
  z.strictObject({
    servers: z
      .array(addressSchema)
      .min(1, 'must name at least one server')
      .max(8, 'must name at most 8 servers')
      .describe('IP addresses of the NTP servers that the nodes ask, in the plant where it has one'),
  }),
  z.strictObject({
    none: z.literal(true).describe('The nodes ask no time server'),
    reason: lineOfText().describe('How the clocks are kept instead'),
  }),
]);
/** The plant's clocks as the schema returned it. */
export type TimeService = z.output<typeof timeSchema>;
