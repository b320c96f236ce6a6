import * as fc from 'fast-check';
import { isPlainText, isWellFormed, lineOfText } from '../../../infra/model/text';

describe('a line of text', () => {
  test('holds no control character, separator, byte order mark, override, non-character or half a character', () => {
    const forbidden = [
      ...Array.from({ length: 0x20 }, (_, n) => n),
      ...Array.from({ length: 0x21 }, (_, n) => 0x7f + n),
      ...[0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff, 0xd800, 0xdfff],
    ];
    expect(forbidden.filter((code) => isPlainText(`a${String.fromCodePoint(code)}b`))).toEqual([]);
  });

  test.each(['Öl', '°C', 'm³/h', '日本', '😀', 'e\u0301', '\u00a0', '"\'\\$`{}'])('may hold %s', (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  test('that is plain survives UTF-8 and JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (!isPlainText(text)) return;
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
        expect(isWellFormed(text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is well formed exactly when UTF-8 can say it', () => {
    const unit = fc.constantFrom('a', '\ud83d', '\ude00', '😀');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const text = units.join('');
        expect(isWellFormed(text)).toBe(Buffer.from(text, 'utf8').toString('utf8') === text);
      }),
    );
  });

  test('has its bounds', () => {
    const line = lineOfText(5);
    expect(['a', 'a b', 'abcde'].every((text) => line.safeParse(text).success)).toBe(true);
    expect(['', ' ', ' a', 'a ', 'abcdef', 'a\u00a0', 5].some((text) => line.safeParse(text).success)).toBe(false);
  });
});
