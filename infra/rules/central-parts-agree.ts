import type { Rule, RuleProblem } from './rule';

/** What a centre leaves out is nothing that the rest needs. */
export const centralPartsAgree: Rule = {
  id: 'central-parts-agree',
  invariant: 'A centre that leaves the identity provider out leaves out Grafana too, which lets nobody in without it.',
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap((central): RuleProblem[] => {
      const path = ['centrals', central.name, 'cluster', 'leavesOut'];
      const { leavesOut } = central;
      if (!isWhole(...path) || !leavesOut.includes('openid') || leavesOut.includes('grafana')) return [];
      return [
        {
          path,
          value: leavesOut,
          message: 'leaves openid out, and grafana asks it who somebody is: nobody could log in there',
          remedy: 'leave grafana out as well, or keep openid',
        },
      ];
    }),
};
