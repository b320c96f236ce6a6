import * as fc from 'fast-check';
import { parseTimeFormat } from '../../../../infra/protocols/files/time-format';
import { isTimeZone } from '../../../../infra/protocols/files/time-zone';

describe('a format of times', () => {
  test.each([
    ['yyyy-MM-dd HH:mm:ss', '2006-01-02 15:04:05'],
    ['dd.MM.yyyy HH:mm:ss', '02.01.2006 15:04:05'],
    ['MM/dd/yyyy_HH-mm-ss', '01/02/2006_15-04-05'],
    ['yyyyMMddTHHmmss', '20060102T150405'],
  ])('%s is what Go calls %s', (format, layout) => {
    expect(parseTimeFormat(format)).toEqual({ layout });
  });

  test.each([
    ['yyyy-MM-dd', 'does not say HH, mm, ss'],
    ['yyyy-MM-dd HH:mm:ss yyyy', 'has yyyy twice'],
    ['yy-MM-dd HH:mm:ss', 'has y, which is no part of a time'],
    ['yyyy-MM-dd HH:mm:ss 01', 'has 0, which is no part of a time'],
    ['yyyy-MM-dd HH:mm:ss%', 'has the mark %'],
    ['2006-01-02 15:04:05', 'has 2, which is no part of a time'],
  ])('%s is refused', (format, error) => {
    expect(parseTimeFormat(format)).toMatchObject({ error });
  });

  test('the parts in any order, with marks between them, say each part of Go once and nothing else', () => {
    const parts = fc.shuffledSubarray(['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'], { minLength: 6 });
    const marks = fc.array(fc.constantFrom('-', '.', '/', ':', ',', '_', 'T', ' '), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(parts, marks, (order, between) => {
        const parsed = parseTimeFormat(order.map((part, i) => part + between[i]).join(''));
        const layout = 'layout' in parsed ? parsed.layout : '';
        expect(layout.replace(/[^0-9]/g, '').length).toBe(14);
        for (const part of ['2006', '01', '02', '15', '04', '05']) expect(layout).toContain(part);
      }),
      { numRuns: 50 },
    );
  });
});

test('time zones are told by their names', () => {
  const known = ['UTC', 'Europe/Berlin', 'Europe/London', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'America/New_York'];
  expect(known.filter((zone) => !isTimeZone(zone))).toEqual([]);
  expect(
    ['', 'Berlin', 'Europe', 'Europe/', 'Europe/Leeds', 'europe/berlin', 'CET+1', 'constructor/x', '../etc'].filter(isTimeZone),
  ).toEqual([]);
});
