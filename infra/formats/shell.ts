/**
 * Writes a text as one word of a POSIX shell (IEEE Std 1003.1-2017, XCU 2.2.2): single quotes take everything as it stands, and a single quote
 * itself stands between two such words. The bytes are those of the text in UTF-8.
 *
 * @throws RangeError on what no word of a shell carries: U+0000, and half of a surrogate pair, which UTF-8 has not
 */
export function shellWord(text: string): string {
  if (text.includes('\u0000')) throw new RangeError(`${JSON.stringify(text)} holds U+0000, which no word of a shell carries`);
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)) {
    throw new RangeError(`${JSON.stringify(text)} holds half of a surrogate pair, which UTF-8 has not`);
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Writes variables of a POSIX shell, one a line, in the order given.
 *
 * @param values name → text, or words that are split at blanks and line ends
 * @throws RangeError on a name that is no variable's, and on a word of a list that would not stay one
 */
export function shellVariables(values: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is not the name of a variable`);
      return `${name}=${shellWord(typeof value === 'string' ? value : list(value))}\n`;
    })
    .join('');
}

/** Words that stay apart when the shell splits them, and that it does not take for patterns of file names. */
function list(words: readonly string[]): string {
  for (const word of words) {
    if (!/^[A-Za-z0-9@%+=:,./_-]+$/.test(word)) throw new RangeError(`${JSON.stringify(word)} would not stay one word of a list`);
  }
  return words.join(' ');
}
