import { type Engine, engineFacts } from './engines';

/** Why a statement is not one that only reads, and what to write instead. */
export interface StatementRefusal {
  readonly error: string;
  readonly instead: string;
}

/**
 * Looks whether a text is one statement that begins with SELECT or WITH. It keeps mistakes out, and is no protection: what the gateway may
 * do is decided by the rights of its user. Never throws.
 */
export function refuseStatement(text: string, engine: Engine): StatementRefusal | undefined {
  const code = codeOf(text, engine);
  if (typeof code !== 'string') return code;
  if (code.includes(';')) {
    return { error: 'has a semicolon', instead: 'write one statement without a semicolon; give a second one a table of its own' };
  }
  if (!/^\s*(?:SELECT|WITH)\b/i.test(code)) {
    return { error: 'does not begin with SELECT or WITH', instead: 'write a statement that only reads; put anything else into a view' };
  }
  return undefined;
}

/** A statement with every quoted part and comment replaced by a space, or why it cannot be read. */
function codeOf(text: string, engine: Engine): string | StatementRefusal {
  const { marks, backslash, hashComments } = engineFacts(engine).quotes;
  let code = '';
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? '';
    if (text.startsWith('--', at) || (hashComments && character === '#')) {
      return { error: 'has a comment that hides its rest, since it stands on one line', instead: 'remove the comment, or write /* */' };
    }
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0 || text[at + 2] === '!') return { error: 'has a comment that does not end or is carried out', instead: 'remove it' };
      code += ' ';
      at = end + 2;
    } else if (marks.includes(character)) {
      const end = endOfQuote(text, at, character === '[' ? ']' : character, backslash && character !== '`');
      if (end === undefined) return { error: `has a ${character} that is not closed`, instead: 'close it' };
      code += ' ';
      at = end;
    } else {
      code += character;
      at++;
    }
  }
  return code;
}

/** Where the text behind a quoted part goes on; undefined when it is never closed. A doubled mark stands for itself. */
function endOfQuote(text: string, start: number, mark: string, backslash: boolean): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (backslash && text[at] === '\\') at++;
    else if (text[at] === mark) {
      if (text[at + 1] !== mark) return at + 1;
      at++;
    }
  }
  return undefined;
}
