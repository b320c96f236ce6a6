import { z } from 'zod';
import { ownContainer } from './container';
import { portSchema } from './network';
import { lineOfText } from './text';

/** A port of the machine that its agent commands. */
export const commandedPortSchema = z.strictObject({
  port: portSchema.describe('Port of the machine, 1–65535'),
  protocol: z.enum(['TCP', 'UDP']).default('TCP').describe('Transport protocol'),
  purpose: lineOfText(80).describe('What runs over it, for people'),
});

/**
 * The job agent of a machine: a program of the plant's own that carries out jobs at the machine's controller, as the orchestrator tells
 * it (docs/jobs.md). It serves the contract on port 8443.
 */
export const jobAgentSchema = z.strictObject({
  ...ownContainer,
  commands: z
    .array(commandedPortSchema)
    .min(1, 'must name at least one port of the machine')
    .max(16)
    .describe('Ports of the machine that the agent connects to; beside these it reaches what `reaches` states and nothing else'),
});
/** The job agent of a machine, as the schema returned it. */
export type JobAgent = z.output<typeof jobAgentSchema>;

/**
 * Common name of every agent's certificate; the host name in it tells whose it is. No user of the plant broker and no machine has this
 * name, so that no agent passes for one.
 */
export const AGENT_COMMON_NAME = 'job-agent';
