import * as fc from 'fast-check';
import { toNatsConf } from '../../../infra/formats/nats-conf';
import type { Plant } from '../../../infra/model/plant';
import { brokerConfiguration, certificateUser } from '../../../infra/nats/broker';
import { planBroker } from '../../../infra/placement/broker';
import { examplePlant, plantArbitrary } from '../../support/plants';

interface User {
  readonly user: string;
  readonly allowed_connection_types: readonly string[];
  readonly permissions: { readonly publish: Record<string, string[]>; readonly subscribe: Record<string, string[]> };
}

const read = (plant: Plant) => JSON.parse(toNatsConf(brokerConfiguration(plant)));
const usersOf = (plant: Plant): User[] => read(plant).authorization.users;

/** True when a NATS subject is one that a filter takes in: `*` is one token, `>` is one or more at the end. */
function takes(filter: string, subject: string): boolean {
  const [wanted, given] = [filter.split('.'), subject.split('.')];
  if (wanted.at(-1) === '>')
    return given.length >= wanted.length && wanted.slice(0, -1).every((token, n) => token === '*' || token === given[n]);
  return wanted.length === given.length && wanted.every((token, n) => token === '*' || token === given[n]);
}

const allows = (permission: Record<string, string[]>, subject: string) =>
  !(permission.deny ?? []).some((filter) => takes(filter, subject)) &&
  (permission.allow === undefined ? permission.deny === undefined : permission.allow.some((filter) => takes(filter, subject)));

describe('the accounts of the plant broker', () => {
  test('are one for each machine and one for the publisher', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const names = usersOf(plant).map(({ user }) => user);
        expect([...names].sort()).toEqual(['data-publisher', ...plant.machines.map(({ name }) => name)].map(certificateUser).sort());
      }),
      { numRuns: 25 },
    );
  });

  test('let a machine publish on its own subject and on no other, and subscribe to nothing', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const subjects = plant.machines.map(({ name }) => `data.v1.${plant.name}.${name}`);
        for (const machine of plant.machines) {
          const own = usersOf(plant).filter(({ user }) => user === `CN=${machine.name}`);
          expect(own).toHaveLength(1);
          const { publish, subscribe } = own[0]?.permissions ?? { publish: {}, subscribe: {} };
          const others = [
            ...subjects,
            `data.v1.other.${machine.name}`,
            `data.v1.${plant.name}.${machine.name}.x`,
            'data.v1',
            '$MQTT.sub.x',
            '$SYS.a',
          ];
          expect(others.filter((subject) => allows(publish, subject))).toEqual([`data.v1.${plant.name}.${machine.name}`]);
          expect([...others, '>'].filter((subject) => allows(subscribe, subject))).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('let a gateway that machines share publish on the subjects of those, and of no other machine; they have no account then', () => {
    const example = examplePlant();
    const machines = example.machines.map((machine, n) => (n < 2 ? { ...machine, runsOn: 'a1' } : machine));
    const users = usersOf({ ...example, gateways: 'node', machines });
    const shared = users.find(({ user }) => user === 'CN=a1-gateways');
    const subjects = machines.map(({ name }) => `data.v1.leeds.${name}`);
    expect(subjects.filter((subject) => allows(shared?.permissions.publish ?? {}, subject))).toEqual(subjects.slice(0, 2));
    expect([...subjects, '>'].filter((subject) => allows(shared?.permissions.subscribe ?? {}, subject))).toEqual([]);
    expect(users.map(({ user }) => user)).not.toContain(`CN=${machines[0]?.name}`);
  });

  test('let the publisher read every machine and write nothing', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const { publish, subscribe } = usersOf(plant).find(({ user }) => user === 'CN=data-publisher')?.permissions ?? {
          publish: {},
          subscribe: {},
        };
        const subjects = plant.machines.map(({ name }) => `data.v1.${plant.name}.${name}`);
        expect(subjects.filter((subject) => allows(subscribe, subject))).toEqual(subjects);
        expect([...subjects, 'data.v1.other.press-1', '$MQTT.sub.x'].filter((subject) => allows(publish, subject))).toEqual([]);
        expect(allows(subscribe, 'data.v1.other.press-1')).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  test('take MQTT clients only', () => {
    expect(usersOf(examplePlant()).every(({ allowed_connection_types: types }) => types.join() === 'MQTT')).toBe(true);
  });

  test('are the same whatever the order of the machines', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const byUser = (users: User[]) => [...users].sort((a, b) => (a.user < b.user ? -1 : 1));
        expect(byUser(usersOf({ ...plant, machines: [...plant.machines].reverse() }))).toEqual(byUser(usersOf(plant)));
      }),
      { numRuns: 20 },
    );
  });
});

describe('the servers of the plant broker', () => {
  test('listen for NATS clients inside their pod only, and for MQTT clients with certificates only', () => {
    expect(read(examplePlant())).toMatchObject({ host: '127.0.0.1', mqtt: { port: 8883, tls: { verify_and_map: true } } });
  });

  test('write to disk before they acknowledge, and hold no more than the plan says', () => {
    const plant = examplePlant();
    expect(read(plant).jetstream).toMatchObject({ sync_interval: 'always', max_file: planBroker(plant).storeBytes, max_mem: 0 });
  });

  test('know each other by name when there are three', () => {
    const { cluster, mqtt } = read(examplePlant());
    expect(cluster).toMatchObject({ name: 'leeds', port: 6222, tls: { verify_cert_and_check_known_urls: true } });
    expect(cluster.routes).toEqual(
      [0, 1, 2].map((n) => `nats-route://plant-broker-${n}.plant-broker-peers.messaging.svc.cluster.local:6222`),
    );
    expect(mqtt).toMatchObject({ stream_replicas: 3 });
  });

  test('are no cluster when there is one', () => {
    const plant = examplePlant();
    const { cluster, mqtt } = read({ ...plant, nodes: plant.nodes.slice(0, 2) });
    expect([cluster, mqtt.stream_replicas]).toEqual([undefined, undefined]);
  });
});
