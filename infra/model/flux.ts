import { z } from 'zod';
import { cidrSchema } from './network';
import { lineOfText } from './text';

/** Version of Flux that is rendered: that of ACS 6.8.1 (source-controller 1.7.4, kustomize-controller 1.7.3). */
export const FLUX_VERSION = '2.7.5';

/** Who installs and upgrades Flux in a cluster that Flux delivers. */
export const fluxSchema = z.strictObject({
  by: z
    .union([
      z.literal('millwright'),
      z.strictObject({
        owner: z.literal(true).describe('Flux is installed and upgraded by the owner'),
        reason: lineOfText().describe('How it comes there, such as by the distribution'),
      }),
    ])
    .default('millwright')
    .describe(
      'Who installs and upgrades Flux: millwright, from the tree, or the owner, with source.toolkit.fluxcd.io/v1 and kustomize.toolkit.fluxcd.io/v1, and helm.toolkit.fluxcd.io/v2 where edge-sync runs',
    ),
  gitAddresses: z
    .array(cidrSchema)
    .min(1)
    .max(16)
    .optional()
    .describe(
      "Networks of the Git server that Flux pulls from. Default: the centre's addresses, where the repository is on its Git server; else all addresses",
    ),
});
/** Who installs Flux, as the schema returned it. */
export type FluxSettings = z.output<typeof fluxSchema>;
