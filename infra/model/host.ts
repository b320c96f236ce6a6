import { z } from 'zod';
import { nameSchema } from './name';
import { addressSchema, portSchema } from './network';
import { lineOfText } from './text';

/** What a program on a host outside the cluster may connect to. Enforced by the firewall of the nodes, not by network policies. */
export const hostConduitSchema = z.strictObject({
  to: z.enum(['nodes', 'control-plane']).describe('All nodes, or those that run the Kubernetes control plane'),
  port: portSchema.describe('TCP port, 1–65535'),
  purpose: lineOfText(80).describe('What runs over it, for people'),
});

/** A computer of the plant that is not a node, such as the Andon PC. Its name is its key. */
export const hostSchema = z.strictObject({
  address: addressSchema.describe('IP address'),
  purpose: lineOfText(80).describe('What it is for, for people'),
  services: z
    .record(
      nameSchema,
      z.strictObject({
        purpose: lineOfText(80).describe('What the program is for'),
        reaches: z.array(hostConduitSchema).max(32).default([]).describe('What the program connects to'),
      }),
    )
    .default({})
    .describe('Programs on it that people must know of, with what they connect to'),
});

/** A host with everything known of it. */
export interface ExternalHost extends z.output<typeof hostSchema> {
  readonly name: string;
}
