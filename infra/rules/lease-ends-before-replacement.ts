import { CLOCK_DRIFT, jobsCommandingEndsWithin, REPLACEMENT_SECONDS } from '../jobs/lease';
import type { Rule } from './rule';

/** Two agents never command one machine. */
export const leaseEndsBeforeReplacement: Rule = {
  id: 'lease-ends-before-replacement',
  invariant:
    'An agent whose node was cut off has stopped commanding its machine, by the slowest clock, before Kubernetes may start another one in its place.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { jobs } = plant;
      const path = ['plants', plant.name, 'jobs', 'lease'];
      if (!jobs || !isWhole(...path) || !isWhole('plants', plant.name, 'jobs', 'hold')) return [];
      const endsWithin = jobsCommandingEndsWithin(jobs);
      if (endsWithin <= REPLACEMENT_SECONDS * 1000) return [];
      return [
        {
          path,
          value: jobs.lease,
          message: `lets an agent that was cut off command its machine for up to ${Math.ceil(endsWithin / 1000)} s, with a hold of ${jobs.hold} and clocks that differ by ${CLOCK_DRIFT * 100} %; another one may start in its place after ${REPLACEMENT_SECONDS} s`,
          remedy: `shorten lease or hold: together they may take ${Math.floor(REPLACEMENT_SECONDS / (1 + CLOCK_DRIFT))} s`,
        },
      ];
    }),
};
