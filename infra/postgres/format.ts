import { isWellFormed } from '../model/text';

/** A value of postgresql.conf. */
export type PostgresValue = string | number | boolean;

/** `name`, or `class.name` for a setting of an extension. */
const SETTING = /^[A-Za-z_][A-Za-z0-9_]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/;

/**
 * Writes postgresql.conf (PostgreSQL 16, “Setting Parameters”): one setting a line, each text in quotes.
 *
 * @throws RangeError for what is no name of a setting, above all the words that include another file; for a number that is not finite and
 * for a text with a control character or half a character
 */
export function toPostgresConf(settings: Readonly<Record<string, PostgresValue>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!SETTING.test(name) || /^include/i.test(name))
        throw new RangeError(`${JSON.stringify(name)} is not a setting of postgresql.conf`);
      return `${name} = ${settingText(value)}\n`;
    })
    .join('');
}

function settingText(value: PostgresValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') {
    const text = String(value);
    if (!/^-?[0-9]+(?:\.[0-9]+)?$/.test(text)) throw new RangeError(`${text} is not a number that postgresql.conf carries`);
    return text;
  }
  // A backslash begins an escape there, whatever standard_conforming_strings says (guc-file.l).
  return `'${oneLine(value).replace(/['\\]/g, '$&$&')}'`;
}

/** A word of pg_hba.conf that means something, such as `all` or `peer`, rather than a name. */
export interface HbaKeyword {
  readonly keyword: string;
}

/** A record of pg_hba.conf. A text is a name as it stands; a word with a meaning is a {@link HbaKeyword}. */
export interface HbaRule {
  readonly type: 'local' | 'host' | 'hostssl' | 'hostnossl' | 'hostgssenc' | 'hostnogssenc';
  readonly database: string | HbaKeyword;
  readonly user: string | HbaKeyword;
  /** Not with `local`. A network in CIDR notation, or `all`. */
  readonly address?: string | HbaKeyword;
  readonly method: 'gss' | 'peer' | 'reject' | 'scram-sha-256';
  /** Options of the method. @default - none */
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * Writes pg_hba.conf (PostgreSQL 16, “The pg_hba.conf File”): the first record that matches a connection decides, and without one it is
 * refused. Every name stands in quotes, in which a word has no meaning of its own.
 *
 * @throws RangeError for a text that the file cannot carry: longer than PostgreSQL 15 reads, a control character, half a character, a
 * name that begins with a slash, which PostgreSQL 16 takes for a regular expression even in quotes, and an option without a name
 */
export function toHbaConf(rules: readonly HbaRule[]): string {
  return rules
    .map(({ type, database, user, address, method, options = {} }) => {
      if ((type === 'local') !== (address === undefined))
        throw new RangeError(`a record of type ${type} with${address ? '' : 'out'} an address`);
      const words = [type, field(database), field(user), ...(address === undefined ? [] : [field(address)]), method];
      const stated = Object.entries(options).map(([name, value]) => {
        if (!/^[a-z_]{1,32}$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is not an option of pg_hba.conf`);
        return `${name}=${quoted(value)}`;
      });
      return `${[...words, ...stated].join(' ')}\n`;
    })
    .join('');
}

function field(value: string | HbaKeyword): string {
  if (typeof value === 'object') {
    if (!/^[a-z]{1,16}$/.test(value.keyword)) throw new RangeError(`${JSON.stringify(value.keyword)} is not a word of pg_hba.conf`);
    return value.keyword;
  }
  if (value === '' || value.startsWith('/')) throw new RangeError(`${JSON.stringify(value)} is not a name that pg_hba.conf carries`);
  return quoted(value);
}

/** PostgreSQL 15 reads words of 255 bytes (hba.c, MAX_TOKEN). The name of an option comes on top. */
const WORD_BYTES = 200;

function quoted(text: string): string {
  if (new TextEncoder().encode(text).length > WORD_BYTES) throw new RangeError(`a word of pg_hba.conf has at most ${WORD_BYTES} bytes`);
  return `"${oneLine(text).replaceAll('"', '""')}"`;
}

function oneLine(text: string): string {
  if (/\p{Cc}/u.test(text) || !isWellFormed(text)) {
    throw new RangeError(`${JSON.stringify(text.slice(0, 60))} holds a control character or half a character`);
  }
  return text;
}
