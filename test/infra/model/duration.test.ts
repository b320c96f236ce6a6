import * as fc from 'fast-check';
import { durationSchema, milliseconds } from '../../../infra/model/duration';

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

describe('a duration', () => {
  test('is as many milliseconds as its number and unit say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.constantFrom(...Object.entries(UNITS)), (n, [unit, ms]) => {
        expect(milliseconds(`${n}${unit}`)).toBe(n * ms);
      }),
    );
  });

  test('lies between its bounds, both included', () => {
    const schema = durationSchema('100ms', '1h');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.constantFrom(...Object.entries(UNITS)), (n, [unit, ms]) => {
        expect(schema.safeParse(`${n}${unit}`).success).toBe(n * ms >= 100 && n * ms <= 3_600_000);
      }),
    );
    expect(['100ms', '1h', '60min', '3600s'].every((text) => schema.safeParse(text).success)).toBe(true);
    expect(['99ms', '3601s', '61min', '1d'].some((text) => schema.safeParse(text).success)).toBe(false);
  });

  test.each(['', '1', 'h', '1 h', '1H', '1m', '01h', '-1h', '1.5h', '1h30min', '1e3s', ' 1h', '1h\n', '12345678s', 3600])(
    'is not written %p',
    (text) => {
      expect(durationSchema('1ms', '30d').safeParse(text).success).toBe(false);
    },
  );

  test('that the schema refused has no milliseconds', () => {
    expect(() => milliseconds('1m')).toThrow(new RangeError('"1m" is not a duration'));
  });
});
