import { z } from 'zod';
import { nameSchema } from '../model/name';
import { idSchema, jobContent, outcomeSchema } from './contract';

/** The longest time between `issuedAt` and `expiresAt` of a command, in milliseconds: a day. */
export const COMMAND_LIFETIME_MS = 86_400_000;

/** How far ahead of the orchestrator's clock the issuer's may be, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 60_000;

const instantSchema = z.iso.datetime({
  precision: 3,
  message: 'must be a time in UTC to the millisecond, such as 2026-11-22T08:30:00.000Z',
});

const envelope = {
  commandId: idSchema.describe('Drawn by the issuer; whoever sends a command again sends it with its id'),
  issuedAt: instantSchema.describe("When it was issued, by the issuer's clock"),
  expiresAt: instantSchema.describe('From when on it must not be carried out any more; at most 24 h after issuedAt'),
  issuedBy: z.string().min(1).max(100).describe('Who issued it, as the centre knows them: for the record, not for authorisation'),
};

/** A command from the centre to the job orchestrator. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...envelope,
    kind: z.literal('start-job'),
    body: z.strictObject({
      jobId: idSchema.describe('Drawn by the issuer'),
      machine: nameSchema.describe('Machine that is to carry it out'),
      ...jobContent,
    }),
  }),
  z.strictObject({
    ...envelope,
    kind: z.literal('cancel-job'),
    body: z.strictObject({ jobId: idSchema }),
  }),
]);
/** A command from the centre to the job orchestrator. */
export type Command = z.output<typeof commandSchema>;

/** Why a command is refused, and what that means for its issuer. */
export const COMMAND_REFUSALS = {
  malformed: 'it does not fit the schema',
  expired: 'it came after expiresAt',
  'not-yet': "issuedAt lies ahead of the plant's clock by more than a minute: one of the clocks is wrong",
  'lives-too-long': 'expiresAt lies more than 24 h after issuedAt, or before it',
  'command-differs': 'a command with this id and another content was here before',
  'job-differs': 'a job with this id and another content was here before',
  'unknown-machine': 'the plant has no agent of that name',
  'unknown-job': 'there is no job of that id',
  'job-ended': 'the job has ended',
} as const;
/** Why a command is refused. */
export type CommandRefusal = keyof typeof COMMAND_REFUSALS;

const refusalCodes = Object.keys(COMMAND_REFUSALS) as [CommandRefusal, ...CommandRefusal[]];

/**
 * An answer of the job orchestrator. Each comes at least once; the same `answerId` is the same answer.
 * - `accepted`, `refused`: what became of a command; whoever sends it again gets the same answer again
 * - `ended`: how a job ended
 */
export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    answerId: z.string().max(100),
    at: instantSchema,
    kind: z.literal('accepted'),
    commandId: idSchema,
    jobId: idSchema,
  }),
  z.strictObject({
    answerId: z.string().max(100),
    at: instantSchema,
    kind: z.literal('refused'),
    commandId: idSchema.nullable().describe('Null where it could not be read'),
    reason: z.enum(refusalCodes),
    text: z.string().max(2_000),
  }),
  z.strictObject({
    answerId: z.string().max(100),
    at: instantSchema,
    kind: z.literal('ended'),
    jobId: idSchema,
    machine: nameSchema,
    state: z.enum(['done', 'failed', 'cancelled', 'expired']),
    outcome: outcomeSchema.optional(),
    text: z.string().max(2_000).optional().describe('Why it failed, for people'),
  }),
]);
/** An answer of the job orchestrator. */
export type Answer = z.output<typeof answerSchema>;

/** The JSON Schemas (2020-12) of commands and answers: what docs/openapi/commands.v1.json holds. */
export function commandJsonSchemas(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Commands to a plant, and its answers',
    $defs: Object.fromEntries(
      Object.entries({ Command: commandSchema, Answer: answerSchema }).map(([name, schema]) => {
        const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
        return [name, rest];
      }),
    ),
  };
}

/** Why a command is not carried out at this moment, by its times alone; undefined when nothing speaks against it. */
export function refusalByTime({ issuedAt, expiresAt }: Pick<Command, 'issuedAt' | 'expiresAt'>, now: Date): CommandRefusal | undefined {
  const [issued, expires] = [Date.parse(issuedAt), Date.parse(expiresAt)];
  if (expires <= issued || expires - issued > COMMAND_LIFETIME_MS) return 'lives-too-long';
  if (issued > now.getTime() + CLOCK_TOLERANCE_MS) return 'not-yet';
  return expires <= now.getTime() ? 'expired' : undefined;
}
