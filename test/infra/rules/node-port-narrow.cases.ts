import { found } from './found';
import { withJobs } from './jobs';

test.each([
  ['0.0.0.0/0', 'is so large that the port would be open to everybody; name the networks of those that connect'],
  [
    '10.244.0.0/24',
    'overlaps the network of the pods, 10.244.0.0/16, so that every pod could connect; name the networks of those that connect from outside',
  ],
  [
    '10.20.1.0/24',
    'holds the controller of press-1, 10.20.1.11, which has no business with the database; name the addresses of those that connect',
  ],
])('the port of the nodes is not open to %s', (network, message) => {
  const estate = withJobs(({ database }) => {
    database.nodePort = { reason: 'SAP', networks: ['10.20.9.0/24', network] };
  });
  expect(found('node-port-narrow', estate)).toEqual([
    `error: plants.york.jobs.database.nodePort.networks[1]: ${JSON.stringify(network)} ${message}`,
  ]);
});
