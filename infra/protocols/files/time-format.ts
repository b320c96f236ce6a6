/** Why a text is no format of times, and what to write instead. */
export interface FormatRefusal {
  readonly error: string;
  readonly instead: string;
}

/** A format of times as Go writes it: by an example of the moment 2006-01-02 15:04:05. */
export interface TimeLayout {
  readonly layout: string;
}

/** Parts of a time as people write them, and as Go does. */
const PARTS: Record<string, string> = { yyyy: '2006', MM: '01', dd: '02', HH: '15', mm: '04', ss: '05' };

/** Formats with a name of their own: `iso` has the zone in the text; the others are whole numbers since 1970-01-01 UTC. */
export const NAMED_FORMATS = ['iso', 'unix', 'unix-ms'] as const;

const EXAMPLES = 'write iso, unix, unix-ms, or a format such as yyyy-MM-dd HH:mm:ss or dd.MM.yyyy HH:mm:ss';

/**
 * Reads a format of times: each of `yyyy`, `MM`, `dd`, `HH`, `mm` and `ss` once, with the marks `-./:,_T` and space between them. A fraction
 * of a second is read wherever one stands behind the seconds; it is not written in the format. Never throws.
 */
export function parseTimeFormat(text: string): TimeLayout | FormatRefusal {
  let layout = '';
  const left = new Set(Object.keys(PARTS));
  for (let at = 0; at < text.length; ) {
    const part = Object.keys(PARTS).find((name) => text.startsWith(name, at));
    if (part === undefined) {
      const mark = text[at] ?? '';
      if (/[A-SU-Za-z0-9]/.test(mark)) return { error: `has ${mark}, which is no part of a time`, instead: EXAMPLES };
      if (!'-./:,_T '.includes(mark)) return { error: `has the mark ${mark}`, instead: 'use one of the marks - . / : , _ T and space' };
      layout += mark;
      at++;
      continue;
    }
    if (!left.delete(part)) return { error: `has ${part} twice`, instead: EXAMPLES };
    layout += PARTS[part];
    at += part.length;
  }
  if (left.size > 0) return { error: `does not say ${[...left].join(', ')}`, instead: EXAMPLES };
  return { layout };
}
