import { z } from 'zod';
import { nameSchema } from '../model/name';

/** Version of the contract between the orchestrator and agents: the first level of every path. It changes when a program would have to. */
export const CONTRACT_VERSION = 'v1';

/** The longest that either side waits for an answer, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** The longest request or answer, in bytes. */
export const MESSAGE_BYTES = 65_536;

/** Named schemas of the contract, in the order in which the document lists them. */
export const contractSchemas = z.registry<{ id: string; description: string }>();

function named<Schema extends z.ZodType>(id: string, description: string, schema: Schema): Schema {
  contractSchemas.add(schema, { id, description });
  return schema;
}

/** An identifier that its maker draws at random: a UUID (RFC 9562) in lower case. */
export const idSchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a UUID in lower case');

const epochSchema = z.int().min(1).describe('Number of the grant that it belongs to: higher with each instance that is granted a lease');
const sequenceSchema = z
  .int()
  .min(1)
  .max(4_294_967_295)
  .describe('Number of the job at its machine, 1 to 4294967295: each job that is dispatched has a higher one than those before it');

/** What a job asks for: its recipe and the values in it. Only the plant knows what they mean. */
export const jobContent = {
  recipe: z.string().min(1).max(200).describe('What is to be done, by the name that the machine knows'),
  parameters: z
    .record(z.string().min(1).max(100), z.union([z.string().max(1_000), z.number(), z.boolean()]))
    .describe('Values that the recipe asks for'),
};

/** What a job's end says. */
export const outcomeSchema = named(
  'Outcome',
  'How a job ended, in the words of the machine.',
  z.strictObject({
    good: z.int().min(0).optional().describe('Good parts'),
    scrap: z.int().min(0).optional().describe('Rejected parts'),
    text: z.string().max(2_000).optional().describe('For people'),
  }),
);
/** What a job's end says. */
export type Outcome = z.output<typeof outcomeSchema>;

/** A job as its controller holds it. */
export const jobStateSchema = named(
  'JobState',
  'A job as the controller holds it. `done`, `failed` and `cancelled` are final.',
  z.strictObject({
    jobId: idSchema,
    sequence: sequenceSchema,
    state: z.enum(['running', 'done', 'failed', 'cancelled']).describe('running: the controller has taken it'),
    progress: z.int().min(0).max(100).describe('Per cent'),
    outcome: outcomeSchema.optional().describe('With a final state only'),
  }),
);
/** A job as its controller holds it. */
export type JobState = z.output<typeof jobStateSchema>;

/** What an agent tells of itself and its machine. */
export const agentStateSchema = named(
  'AgentState',
  'What an agent tells of itself and of the controller that it commands.',
  z.strictObject({
    machine: nameSchema.describe('Name of its machine'),
    instance: idSchema.describe('Drawn at each start of the agent'),
    clockMs: z.int().min(0).describe('Its monotonic clock when it wrote this, in milliseconds: a lease is counted from it'),
    epoch: z.int().min(0).describe('The highest epoch that it was granted; 0 before the first'),
    commanding: z.boolean().describe('Whether it has a lease that has not ended'),
    controller: z
      .strictObject({
        memory: z
          .int()
          .min(1)
          .max(4_294_967_295)
          .describe('Drawn by the controller when it finds its retentive area empty: another number means that it has forgotten jobs'),
        sequence: z.int().min(0).max(4_294_967_295).describe('Number of the last job that it took; 0 before the first'),
        job: jobStateSchema.nullable().describe('The last job that it took'),
      })
      .nullable()
      .describe('What the controller holds in its retentive area; null while it gives no answer'),
  }),
);
/** What an agent tells of itself and its machine. */
export type AgentState = z.output<typeof agentStateSchema>;

/** A lease that the orchestrator grants or renews. */
export const leaseSchema = named(
  'Lease',
  'The right to command the machine until `fromMs` plus `leaseMs` by the clock of this instance.',
  z.strictObject({
    instance: idSchema.describe('The instance that it is for'),
    epoch: epochSchema,
    fromMs: z.int().min(0).describe('`clockMs` of the state that the orchestrator read last'),
    leaseMs: z.int().min(1_000).max(600_000).describe('Length of the lease in milliseconds'),
  }),
);
/** A lease that the orchestrator grants or renews. */
export type Lease = z.output<typeof leaseSchema>;

/** The end of a lease. */
export const releaseSchema = named(
  'Release',
  'The end of a lease before its time.',
  z.strictObject({ instance: idSchema, epoch: epochSchema }),
);
/** The end of a lease. */
export type Release = z.output<typeof releaseSchema>;

/** A job that the orchestrator dispatches. */
export const dispatchSchema = named(
  'Dispatch',
  'A job for the machine. The same id with the same content may come any number of times.',
  z.strictObject({ epoch: epochSchema, sequence: sequenceSchema, ...jobContent }),
);
/** A job that the orchestrator dispatches. */
export type Dispatch = z.output<typeof dispatchSchema>;

/** The wish to end a job. */
export const cancelSchema = named('Cancel', 'The wish that a job ends before its time.', z.strictObject({ epoch: epochSchema }));
/** The wish to end a job. */
export type Cancel = z.output<typeof cancelSchema>;

/** Why an agent refuses a request: the answer's status, and what the caller does about it. */
export const REFUSALS = {
  malformed: { status: 400, meaning: 'The request does not fit its schema. It is not sent again' },
  'unknown-caller': { status: 403, meaning: 'The certificate is not that of the orchestrator. It is not sent again' },
  'unknown-job': { status: 404, meaning: 'The controller holds another job or none: this one was not taken, or a later one was' },
  'other-instance': { status: 409, meaning: 'The lease is for an instance that is gone: the state is read again' },
  'stale-epoch': { status: 409, meaning: 'A later epoch was granted: whoever sent this is superseded, and stops' },
  'no-lease': { status: 409, meaning: 'The agent holds no lease: it does not command. A lease is granted first' },
  'content-differs': { status: 409, meaning: 'The controller took this id with another content. It is not sent again; a person decides' },
  'stale-sequence': { status: 409, meaning: 'The controller took a later job: this one is never begun' },
  busy: { status: 409, meaning: 'The controller has not ended the job that it took before' },
  'too-large': { status: 413, meaning: `The request has more than ${MESSAGE_BYTES} bytes. It is not sent again` },
  'controller-away': { status: 503, meaning: 'The controller gives no answer. It is sent again' },
} as const;
/** Why an agent refuses a request. */
export type Refusal = keyof typeof REFUSALS;

/** An answer that is no success (RFC 9457). */
export const problemSchema = named(
  'Problem',
  'Why a request was refused (RFC 9457, application/problem+json).',
  z.looseObject({
    type: z.literal('about:blank'),
    title: z.string().max(200).describe('For people'),
    status: z.int().min(400).max(599),
    code: z.enum(Object.keys(REFUSALS) as [Refusal, ...Refusal[]]).describe('For programs'),
    detail: z.string().max(2_000).optional().describe('For people'),
  }),
);
/** An answer that is no success. */
export type ProblemAnswer = z.output<typeof problemSchema>;
