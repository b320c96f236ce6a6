import { toToml } from '../../../infra/formats/toml';
import type { Plant } from '../../../infra/model/plant';
import { brokerConfiguration } from '../../../infra/nats/broker';
import { brokerUsers } from '../../../infra/nats/users';
import { planBroker } from '../../../infra/placement/broker';
import { oeeConfiguration } from '../../../infra/telegraf/oee';
import { oeeModel } from '../../support/oee-model';
import { examplePlant } from '../../support/plants';

const base = examplePlant();
const OEE = {
  state: 'state',
  classes: [['2', 'running']],
  holdSeconds: 3,
  total: { point: 'stroke-counter', wraps: 65_536 },
  defects: { point: 'rejected-parts', counts: 'rejected' },
  idealCycleMs: 6_000,
} as const;
const without: Plant = { ...base, machines: base.machines.map(({ oee: _, ...machine }) => machine) };
const plant: Plant = {
  ...without,
  calendar: { timeZone: 'Europe/London', shifts: { night: '22:00', early: '06:30' } },
  machines: without.machines.map((machine) => (machine.type === 'press' ? { ...machine, oee: OEE } : machine)),
};
const presses = plant.machines.filter(({ type }) => type === 'press').map(({ name }) => name);

// biome-ignore lint/suspicious/noExplicitAny: tests read what Telegraf's documentation describes
const configuration = oeeConfiguration(plant) as any;

describe('the configuration of the OEE calculator', () => {
  test('takes the data of all machines in a lasting session, in which a filter that is added later would not be heard', () => {
    const [states, readings] = configuration.inputs.mqtt_consumer;
    expect(readings).toMatchObject({
      topics: ['data/v1/leeds/+'],
      client_id: 'oee-calculator',
      persistent_session: true,
      qos: 1,
      max_undelivered_messages: 1_000,
    });
    // A lasting session is not told again what is retained.
    expect(states).toMatchObject({ topics: ['oee-state/v1/leeds/+'], client_id: 'oee-calculator-states', qos: 0 });
    expect(states.persistent_session).toBeUndefined();
  });

  test('publishes figures and states on topics of their own, retained, at least once, as clients of their own', () => {
    expect(
      configuration.outputs.mqtt.map(({ topic, namepass, retain, qos, client_id }: Record<string, unknown>) => [
        topic,
        namepass,
        retain,
        qos,
        client_id,
      ]),
    ).toEqual([
      ['oee/v1/leeds/{{ .Tags.machine }}', ['oee'], true, 1, 'oee-calculator-figures'],
      ['oee-state/v1/leeds/{{ .Tags.machine }}', ['oee_state'], true, 1, 'oee-calculator-keeper'],
    ]);
  });

  test('gives the script its machines, its shifts by time of day and its time zone as data', () => {
    const { plan } = configuration.processors.starlark[0].constants;
    expect(JSON.parse(plan)).toEqual({
      plant: 'leeds',
      calculator: 'oee-calculator',
      settle: 40,
      zone: 'Europe/London',
      shifts: [
        ['early', 390],
        ['night', 1320],
      ],
      machines: Object.fromEntries(
        presses.map((name) => [
          name,
          { state: 'state', hold: 3, cycle: 6_000, classes: { 2: 'r' }, total: OEE.total, defects: OEE.defects },
        ]),
      ),
    });
  });

  test('waits longer than the broker does for an acknowledgement, so that what a calculator that died had taken is there', () => {
    const { ack_wait } = brokerConfiguration(plant).mqtt as { ack_wait: string };
    const { settle } = JSON.parse(configuration.processors.starlark[0].constants.plan);
    expect(ack_wait).toMatch(/^[0-9]+s$/);
    expect(settle).toBeGreaterThan(Number.parseInt(ack_wait, 10) + 5);
  });

  test('has nothing in its script that the environment would replace', () => {
    expect(toToml(configuration)).not.toContain('$');
  });
});

describe('the plant broker of a plant with figures', () => {
  const users = (of: Plant) => new Map(brokerUsers(of).map((user) => [user.commonName, user]));

  test('lets the calculator read machines and publish the figures of those that have some, and the publisher carry them', () => {
    expect(users(plant).get('oee-calculator')).toEqual({
      commonName: 'oee-calculator',
      publish: [...presses.map((name) => `oee/v1/leeds/${name}`), 'oee-state/v1/leeds/+'],
      subscribe: ['data/v1/leeds/+', 'oee-state/v1/leeds/+'],
    });
    expect(users(plant).get('data-publisher')?.subscribe).toContain('oee/v1/leeds/+');
  });

  test('has no such user and no such right when no machine has figures', () => {
    expect(users(without).has('oee-calculator')).toBe(false);
    expect(users(without).get('data-publisher')?.subscribe).not.toContain('oee/v1/leeds/+');
  });

  test('keeps room for them', () => {
    expect(planBroker(plant).bytesPerSecond).toBeGreaterThan(planBroker(without).bytesPerSecond);
  });
});

describe('the model that the calculator is held against', () => {
  const hour = (second: number) => ({ begin: second - (second % 3600), end: second - (second % 3600) + 3600 });
  const settings = {
    classes: { 0: 'planned', 1: 'unplanned', 2: 'running' },
    holdSeconds: 3,
    counts: 'rejected',
    idealCycleMs: 6_000,
  } as const;
  const at = (second: number) => 7_200_000 + second * 1000;

  test('computes the example of the documentation', () => {
    const states = Array.from({ length: 3600 }, (_, second) => ({
      role: 'state' as const,
      ms: at(second),
      value: second < 600 ? 0 : second < 1200 ? 1 : 2,
    }));
    const counts = [
      { role: 'total' as const, ms: at(0), value: 1_000 },
      { role: 'total' as const, ms: at(3599), value: 1_360 },
      { role: 'defects' as const, ms: at(0), value: 10 },
      { role: 'defects' as const, ms: at(3599), value: 28 },
    ];
    expect(oeeModel(settings, [...states, ...counts], hour).get(7_200)).toEqual({
      begin: 7_200,
      until: 10_800,
      running: 2_400,
      planned_stop: 600,
      unplanned_stop: 600,
      unknown: 0,
      total: 360,
      good: 342,
      availability: 0.8,
      performance: 0.9,
      quality: 0.95,
      oee: 0.684,
    });
  });

  test('tells no ratio whose divisor is nothing, and a performance above 1 as it is', () => {
    const [idle] = oeeModel(settings, [{ role: 'state', ms: at(0), value: 0 }], hour).values();
    expect(idle).toEqual({ begin: 7_200, until: 7_201, running: 0, planned_stop: 1, unplanned_stop: 0, unknown: 0, total: 0, good: 0 });
    const fast = [
      { role: 'state', ms: at(0), value: 2 },
      { role: 'total', ms: at(0), value: 5 },
      { role: 'total', ms: at(1), value: 7 },
    ] as const;
    expect(oeeModel(settings, fast, hour).get(7_200)).toMatchObject({ running: 2, performance: 6 });
  });
});
