import { z } from 'zod';
import { CENTRAL_COMPONENTS, type CentralComponentName, servicesOf } from './central-components';
import { ownContainer } from './container';
import { nameSchema } from './name';

/** Host labels below the domain of a centre that lead, or once led, to something else (ACS 6.8.1). */
const TAKEN_HOSTS: ReadonlySet<string> = new Set([
  ...(Object.keys(CENTRAL_COMPONENTS) as CentralComponentName[]).flatMap((name) => Object.keys(servicesOf(name))),
  // A client of the identity provider; clients have the names of their hosts.
  'acs-cli',
  'data',
  'influxdb',
  'manager',
]);

const { health: _, ...program } = ownContainer;
const webContainerSchema = z.strictObject({
  ...program,
  health: z.strictObject({ path: ownContainer.health.shape.path }).prefault({}).describe('How it shows that it works, on port 8080'),
});

/**
 * The web application of the owner: a front end that browsers use, and a back end that reads the historian and commands plants. Both are
 * images of the owner's own, and serve HTTP on port 8080.
 */
export const webApplicationSchema = z.strictObject({
  host: nameSchema
    .refine((label) => !TAKEN_HOSTS.has(label), 'must not be the host of another component')
    .default('app')
    .describe('Label of its host: HOST.DOMAIN. Default: app'),
  frontEnd: webContainerSchema.describe('What browsers use. It reaches the back end, and nothing else of the centre'),
  backEnd: webContainerSchema
    .refine(({ secrets }) => !Object.hasOwn(secrets, 'login') && !Object.hasOwn(secrets, 'session'), {
      path: ['secrets'],
      message: 'must not be named login or session: those are its own at the central broker',
    })
    .describe('What reads the historian, and sends commands to plants by the central broker'),
  commands: z
    .array(nameSchema)
    .max(1000)
    .refine((plants) => new Set(plants).size === plants.length, 'must name each plant once')
    .default([])
    .describe('Names of the plants that it may command. Default: none'),
});
/** The web application as the schema returned it. */
export type WebApplication = z.output<typeof webApplicationSchema>;

/** Port of the front end and of the back end, above 1023. */
export const WEB_APPLICATION_PORT = CENTRAL_COMPONENTS['web-application'].ports.web.pod;

/** Databases of the historian that the back end may read: production data, and figures (OEE). Not logs, and not what was refused. */
export const WEB_APPLICATION_DATABASES = ['plant-data', 'plant-figures'] as const;
