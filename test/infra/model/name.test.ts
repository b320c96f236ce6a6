import * as fc from 'fast-check';
import { isName, MAX_NAME_LENGTH, nameSchema } from '../../../infra/model/name';

/** A DNS label of RFC 1035, read by hand: a letter first, a letter or digit last, letters, digits and hyphens between. */
function isLabel(text: string): boolean {
  const letter = (c: string | undefined) => c !== undefined && c >= 'a' && c <= 'z';
  const digit = (c: string | undefined) => c !== undefined && c >= '0' && c <= '9';
  const all = [...text];
  return letter(all[0]) && (letter(all.at(-1)) || digit(all.at(-1))) && all.every((c) => letter(c) || digit(c) || c === '-');
}

describe('a name', () => {
  test('is a DNS label of at most forty characters without double hyphens, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 50 }), fc.stringMatching(/^[a-z0-9-]{1,45}$/)), (text) => {
        expect(isName(text)).toBe(isLabel(text) && text.length <= MAX_NAME_LENGTH && !text.includes('--'));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['press-1', 'a', 'a1', 'no', 'constructor', 'a'.repeat(40)])('may be %s', (text) => {
    expect(isName(text)).toBe(true);
  });

  test.each(['', 'Press', 'press_1', '1-press', '-a', 'a-', 'a--b', 'a.b', 'säge', 'a b', 'a\n', 'a'.repeat(41), '__proto__'])(
    'may not be %p',
    (text) => {
      expect(isName(text)).toBe(false);
    },
  );

  test('that is refused is told in one sentence, however many ways it is wrong', () => {
    const { error } = nameSchema.safeParse(`Press_${'1'.repeat(50)}`);
    expect(new Set(error?.issues.map(({ message }) => message)).size).toBe(1);
  });

  test('is decided in no time, however long the text', () => {
    const started = performance.now();
    expect(isName(`${'a-'.repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(200);
  });
});
