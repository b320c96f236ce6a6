import type { Refusal } from '../refusal';

/** The spellings that are right, told when nothing better is known. */
const EXAMPLES = 'write it like DB10.DBX0.1, DB10.DBW4, M0.1, MW4, I0.0 or QB2';

/** The form of a whole address. */
const WHOLE = /^%?(?:DB[0-9]+\.DB[XBWD]|[MIQ][BWD]?)[0-9]+(?:\.[0-7])?$/;

/** A way of writing an address that is known but not read: what it is, and what to write instead. */
interface Habit {
  readonly pattern: RegExp;
  readonly error: string;
  readonly instead: (parts: RegExpExecArray) => string;
}

const INTERNATIONAL: Record<string, string> = { E: 'I', A: 'Q' };

const HABITS: readonly Habit[] = [
  {
    pattern: /^%?([EA])([BWD]?[0-9]+(?:\.[0-9]+)?)$/,
    error: 'is in German mnemonics (E and A); addresses are written in international mnemonics (I and Q)',
    instead: ([, letter = '', rest]) => `write ${INTERNATIONAL[letter]}${rest}`,
  },
  {
    pattern: /^%?P([IQEA])([BWD]?)([0-9]+)$/,
    error: 'is a peripheral address; the gateway reads the process image only',
    instead: ([, letter = '', width, rest]) =>
      `write ${INTERNATIONAL[letter] ?? letter}${width || 'W'}${rest} and keep it in the process image`,
  },
  {
    pattern: /^%?([IQ][BWD]?[0-9]+(?:\.[0-9]+)?):P$/,
    error: 'is a peripheral address (:P); the gateway reads the process image only',
    instead: ([, image]) => `write ${image} and keep it in the process image`,
  },
  {
    pattern: /^%?T[0-9]+$/,
    error: 'is a timer; the gateway has no data type for timers',
    instead: () => 'copy its value to a data block in the PLC program and read it there',
  },
  {
    pattern: /^%?[CZ][0-9]+$/,
    error: 'is a counter; the gateway has no data type for counters',
    instead: () => 'copy its value to a data block in the PLC program and read it there',
  },
  {
    pattern: /^%?([MIQ])X([0-9]+)(?:\.([0-9]+))?$/,
    error: 'has the letter X, which only bits of data blocks have',
    instead: ([, area, byte, bit = '0']) => `write ${area}${byte}.${bit}`,
  },
  {
    pattern: /^%?DI([0-9]+)\.DI([XBWD][0-9]+(?:\.[0-9]+)?)$/,
    error: 'names an instance data block as DI',
    instead: ([, db, rest]) => `write DB${db}.DB${rest}`,
  },
  {
    pattern: /^%?DB([0-9]+)\.([XBWD])([0-9]+)(?:\.([0-9]+))?$/,
    error: 'has no DB behind the point',
    instead: ([, db, width, byte, bit]) => `write DB${db}.DB${width}${byte}${bit === undefined ? '' : `.${bit}`}`,
  },
  {
    pattern: /^%?DB([0-9]+)\.([0-9]+)(?:\.([0-9]+))?$/,
    error: 'does not say how much to read',
    instead: ([, db, byte, bit = '0']) => `write DB${db}.DBX${byte}.${bit}, DB${db}.DBB${byte}, DB${db}.DBW${byte} or DB${db}.DBD${byte}`,
  },
  {
    pattern: /^P#/,
    error: 'is a pointer',
    instead: () => 'write its first byte, such as DB10.DBB12, and give the type',
  },
  {
    pattern: /^"|^(?!DB[0-9]+\.DB[XBWD])[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_]/,
    error: 'is a symbolic name; S7 communication reads absolute addresses only',
    instead: () => 'write the offset that TIA Portal shows for it, such as DB10.DBW4, in a data block without optimised access',
  },
];

/** Finds out what is wrong with a text that is not an address, and what to write instead. Never throws. */
export function diagnoseAddress(text: string): Refusal {
  const tight = text.replace(/\s/g, '');
  if (tight !== text) return { error: 'has a space in it', instead: tight ? `write ${tight}` : EXAMPLES };
  const capitals = text.toUpperCase();
  const habit = habitOf(capitals);
  if (capitals !== text && /^%?(?:D[BI][0-9]+\.|P?[MIQEATCZ][XBWD]?[0-9])/.test(capitals)) {
    return { error: 'has lower-case letters', instead: habit?.instead ?? (WHOLE.test(capitals) ? `write ${capitals}` : EXAMPLES) };
  }
  return habitOf(text) ?? { error: 'is not an absolute address', instead: EXAMPLES };
}

/** The first known habit that a text follows. */
function habitOf(text: string): Refusal | undefined {
  for (const { pattern, error, instead } of HABITS) {
    const parts = pattern.exec(text);
    if (parts) return { error, instead: instead(parts) };
  }
  return undefined;
}
