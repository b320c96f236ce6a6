import { z } from 'zod';
import { lineOfText } from './text';

/** What an edge cluster has of Factory+ (ACS 6.8.1), and what it is called there. */
export const edgeFactoryPlusSchema = z.strictObject({
  group: z
    .string()
    .max(100)
    .regex(
      /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/,
      'must be parts of letters and digits with single hyphens between them, such as F2050-MK1: displays split it at the hyphens',
    )
    .optional()
    .describe(
      'The cluster in the name of its Sparkplug group, ORGANISATION-GROUP: parts of a hierarchy, such as site, building and line, with hyphens between them. Default: the name of the cluster',
    ),
  monitor: z
    .union([
      z.literal(true),
      z.strictObject({ off: z.literal(true).describe('It does not run'), reason: lineOfText().describe('Who watches the agents instead') }),
    ])
    .default(true)
    .describe('The edge monitor: asks silent edge agents to announce themselves, has them load a changed configuration. Default: it runs'),
  sync: z
    .union([
      z.literal(true),
      z.strictObject({
        off: z.literal(true).describe('It does not run'),
        reason: lineOfText().describe('Why the centre need not know the nodes'),
      }),
    ])
    .default(true)
    .describe('edge-sync: reports nodes, and the sealing certificate where there is one, to the centre. Default: it runs'),
  sealedSecrets: z
    .boolean()
    .default(false)
    .describe(
      'Whether Sealed Secrets run in the cluster: the Administration UI of Factory+ seals the sensitive information of edge agents with their certificate, and `secrets` may be sealed with it. Default: no',
    ),
});
/** What an edge cluster has of Factory+, as the schema returned it. */
export type EdgeFactoryPlus = z.output<typeof edgeFactoryPlusSchema>;
