import { COMMAND_REFUSALS, type Command, type CommandRefusal, refusalByTime } from '../../../infra/jobs/messages';
import { digestOf } from './agent';
import type { Decision, StoredJob } from './job-store';

/** Decides on a command that was not here before, from the job that it speaks of, if there is one. */
export function decide(command: Command, job: StoredJob | undefined, machines: readonly string[], now: Date): Decision {
  const { commandId, body } = command;
  const refused = refusalOf(command, job, machines, now);
  const envelope = { answerId: `${commandId}:received`, at: now.toISOString(), commandId };
  if (refused) return { answer: { ...envelope, kind: 'refused', reason: refused, text: COMMAND_REFUSALS[refused] } };
  const effect = command.kind === 'cancel-job' ? ('cancel' as const) : job ? undefined : ('queue' as const);
  return { answer: { ...envelope, kind: 'accepted', jobId: body.jobId }, ...(effect ? { effect } : {}) };
}

function refusalOf(command: Command, job: StoredJob | undefined, machines: readonly string[], now: Date): CommandRefusal | undefined {
  const byTime = refusalByTime(command, now);
  if (byTime) return byTime;
  if (command.kind === 'cancel-job') {
    if (!job) return 'unknown-job';
    return job.state === 'queued' || job.state === 'dispatched' ? undefined : 'job-ended';
  }
  const { machine, recipe, parameters } = command.body;
  if (!machines.includes(machine)) return 'unknown-machine';
  const same = !job || (job.machine === machine && digestOf(job.recipe, job.parameters) === digestOf(recipe, parameters));
  return same ? undefined : 'job-differs';
}

/** The answer to a command whose id was here with another content. */
export function commandDiffers({ commandId }: Command, now: Date): Decision['answer'] {
  return {
    answerId: `${commandId}:differs`,
    at: now.toISOString(),
    kind: 'refused',
    commandId,
    reason: 'command-differs',
    text: COMMAND_REFUSALS['command-differs'],
  };
}
