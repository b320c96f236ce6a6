import * as fc from 'fast-check';
import { nearest } from '../../../infra/model/nearest';

describe('the nearest of several names', () => {
  test.each([
    ['bridge', 'bridges'],
    ['brigdes', 'bridges'],
    ['whenfull', 'whenFull'],
    ['when-full', 'whenFull'],
    ['When_Full', 'whenFull'],
  ])('to %s is %s', (text, meant) => {
    expect(nearest(text, ['bridges', 'whenFull'])).toBe(meant);
  });

  test.each([
    ['nothing like it', 'colour', ['bridges', 'whenFull']],
    ['two as near', 'press-3', ['press-1', 'press-2']],
    ['a short name that differs', 'a9', ['a1', 'b1']],
    ['itself', 'bridges', ['bridges']],
    ['none to choose from', 'bridges', []],
    ['a text longer than any name', `bridges${'x'.repeat(10_000)}`, ['bridges']],
  ])('is none when there is %s', (_, text, candidates) => {
    expect(nearest(text, candidates)).toBeUndefined();
  });

  test('is one of the candidates or none, and does not depend on their order', () => {
    const word = fc.stringMatching(/^[a-cA-C-]{1,8}$/);
    fc.assert(
      fc.property(word, fc.uniqueArray(word, { maxLength: 5 }), (text, candidates) => {
        const found = nearest(text, candidates);
        expect(found === undefined || candidates.includes(found)).toBe(true);
        expect(nearest(text, [...candidates].reverse())).toBe(found);
      }),
      { numRuns: 500 },
    );
  });
});
