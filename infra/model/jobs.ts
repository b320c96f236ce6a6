import { z } from 'zod';
import { ownContainer } from './container';
import { durationSchema } from './duration';
import { erpSchema } from './erp';
import { jobDatabaseSchema } from './job-database';

/** The program that has agents carry out jobs: one of the plant's own, which keeps the contract of docs/jobs.md. */
export const orchestratorSchema = z.strictObject({ ...ownContainer });

/** The job manager of a plant: it keeps production tasks, and has the machines' agents carry them out. */
export const jobsSchema = z.strictObject({
  database: jobDatabaseSchema.describe('The SQL database of production tasks'),
  loseAtMost: durationSchema('1s', '7d').describe('How much of the latest work may be lost when a node or disk dies, 1s–7d'),
  backWithin: durationSchema('1min', '7d').describe('How long the job manager may be away when a node or disk dies, 1min–7d'),
  orchestrator: orchestratorSchema
    .optional()
    .describe('The program that has agents carry out jobs, and takes commands from the centre. Default: there is none'),
  lease: durationSchema('10s', '10min')
    .default('30s')
    .describe('How long an agent commands its machine after it last heard of the orchestrator, 10s–10min'),
  hold: durationSchema('1s', '60s')
    .default('10s')
    .describe('The longest that a machine takes to its safe hold once its agent stops commanding, 1s–60s'),
  erp: erpSchema.optional().describe('What keeps the job database and the ERP in step. Default: nothing does'),
});
/** The job manager of a plant, as the schema returned it. */
export type Jobs = z.output<typeof jobsSchema>;
