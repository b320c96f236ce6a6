import { z } from 'zod';

/** What a machine type states of the connections that its controller offers. */
export const connectionsSchema = z
  .strictObject({
    offered: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('How many connections the controller offers to all that read it, 1–1000; when absent what is usual for its kind'),
    others: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('How many of them panels, engineering stations and other controllers take, 0–1000; when absent what is usual'),
  })
  .default({})
  .describe('Connections of the controller, which the gateway shares with the job agent, panels and engineers');

/** @see {@link connectionsSchema} */
export type ConnectionsStated = z.output<typeof connectionsSchema>;

/** What a protocol knows of the connections of a machine's controller. */
export interface ConnectionsUsed {
  /** How many the gateway takes. */
  readonly gateway: number;
  /** What they are taken for: `one for each scan class with points`. */
  readonly reason: string;
  /** How many a controller of this kind offers to all, at least 1, on the careful side. */
  readonly usual: number;
  /** How many panels, engineering stations and other controllers take of them as a rule. */
  readonly others: number;
  /** The kind of controller, for people: `an S7-1200`. */
  readonly controller: string;
}

/** Who takes the connections of a machine's controller, and how many there are. */
export interface ConnectionBudget extends Omit<ConnectionsUsed, 'usual'> {
  /** 1 for a machine with a job agent, which commands the same controller; else 0. */
  readonly agent: number;
  readonly offered: number;
  /** `offered` is the model's own figure, and not what is usual. */
  readonly isStated: boolean;
}

/** The budget of a machine: what its type states goes before what is usual. */
export function connectionBudget(
  { usual, ...used }: ConnectionsUsed,
  { offered, others }: ConnectionsStated,
  hasAgent: boolean,
): ConnectionBudget {
  return {
    ...used,
    others: others ?? used.others,
    agent: hasAgent ? 1 : 0,
    offered: offered ?? usual,
    isStated: offered !== undefined,
  };
}
