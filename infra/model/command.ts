/** The part of a plant that tells whether it takes commands. */
interface MayTakeCommands {
  readonly jobs?: { readonly orchestrator?: unknown };
}

/** The largest command or answer that is carried, in bytes. A larger command is thrown away at the plant's door, without an answer. */
export const COMMAND_BYTES = 65_536;

/**
 * Bytes of commands that a plant takes within an hour; what comes beyond that is thrown away until the next hour begins. While the
 * orchestrator is away the plant broker keeps its commands beside production data, and must not be filled with them.
 */
export const COMMAND_BYTES_PER_HOUR = 4 * 1024 ** 2;

/** First topic levels of commands; the version changes when a receiver would have to. */
const COMMAND_TOPIC_PREFIX = 'command/v1';
/** First topic levels of answers. */
const ANSWER_TOPIC_PREFIX = 'answer/v1';

/** The topic on which commands to the job orchestrator travel, at the central broker and at the plant broker alike. */
export function commandTopic(plant: string): string {
  return `${COMMAND_TOPIC_PREFIX}/${plant}/jobs`;
}

/** The topic on which the job orchestrator answers, at the plant broker and at the central broker alike. */
export function answerTopic(plant: string): string {
  return `${ANSWER_TOPIC_PREFIX}/${plant}/jobs`;
}

/** True when a plant takes commands from the centre: it has somebody to carry them out. */
export function takesCommands(plant: MayTakeCommands): boolean {
  return plant.jobs?.orchestrator !== undefined;
}

/** The most that commands and their answers add to the plant broker's store, in bytes per second. An answer is no longer than a command. */
export function commandBytesPerSecond(plant: MayTakeCommands): number {
  return takesCommands(plant) ? (3 * COMMAND_BYTES_PER_HOUR) / 3600 : 0;
}
