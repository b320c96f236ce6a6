import { z } from 'zod';
import { durationSchema } from './duration';
import { nameSchema } from './name';
import { addressSchema, cidrSchema, portSchema } from './network';
import { lineOfText } from './text';

/**
 * A port scan of parts of the plant's network: one Job in a namespace of its own, which runs nmap once and ends. It is there while it is
 * stated, and runs once more when anything of it changes.
 */
export const portScanSchema = z.strictObject({
  reason: lineOfText().describe('Why it is needed, and who asked for it; another reason makes it run again'),
  targets: z
    .array(z.union([addressSchema, cidrSchema], 'must be an IP address, or a network in CIDR notation'))
    .min(1, 'must name at least one target')
    .max(16, 'must name at most 16 targets')
    .refine(
      (targets) => new Set(targets.map((target) => target.includes(':'))).size < 2,
      'must all be of one family: nmap takes IPv4 or IPv6',
    )
    .describe('What is scanned: IP addresses and networks'),
  ports: z
    .tuple([portSchema, portSchema])
    .refine(([first, last]) => first <= last, 'must have the lower port first')
    .default([1, 1024])
    .describe('First and last port, 1–65535'),
  deadline: durationSchema('1min', '12h').default('30min').describe('When it is ended if it has not ended by itself, 1min–12h'),
  runsOn: nameSchema.optional().describe('Node that it must run on; without it the scheduler chooses'),
});
/** A port scan as the schema returned it. */
export type PortScan = z.output<typeof portScanSchema>;

/** The most that a scan sends, in packets a second: an industrial network must not be flooded. */
export const SCAN_PACKETS_PER_SECOND = 100;

/** Times that nmap asks a port again that does not answer. Its own default of ten would make a scan of silent addresses last for days. */
export const SCAN_RETRIES = 1;

/** The least time that a scan takes, in seconds: one packet for each port of each address. Where nothing answers, each is asked again. */
export function leastScanSeconds({ targets, ports: [first, last] }: Pick<PortScan, 'targets' | 'ports'>): number {
  const addresses = targets.reduce((sum, target) => {
    const [address = '', prefix] = target.split('/');
    return sum + (prefix === undefined ? 1 : 2 ** ((address.includes(':') ? 128 : 32) - Number(prefix)));
  }, 0);
  return (addresses * (last - first + 1)) / SCAN_PACKETS_PER_SECOND;
}
