import { z } from 'zod';

/**
 * Characters that no text of the model may contain: C0 and C1 controls, DEL, line and paragraph separators, the byte order mark,
 * bidirectional overrides, non-characters and lone surrogates. YAML readers refuse or change several of them (U+0085 becomes a
 * space), and control characters are how a text breaks out of a configuration file.
 */
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]|[\ufffe\uffff]/;

/** True when every character of `text` is one that all generated formats carry unchanged. */
export function isPlainText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/** True when a text has no lone surrogate, so that UTF-8 can say it. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

/**
 * A line of text that a person reads: a purpose, a reason, a unit. One line, no control characters, no leading or trailing space.
 *
 * @param max the most characters it may have (UTF-16 units), at least 1
 */
export function lineOfText(max = 200) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((s) => isPlainText(s), 'must be one line without control characters or invisible separators')
    .refine((s) => s.trim() === s, 'must not begin or end with a space');
}
