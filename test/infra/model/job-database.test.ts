import { toldOf } from '../rules/found';
import { withJobs } from '../rules/jobs';

test('a job manager that states what it needs is in order', () => {
  expect(toldOf(withJobs(() => {}))).toEqual([]);
});

test('what is misspelt in the job manager is told in its place', () => {
  const estate = withJobs(({ database }) => {
    database.backups.schedule = 'every night';
    database.nodePort = { port: 3306, reason: 'SAP', networks: [] };
    database.engine = 'postgres';
  });
  expect(toldOf(estate)).toEqual([
    'error: plants.york.jobs.database.backups.schedule: "every night" must be a cron line of five fields that comes true at some time, such as 15 2 * * * for every day at 02:15 UTC, without names or time zone; correct it (When a full dump is made, as a cron line in UTC)',
    'error: plants.york.jobs.database.engine: "postgres" must be one of mysql, mariadb; choose one of these',
    'error: plants.york.jobs.database.nodePort.networks: [] must name at least one network that may connect; correct it (Networks that may connect; the network policy closes it to all others)',
    'error: plants.york.jobs.database.nodePort.port: 3306 must be a port from 30000 to 32767: the API server gives no others; correct it (Port of the node that runs the database, 30000–32767)',
  ]);
});
