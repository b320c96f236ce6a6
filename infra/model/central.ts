import { z } from 'zod';
import { centralClusterSchema } from './central-cluster';
import { certificatesSchema } from './certificates';
import { installedIdsSchema } from './installed-ids';
import { cidrSchema, hostNameSchema } from './network';
import { SIGNALS } from './signal';
import { lineOfText } from './text';

/** The central Factory+ cluster, as far as the plants' contract needs it. Its name is its key. */
export const centralSchema = z.strictObject({
  organisation: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9]{0,19}$/,
      'must be at most 20 letters and digits, beginning with a letter: it is the first part of every Sparkplug group',
    )
    .describe('Short name of the organisation: the first part of every Sparkplug group name (ORG-Cluster-Name)'),
  domain: hostNameSchema.describe('Public domain of the central cluster; its services are hosts in it, such as mqtt.DOMAIN'),
  realm: z
    .string()
    .regex(
      /^[A-Z0-9](?:[A-Z0-9.-]{0,198}[A-Z0-9])?$/,
      'must be a Kerberos realm in capitals, such as FACTORY.EXAMPLE.COM, of 200 characters at most',
    )
    .optional()
    .describe('Kerberos realm. Default: the domain in capitals'),
  addresses: z
    .array(cidrSchema)
    .min(1, 'must name at least one network: network policies know addresses, not names')
    .max(16)
    .describe('Networks in which the services of the central cluster are reached from the plants'),
  transport: z
    .union(
      [
        z.literal('tls'),
        z.strictObject({
          insecure: z.literal(true).describe('MQTT and HTTP without TLS: passwords and data can be read and changed on their way'),
          reason: lineOfText().describe('Why that does no harm'),
        }),
      ],
      { error: 'must be tls, or { insecure: true, reason: … }' },
    )
    .default('tls')
    .describe('How its endpoints are reached: over TLS, as a secure installation of ACS, or without. Default: tls'),
  certificateAuthority: certificatesSchema
    .optional()
    .describe('PEM certificates of the authority that signs the central services. Default: the public authorities of the images'),
  serves: z
    .array(z.enum(SIGNALS))
    .min(1, 'must name at least one: a centre that takes nothing needs no plants')
    .max(SIGNALS.length)
    .default([...SIGNALS])
    .describe('What it takes from plants and gives to them (docs/contract.md). Default: all'),
  installed: installedIdsSchema
    .optional()
    .describe('Ids that Factory+ made when it was installed, as `millwright import-ids` prints them. Default: they are not known'),
  cluster: centralClusterSchema
    .optional()
    .describe('The cluster, as far as Millwright renders it. Default: it is not rendered, and plants know it by its contract'),
  description: lineOfText().optional().describe('For people'),
});
/** A central cluster as the schema returned it. */
export type CentralInput = z.output<typeof centralSchema>;
