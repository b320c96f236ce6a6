import { isWellFormed } from '../model/text';

/** An element without attributes: its name, and its text or the elements in it, in their order. */
export interface XmlElement {
  readonly name: string;
  readonly content: string | number | boolean | readonly XmlElement[];
}

/** Characters that no XML 1.0 document can hold, not even by a reference (XML 1.0, 2.2 “Characters”). */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** What would be read as something else: markup, and a carriage return, which a parser makes a line feed of (XML 1.0, 2.11). */
const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;', $: '&#36;' };

/**
 * Writes an XML 1.0 document in UTF-8. A `$` becomes a character reference: HiveMQ replaces `${NAME}` by environment variables in the raw
 * text, before it parses it (util/EnvVarUtil, 2025.5), and a text of the model must not be able to name one.
 *
 * @throws RangeError for a name that is not of lower-case letters, digits and hyphens, for a number that is not whole, and for a text with
 * half a character or with one that XML cannot hold
 */
export function toXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, '')}`;
}

function element({ name, content }: XmlElement, indent: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of an element`);
  if (typeof content !== 'object') return `${indent}<${name}>${text(content)}</${name}>\n`;
  return `${indent}<${name}>\n${content.map((child) => element(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

function text(value: string | number | boolean): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`);
  const characters = String(value);
  if (FORBIDDEN.test(characters) || !isWellFormed(characters)) throw new RangeError(`XML cannot hold ${JSON.stringify(value)}`);
  return characters.replace(/[&<>\r$]/g, (character) => REFERENCES[character] ?? character);
}
