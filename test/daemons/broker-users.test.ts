import { examplePlant, withOneBroker } from './support/example';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { talk } from './support/talk';

const topic = (machine: string) => `data/v1/leeds/${machine}`;

describe('the users of the plant broker', () => {
  let trial: PlantOnTrial;
  let publisher: TestClient;

  beforeAll(async () => {
    trial = await PlantOnTrial.of(examplePlant(withOneBroker));
    await trial.startBroker();
    publisher = await trial.client('data-publisher', { clean: false });
    await publisher.subscribe(topic('+'));
  });
  afterAll(() => trial?.end());

  test('every machine of the plant publishes on its topic, and the publisher receives it', async () => {
    for (const { name } of trial.plant.machines) {
      const gateway = await trial.client(name);
      await gateway.publish(topic(name), `from ${name}`);
      await publisher.waitFor(
        `the message of ${name}`,
        5_000,
        (message) => message.topic === topic(name) && message.payload === `from ${name}`,
      );
      await gateway.end();
    }
  });

  test('a machine reaches no topic but its own: the broker acknowledges and throws away, and says so in its log', async () => {
    const press = await trial.client('press-1');
    for (const other of [topic('press-2'), 'data/v1/leeds', 'data/v1/york/press-1', `${topic('press-1')}/x`, '$SYS/x']) {
      await press.publish(other, 'forged');
    }
    await press.publish(topic('press-1'), 'after all forgeries');
    await publisher.waitFor('what came after', 5_000, ({ payload }) => payload === 'after all forgeries');
    expect(publisher.received.filter(({ payload }) => payload === 'forged')).toEqual([]);
    expect(await trial.stored()).toMatchObject({ messages: 0 });
    expect(trial.brokers[0]?.log()).toContain('"press-1" - Publish Violation - Subject "data.v1.leeds.press-2"');
    await press.end();
  });

  test('a machine subscribes to nothing', async () => {
    const press = await trial.client('press-1');
    for (const filter of [topic('press-1'), topic('press-2'), topic('+'), '#', '$MQTT/sub/#']) {
      expect([filter, await press.subscribe(filter)]).toEqual([filter, false]);
    }
    await press.end();
  });

  test('the publisher subscribes to the data of its plant only, and publishes nothing', async () => {
    for (const filter of ['#', 'data/#', 'data/v1/+/press-1', '+/+/+/+']) {
      expect([filter, await publisher.subscribe(filter)]).toEqual([filter, false]);
    }
    const seen = publisher.received.length;
    for (const other of [topic('press-1'), topic('data-publisher'), 'anything']) await publisher.publish(other, 'forged');
    const press = await trial.client('press-1');
    await press.publish(topic('press-1'), 'the last');
    await publisher.waitFor('the last message', 5_000, ({ payload }) => payload === 'the last');
    expect(publisher.received.slice(seen).map(({ payload }) => payload)).toEqual(['the last']);
    await press.end();
  });

  test.each([
    ['shows no certificate', undefined, 'plant', /certificate required/],
    ["shows a certificate of another authority, also when that has the plant's name", 'press-1', 'other', /unknown ca/],
    ['shows a certificate of the plant for a name that no machine has', 'press-9', 'plant', /Not authorized/],
    ['shows the certificate of the broker itself', 'plant-broker', 'plant', /Not authorized/],
  ] as const)('a client that %s is refused', async (_, user, from, reason) => {
    await expect(trial.client(user, { from })).rejects.toThrow(reason);
  });

  test('a certificate is not replaced by a name and a password', async () => {
    await expect(trial.client(undefined, { username: 'CN=press-1', password: '' })).rejects.toThrow(/certificate required/);
    const press = await trial.client('press-1', { clientId: 'press-1-as-2', username: 'CN=press-2', password: '' });
    await press.publish(topic('press-2'), 'forged by name');
    await press.publish(topic('press-1'), 'still press-1');
    await publisher.waitFor('its own message', 5_000, ({ payload }) => payload === 'still press-1');
    expect(publisher.received.some(({ payload }) => payload === 'forged by name')).toBe(false);
    await press.end();
  });

  test('the listener for NATS clients cannot be reached from outside the pod, and lets nobody in from inside', async () => {
    const [broker] = trial.brokers;
    if (!broker) throw new Error('the plant has no broker');
    expect(await talk(trial.gate, broker.address, 4222, '')).toBe('');
    const inside = await trial.gateInto(broker);
    for (const user of ['', ',"user":"CN=press-1"', ',"user":"CN=data-publisher","pass":""', ',"user":"CN=press-1","jwt":"x"']) {
      const answer = await talk(inside, '127.0.0.1', 4222, `CONNECT {"verbose":true,"pedantic":false${user}}\r\nPING\r\n`);
      expect([user, answer]).toEqual([user, expect.stringContaining("-ERR 'Authorization Violation'")]);
    }
  });
});
