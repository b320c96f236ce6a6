import { z } from 'zod';
import { JOB_AGENTS, JOB_ORCHESTRATOR } from '../model/services';
import {
  agentStateSchema,
  CONTRACT_VERSION,
  cancelSchema,
  contractSchemas,
  dispatchSchema,
  jobStateSchema,
  leaseSchema,
  MESSAGE_BYTES,
  problemSchema,
  REFUSALS,
  REQUEST_TIMEOUT_MS,
  type Refusal,
  releaseSchema,
} from './contract';

/** A value of the document. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const DESCRIPTION = `What the orchestrator asks of the agent of a machine. The agent serves, the orchestrator calls; nobody else can.

**Transport.** HTTP/1.1 over TLS 1.2 or later on port ${JOB_AGENTS.port}. Both sides show a certificate of the plant's authority: the agent one for its host name,
the orchestrator one whose common name is \`${JOB_ORCHESTRATOR.name}\`. Any other caller is refused. Both read their files again when they change.

**Time.** An answer comes within ${REQUEST_TIMEOUT_MS / 1000} s, or the caller gives up and does not know what became of the request. Requests and answers have at most ${MESSAGE_BYTES} bytes.

**Trying again.** Every request may be sent any number of times and does the same thing once. Without an answer, and after a status of 500 or more, it is
sent again after 1, 2, 4, 8, 16 and then every 30 s, for as long as it makes sense. Any other refusal has a \`code\` that says what to do.

**Lease.** An agent commands its controller only while it holds a lease, and looks at its monotonic clock directly before each write. The lease is
counted from the clock of the agent itself, as it told it before, so that a delayed request cannot lengthen it. The orchestrator
grants another instance a lease, with a higher epoch, only when the last one of the former has ended by any clock, or was given back.

**Once.** The controller keeps the sequence, the id and the state of the last job that it took in its retentive area, and takes only a job with a higher sequence. So a
write may be repeated: the job begins once. An agent keeps nothing: what it tells of jobs is what the controller holds.`;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const idOf = (schema: z.ZodType) => contractSchemas.get(schema as never)?.id ?? '';
const content = (schema: z.ZodType, type = 'application/json'): Json => ({ [type]: { schema: ref(idOf(schema)) } });

function refusals(...codes: readonly Refusal[]): { readonly [status: string]: Json } {
  const byStatus = new Map<number, Refusal[]>();
  for (const code of ['malformed', 'unknown-caller', ...codes] as const) {
    const { status } = REFUSALS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, found]): [string, Json] => [
      `${status}`,
      {
        description: found.map((code) => `\`${code}\`: ${REFUSALS[code].meaning}.`).join(' '),
        content: content(problemSchema, 'application/problem+json'),
      },
    ]),
  );
}

const JOB_ID: Json = {
  name: 'jobId',
  in: 'path',
  required: true,
  description: 'Id of the job, chosen by whoever asked for it',
  schema: { type: 'string', format: 'uuid' },
};
const body = (schema: z.ZodType): Json => ({ required: true, content: content(schema) });
const answer = (description: string, schema: z.ZodType): Json => ({ description, content: content(schema) });

/** The contract between the orchestrator and agents as an OpenAPI 3.1 document: what docs/openapi/job-agent.v1.json holds. */
export function jobAgentOpenApi(): Json {
  const { schemas } = z.toJSONSchema(contractSchemas, { uri: (id) => `#/components/schemas/${id}`, target: 'draft-2020-12' });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Job agent',
      version: `${CONTRACT_VERSION.slice(1)}.0.0`,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: `https://{machine}.${JOB_AGENTS.zone}.svc.cluster.local:${JOB_AGENTS.port}/${CONTRACT_VERSION}`,
        variables: { machine: { default: 'press-1' } },
      },
    ],
    security: [{ certificate: [] }],
    paths: {
      '/state': {
        get: {
          operationId: 'readState',
          summary: 'Tells the state of the agent and its controller; it is also the health check of the orchestrator',
          responses: { '200': answer('The state', agentStateSchema), ...refusals() },
        },
      },
      '/lease': {
        put: {
          operationId: 'grantLease',
          summary: 'Grants a lease, or renews it with the same epoch',
          requestBody: body(leaseSchema),
          responses: { '200': answer('The state after it', agentStateSchema), ...refusals('other-instance', 'stale-epoch') },
        },
        delete: {
          operationId: 'endLease',
          summary: 'Ends the lease; it answers once the machine is at its safe hold',
          requestBody: body(releaseSchema),
          responses: {
            '200': answer('The agent commands nothing any more', agentStateSchema),
            ...refusals('other-instance', 'stale-epoch', 'controller-away'),
          },
        },
      },
      '/jobs/{jobId}': {
        parameters: [JOB_ID],
        put: {
          operationId: 'dispatchJob',
          summary: 'Has the controller take a job',
          requestBody: body(dispatchSchema),
          responses: {
            '200': answer('The controller has taken it, now or before', jobStateSchema),
            ...refusals('no-lease', 'stale-epoch', 'stale-sequence', 'busy', 'content-differs', 'too-large', 'controller-away'),
          },
        },
        get: {
          operationId: 'readJob',
          summary: 'Tells progress and result',
          responses: { '200': answer('The job as the controller holds it', jobStateSchema), ...refusals('unknown-job', 'controller-away') },
        },
      },
      '/jobs/{jobId}/cancel': {
        parameters: [JOB_ID],
        post: {
          operationId: 'cancelJob',
          summary: 'Asks the controller to end a job; a job that has ended stays as it ended',
          requestBody: body(cancelSchema),
          responses: {
            '200': answer('The job after it; it may still be running', jobStateSchema),
            ...refusals('unknown-job', 'no-lease', 'stale-epoch', 'controller-away'),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        certificate: { type: 'mutualTLS', description: `Client certificate with the common name ${JOB_ORCHESTRATOR.name}` },
      },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, schema]) => {
          const { $schema, $id, ...rest } = schema as { readonly [key: string]: Json };
          return [id, rest];
        }),
      ),
    },
  };
}
