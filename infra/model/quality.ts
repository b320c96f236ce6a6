/** Key of the field that tells a reading's quality. */
export const QUALITY_FIELD = 'quality';

/**
 * Quality of a reading, in the numbers of Sparkplug B (3.0.0, property `Quality`):
 * - `good`: the machine said so, or the value was read without an error
 * - `stale`: the value was good and has not been read anew in its time
 * - `bad`: the machine said so, or the value could not be read; such a reading may have no value
 */
export const QUALITY = { good: 192, stale: 500, bad: 0 } as const;

/** Intervals of a scan class after which its points are stale when no scan ended. */
export const STALE_SCANS = 3;

/** Seconds after which a gateway says again that points are bad or stale; scan classes above that are told at their own rate. */
export const QUALITY_REPEAT_SECONDS = 60;
