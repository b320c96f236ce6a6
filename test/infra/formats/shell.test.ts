import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { shellVariables, shellWord } from '../../../infra/formats/shell';

/** What a real shell makes of a script: the bytes that it writes. */
function sh(script: string): string {
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', HOME: '/nowhere' } });
}

/** Texts that a shell would act on. */
const hostile = [
  '',
  ' ',
  "'",
  "''",
  "'; echo pwned; '",
  '$(echo pwned)',
  '`echo pwned`',
  '$HOME "$HOME" $1 $$',
  '\\',
  "\\'",
  'a\nb\n\n',
  '\t\r\u0007\u001b[31m',
  '# no comment',
  '*',
  '~',
  '-n',
  '!!',
  '%s%n',
  '😀 Öl ‮',
];
const texts = fc.oneof(
  fc.constantFrom(...hostile),
  fc.array(fc.constantFrom(...hostile, 'a', '"', '$', '&', ';', '|', '<', '>', '(', ')'), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\u0000', '')),
);

test('a real shell reads every word as it was written, and does nothing else', () => {
  const words = fc.sample(texts, { numRuns: 400, seed: 7 });
  // One shell for all: each text is followed by a mark that is no text's.
  const written = sh(words.map((text) => `printf '%s\\036' ${shellWord(text)}`).join('\n'));
  expect(written).toBe(words.map((text) => `${text}\u001e`).join(''));
});

test('variables hold their texts, and lists fall apart into their words', () => {
  const script = shellVariables({ A: "it's $HOME\n", B: ['a-1', 'x=v1.2', './folder'], NONE: [] });
  expect(sh(`${script}printf '[%s]' "$A" $B $NONE`)).toBe("[it's $HOME\n][a-1][x=v1.2][./folder]");
});

test.each(['a\u0000b', '\uD83D', 'a\uDE00b'])('%j is refused, because no word carries it', (text) => {
  expect(() => shellWord(text)).toThrow(RangeError);
});

test.each(['', 'a b', 'a\nb', '*', 'a?', '[a]', "'", '$A', '~'])('a list refuses %j, which would not stay one word', (word) => {
  expect(() => shellVariables({ A: ['a', word] })).toThrow(`${JSON.stringify(word)} would not stay one word of a list`);
});

test.each(['', 'a', '1A', 'A B', 'A;B', 'A='])('%j is refused as the name of a variable', (name) => {
  expect(() => shellVariables({ [name]: 'x' })).toThrow('is not the name of a variable');
});
