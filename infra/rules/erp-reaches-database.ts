import { contains } from '../model/network';
import type { Rule, RuleProblem } from './rule';

/** An ERP outside the cluster has a way in. */
export const erpReachesDatabase: Rule = {
  id: 'erp-reaches-database',
  invariant: 'An ERP outside the cluster connects through `database.nodePort`, whose networks hold its addresses.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant): RuleProblem[] => {
      const { jobs } = plant;
      const path = ['plants', plant.name, 'jobs'];
      if (!jobs?.erp || !('external' in jobs.erp) || !isWhole(...path, 'erp') || !isWhole(...path, 'database')) return [];
      const { nodePort } = jobs.database;
      if (!nodePort) {
        return [
          {
            path: [...path, 'erp', 'external'],
            message: 'has no way to the database, which has no port on the nodes',
            remedy: 'state database.nodePort with a reason and the networks that may connect, or run a synchroniser in the cluster',
          },
        ];
      }
      return jobs.erp.external.addresses.flatMap((address, index) =>
        nodePort.networks.some((network) => contains(network, address))
          ? []
          : [
              {
                path: [...path, 'erp', 'external', 'addresses', index],
                value: address,
                message: 'is in none of the networks of database.nodePort, so that the policy refuses it',
                remedy: 'add it to database.nodePort.networks',
              },
            ],
      );
    }),
};
