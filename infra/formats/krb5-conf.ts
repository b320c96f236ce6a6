/** A section's relations: a text, which may be empty, several of them for a tag that may stand more than once, or relations in braces. */
export interface Krb5Relations {
  readonly [tag: string]: string | boolean | readonly string[] | Krb5Relations;
}

/**
 * Writes a configuration of MIT Kerberos 5 (krb5.conf and kdc.conf, MIT Kerberos documentation 1.20, “krb5.conf”): sections of relations.
 * The format has no escape outside of double quotes, so a text that could end its line, open a brace or start a comment is refused.
 *
 * @param sections section name → its relations
 * @throws RangeError on a tag or text that the format cannot carry
 */
export function toKrb5Conf(sections: Readonly<Record<string, Krb5Relations>>): string {
  return Object.entries(sections)
    .map(([name, relations]) => `[${tagText(name)}]\n${lines(relations, '    ').join('')}`)
    .join('\n');
}

function lines(relations: Krb5Relations, indent: string): string[] {
  return Object.entries(relations).flatMap(([tag, value]) => {
    if (typeof value === 'boolean') return [`${indent}${tagText(tag)} = ${value}\n`];
    if (typeof value === 'string') return [`${indent}${tagText(tag)} = ${valueText(value)}\n`];
    if (isList(value)) return value.map((one) => `${indent}${tagText(tag)} = ${valueText(one)}\n`);
    return [`${indent}${tagText(tag)} = {\n`, ...lines(value, `${indent}    `), `${indent}}\n`];
  });
}

const isList = (value: Krb5Relations | readonly string[]): value is readonly string[] => Array.isArray(value);

function tagText(tag: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(tag)) throw new RangeError(`${JSON.stringify(tag)} is not a tag of krb5.conf`);
  return tag;
}

/** libkrb5 reads lines of 2048 bytes, and takes what is beyond for a line of its own (prof_parse.c). */
const VALUE_CHARACTERS = 1000;

function valueText(value: string): string {
  if (value === '') return '""';
  if (value.length > VALUE_CHARACTERS) throw new RangeError(`a text of krb5.conf has at most ${VALUE_CHARACTERS} characters`);
  if (!/^[A-Za-z0-9][A-Za-z0-9 ._:/@*-]*(?<! )$/.test(value) && !/^[./*][A-Za-z0-9._:/@*-]*$/.test(value)) {
    throw new RangeError(`${JSON.stringify(value)} is not a text that krb5.conf carries`);
  }
  return value;
}
