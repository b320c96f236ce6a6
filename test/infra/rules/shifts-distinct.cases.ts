import { fullEstate } from '../../support/full-estate';
import { found } from './found';

/** The full estate with these shifts. */
const estate = (shifts: Record<string, string>) => {
  const data = fullEstate();
  data.plants.york.calendar.shifts = shifts;
  return data;
};

describe('the rule that each shift begins at a time of its own', () => {
  test('two that begin together are told at the later name', () => {
    expect(found('shifts-distinct', estate({ late: '14:00', first: '06:00', early: '06:00' }))).toEqual([
      'error: plants.york.calendar.shifts.first: "06:00" is when early begins already; give each shift a time of its own',
    ]);
  });

  test('one shift of a whole day, and three, are no problem', () => {
    expect(found('shifts-distinct', estate({ day: '06:00' }))).toEqual([]);
    expect(found('shifts-distinct', estate({ early: '06:00', late: '14:00', night: '22:00' }))).toEqual([]);
  });
});
