import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as a person writes it: a whole number and one of ms, s, min, h, d, without a space: `500ms`, `72h`. */
export type Duration = `${number}${keyof typeof UNIT_MS}`;

const PATTERN = /^([1-9][0-9]{0,6})(ms|s|min|h|d)$/;

/** Milliseconds of a duration that {@link durationSchema} accepted. Throws RangeError on anything else. */
export function milliseconds(duration: string): number {
  const match = PATTERN.exec(duration);
  if (!match) throw new RangeError(`"${duration}" is not a duration`);
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/**
 * A duration between two bounds, both included.
 *
 * @param least the shortest that is allowed
 * @param most the longest that is allowed
 */
export function durationSchema(least: Duration, most: Duration) {
  const rule = `must be a whole number with a unit (ms, s, min, h, d), from ${least} to ${most}`;
  return z
    .string(rule)
    .regex(PATTERN, rule)
    .refine((d) => !PATTERN.test(d) || (milliseconds(d) >= milliseconds(least) && milliseconds(d) <= milliseconds(most)), rule)
    .transform((d) => d as Duration);
}
