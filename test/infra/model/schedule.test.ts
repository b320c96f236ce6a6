import { isSchedule } from '../../../infra/model/schedule';

test.each(['15 2 * * *', '*/5 * * * *', '0 0 1,15 1-6 *', '0 6 * * 1-5', '0 0 29 2 *'])('%s is a schedule', (line) => {
  expect(isSchedule(line)).toBe(true);
});

test.each([
  '',
  '@daily',
  'every day',
  '15 2 * *',
  '15 2 * * * *',
  '60 2 * * *',
  '0 24 * * *',
  '0 0 30 2 *',
  '0 0 * * MON',
  'TZ=UTC 0 0 * * *',
  '0 0 L * *',
  '0  0 * * *',
  '0 0 * * *\n',
])('%j is none', (line) => {
  expect(isSchedule(line)).toBe(false);
});
