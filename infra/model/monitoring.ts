import { z } from 'zod';
import { nameSchema } from './name';
import { addressSchema, cidrSchema, hostNameSchema, portSchema } from './network';
import { lineOfText } from './text';

const ADDRESS_OR_NETWORK = 'must be an IP address, or a network in CIDR notation';

/** Not a union: the door would then only say that the whole of `monitoring` is wrong. */
const addressOrNetwork = z
  .string(ADDRESS_OR_NETWORK)
  .refine((text) => addressSchema.safeParse(text).success || cidrSchema.safeParse(text).success, ADDRESS_OR_NETWORK);

const addresses = z
  .array(addressOrNetwork)
  .min(1, 'must name at least one address')
  .max(16, 'must name at most 16 addresses')
  .describe('IP addresses or networks in which it is reached, because network policies know nothing else');

const mailbox = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9.!#%&'*+/=?^_~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be an e-mail address such as shift@example.com');

/** Where alerts go: somebody who is woken up. */
export const receiverSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('webhook').describe('A service that takes Alertmanager’s webhook: an on-call service, a chat'),
    addresses,
    port: portSchema.default(443).describe('TCP port, 1–65535'),
    takes: z
      .enum(['alerts', 'heartbeat'])
      .default('alerts')
      .describe(
        'alerts: everything that needs somebody. heartbeat: a sign of life every five minutes and nothing else, for a service that alarms when none comes',
      ),
    // The address itself is given with the Secrets, because such addresses are often all that authenticates the sender.
  }),
  z.strictObject({
    by: z.literal('email').describe('Mail'),
    to: z.array(mailbox).min(1, 'must name at least one address').max(16).describe('Who gets it'),
    from: mailbox.describe('Sender'),
    user: lineOfText(100)
      .optional()
      .describe('User at the mail server; its password is given with the Secrets. Default: the server asks for none'),
    server: hostNameSchema.describe('Mail server'),
    addresses,
    port: portSchema.default(587).describe('TCP port, 1–65535; STARTTLS is required'),
  }),
]);
/** Where alerts go, as the schema returned it. */
export type Receiver = z.output<typeof receiverSchema>;

/** Alerts of a plant, and who is paged. */
export const monitoringSchema = z.union([
  z.strictObject({
    receivers: z
      .record(nameSchema, receiverSchema)
      .refine((receivers) => Object.keys(receivers).length > 0, 'must name at least one receiver')
      .describe('Where alerts go, by name; every alert goes to each of them that takes alerts'),
  }),
  z.strictObject({ off: z.literal(true).describe('Nobody is paged'), reason: lineOfText().describe('Who notices instead') }),
]);
/** Alerts of a plant as the schema returned them. */
export type Monitoring = z.output<typeof monitoringSchema>;

/** True for a receiver that gets the sign of life instead of alerts. */
export function takesHeartbeat(receiver: Receiver): boolean {
  return receiver.by === 'webhook' && receiver.takes === 'heartbeat';
}

/** Receivers of a plant's alerts, ordered by name; none when nothing watches it. */
export function receiversOf(monitoring: Monitoring | undefined): (Receiver & { readonly name: string })[] {
  if (!monitoring || !('receivers' in monitoring)) return [];
  return Object.entries(monitoring.receivers)
    .map(([name, receiver]) => ({ name, ...receiver }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
