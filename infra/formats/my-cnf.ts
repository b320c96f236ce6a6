import { isWellFormed } from '../model/text';

/** Options of one program, by name with underscores. A boolean is written as ON or OFF. */
export type MyCnfGroup = Readonly<Record<string, string | number | boolean>>;

/** Groups of an option file, by name, in the order of writing. */
export type MyCnf = Readonly<Record<string, MyCnfGroup>>;

/** Most bytes of a line: MariaDB 10.11 reads lines of 4096, and takes what is beyond for a line of its own (seen with my_print_defaults). */
const LINE_BYTES = 4000;

/**
 * Writes an option file of MySQL and MariaDB. Each value stands in double quotes, where both read a backslash as the beginning of an
 * escape and nothing else as special (MySQL 8.4 reference manual, 6.2.2.2 “Using Option Files”).
 *
 * @throws RangeError for a name that is no option or group, and for a value with half a character or a control character, a line feed among
 * them: no escape of either program brings all of them back. RangeError for a line of more than 4000 bytes
 */
export function toMyCnf(file: MyCnf): string {
  return Object.entries(file)
    .map(([group, options]) => {
      if (!/^[a-z][a-z0-9_-]*$/.test(group)) throw new RangeError(`${JSON.stringify(group)} is no group of an option file`);
      return [`[${group}]`, ...Object.entries(options).map(([name, value]) => line(name, value)), ''].join('\n');
    })
    .join('\n');
}

function line(name: string, value: string | number | boolean): string {
  const text = `${optionName(name)} = ${optionValue(value)}`;
  if (Buffer.byteLength(text) > LINE_BYTES) throw new RangeError(`the option ${name} is longer than ${LINE_BYTES} bytes`);
  return text;
}

function optionName(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of an option`);
  return name;
}

function optionValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'ON' : 'OFF';
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`);
    return String(value);
  }
  if (/\p{Cc}/u.test(value) || !isWellFormed(value))
    throw new RangeError('an option file cannot hold a control character or half a character');
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
