import { connectionsSchema } from './connections';
import { scansSchema } from './data-point';
import { jobAgentSchema } from './job-agent';
import { oeeSchema } from './oee';
import { lineOfText } from './text';

/** What every machine type may state, whatever its protocol. Spread into the schema of a protocol's settings. */
export const machineTypeBase = {
  description: lineOfText().optional().describe('What the machine type is, for people'),
  scans: scansSchema,
  connections: connectionsSchema,
  oee: oeeSchema
    .nullable()
    .optional()
    .describe(
      'What availability, performance and quality are computed from, as a whole; null, for one machine, takes it away. Default: they are not',
    ),
  agent: jobAgentSchema
    .nullable()
    .optional()
    .describe('The job agent of each machine of the type, as a whole; null, for one machine, takes it away. Default: it has none'),
};
