import { found } from './found';
import { withJobs } from './jobs';

describe('the rule that an ERP outside the cluster has a way in', () => {
  const external = { external: { addresses: ['10.20.9.9/32'], purpose: 'SAP' } };

  test('it needs a port of the nodes', () => {
    const estate = withJobs((jobs) => {
      jobs.erp = external;
    });
    expect(found('erp-reaches-database', estate)).toEqual([
      'error: plants.york.jobs.erp.external: has no way to the database, which has no port on the nodes; state database.nodePort with a reason and the networks that may connect, or run a synchroniser in the cluster',
    ]);
  });

  test('its addresses are among those that may connect', () => {
    const estate = withJobs((jobs) => {
      jobs.erp = external;
      jobs.database.nodePort = { reason: 'SAP', networks: ['10.20.8.0/24'] };
    });
    expect(found('erp-reaches-database', estate)).toEqual([
      'error: plants.york.jobs.erp.external.addresses[0]: "10.20.9.9/32" is in none of the networks of database.nodePort, so that the policy refuses it; add it to database.nodePort.networks',
    ]);
  });
});
