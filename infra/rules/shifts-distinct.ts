import type { Rule } from './rule';

/** No two shifts begin together: one of them would never be. */
export const shiftsDistinct: Rule = {
  id: 'shifts-distinct',
  invariant: 'Each shift of a plant begins at a time of its own.',
  check: ({ data }) =>
    Object.entries(data.plants).flatMap(([plant, { calendar }]) => {
      const shifts = Object.entries(calendar.shifts).sort(([a], [b]) => (a < b ? -1 : 1));
      return shifts.flatMap(([name, begins], index) => {
        const [other] = shifts.slice(0, index).find(([, time]) => time === begins) ?? [];
        if (other === undefined) return [];
        return [
          {
            path: ['plants', plant, 'calendar', 'shifts', name],
            value: begins,
            message: `is when ${other} begins already`,
            remedy: 'give each shift a time of its own',
          },
        ];
      });
    }),
};
