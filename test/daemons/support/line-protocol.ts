/** A line of InfluxDB line protocol with a value, a quality or both, as a reader at the centre sees it. */
export interface Reading {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Kind of the value; undefined when the line has none. */
  readonly field: string | undefined;
  readonly value: Value | undefined;
  /** What the line says of the quality; undefined when it says nothing. */
  readonly quality: bigint | undefined;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** The line itself, without the line feed. */
  readonly line: string;
}

/** A value of line protocol. */
export type Value = boolean | bigint | number | string;

/**
 * Reads the lines of a message: written from the format's description, apart from the code under test.
 *
 * @throws when the text is not line protocol, a line has more than one field beside its quality, or a quality that is no integer
 */
export function parseLines(payload: string): Reading[] {
  const readings: Reading[] = [];
  for (let at = 0; at < payload.length; ) {
    const scanner = new Scanner(payload, at);
    const measurement = scanner.name(', ');
    const tags: Record<string, string> = {};
    while (scanner.take(',')) {
      const key = scanner.name('=');
      scanner.expect('=');
      tags[key] = scanner.name(', ');
    }
    scanner.expect(' ');
    const fields = new Map<string, Value>();
    do {
      const key = scanner.name('=');
      scanner.expect('=');
      fields.set(key, scanner.value());
    } while (scanner.take(','));
    scanner.expect(' ');
    const time = BigInt(scanner.until('\n'));
    const line = payload.slice(at, scanner.at);
    const quality = fields.get('quality');
    fields.delete('quality');
    const [[field, value] = [undefined, undefined], ...more] = fields;
    if (more.length > 0 || !(quality === undefined || typeof quality === 'bigint')) throw new Error(`not a reading: ${line}`);
    readings.push({ measurement, tags, field, value, quality, time, line });
    scanner.expect('\n');
    at = scanner.at;
  }
  return readings;
}

class Scanner {
  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  take(character: string): boolean {
    const there = this.text[this.at] === character;
    if (there) this.at++;
    return there;
  }

  expect(character: string): void {
    if (!this.take(character)) throw new Error(`expected ${JSON.stringify(character)} at ${this.at} of ${JSON.stringify(this.text)}`);
  }

  until(ends: string): string {
    const start = this.at;
    while (this.at < this.text.length && !ends.includes(this.text[this.at] ?? '')) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A measurement, key or tag value. A backslash is itself, unless it stands before a character that it escapes. */
  name(ends: string): string {
    let name = '';
    for (;;) {
      name += this.until(`${ends}\\\n`);
      if (!this.take('\\')) return name;
      const next = this.text[this.at] ?? '';
      name += ', ='.includes(next) && next !== '' ? this.text[this.at++] : '\\';
    }
  }

  value(): Value {
    if (this.take('"')) {
      let text = '';
      while (!this.take('"')) {
        if (this.take('\\') && !'"\\'.includes(this.text[this.at] ?? '')) text += '\\';
        text += this.text[this.at++] ?? this.expect('"');
      }
      return text;
    }
    const word = this.until(' ,\n');
    if (word === 'true' || word === 'false') return word === 'true';
    if (/^-?[0-9]+[iu]$/.test(word)) return BigInt(word.slice(0, -1));
    if (word === '' || Number.isNaN(Number(word))) throw new Error(`${JSON.stringify(word)} is not a value of line protocol`);
    return Number(word);
  }
}
