/** First topic levels of production data; the version changes when a reader would have to. */
export const DATA_TOPIC_PREFIX = 'data/v1';

/** The topic on which a machine's data points travel, on the plant broker and on the central broker alike. */
export function dataTopic(plant: string, machine: string): string {
  return `${DATA_TOPIC_PREFIX}/${plant}/${machine}`;
}

/** The filter that takes in every machine of a plant. A single level on purpose: `#` would also take the level above. */
export function plantDataFilter(plant: string): string {
  return `${DATA_TOPIC_PREFIX}/${plant}/+`;
}
