import { newAuthority } from '../../stacks/secrets/authority';
import { eventually, pause } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { seededRandom } from './support/random';
import { duplicatesIn, missingFrom, readingsOf } from './support/readings';

const random = seededRandom(7);

/** Sees every message that the plant broker acknowledged, by a session of its own that outlives the broker. */
const witnessOf = async (trial: PlantOnTrial): Promise<TestClient> => {
  const witness = await trial.client('data-publisher', { clientId: 'witness', clean: false });
  await witness.subscribe('data/v1/leeds/+');
  return witness;
};

const centralReader = async (trial: PlantOnTrial): Promise<TestClient> => {
  const reader = await trial.reader({ clean: false });
  await reader.subscribe('data/#');
  return reader;
};

/** Publishes readings as a second machine does, so many each second, until it is told to stop. Returns how many were acknowledged. */
function busyMachine(client: TestClient, perSecond: number): () => Promise<number> {
  let stops = false;
  let acknowledged = 0;
  const publishing = (async () => {
    for (let i = 0; !stops; i++) {
      const time = BigInt(Date.now()) * 1_000_000n;
      const lines = Array.from(
        { length: 5 },
        (_, n) => `point,machine=press-2,plant=leeds,point=p${n},type=INT integer=${i}i ${time}\n`,
      ).join('');
      await client.publish('data/v1/leeds/press-2', lines);
      acknowledged++;
      await pause((1_000 / perSecond) * (0.5 + random()));
    }
  })();
  return async () => {
    stops = true;
    await publishing;
    return acknowledged;
  };
}

/** How the centre becomes unreachable. */
interface Cut {
  readonly what: string;
  /** At least 8. */
  readonly seconds: number;
  readonly by: 'stopping' | 'unplugging';
  /** Whether the publisher is killed after eight seconds. */
  readonly kills: boolean;
}

describe('nothing that the plant broker acknowledged is missing at the centre', () => {
  const cuts: Cut[] = [
    { what: 'the central broker is away for 25 s and the publisher is killed meanwhile', seconds: 25, by: 'stopping', kills: true },
    { what: 'the central broker is away for 12 s and the publisher waits', seconds: 12, by: 'stopping', kills: false },
    { what: 'the cable to the centre is pulled for 12 s', seconds: 12, by: 'unplugging', kills: false },
  ];
  test.each(cuts)(
    'when $what',
    async ({ what, seconds, by, kills }) => {
      const centralAuthority = newAuthority('centre', new Date());
      const plant = examplePlant(({ centrals }) => {
        centrals.sheffield.certificateAuthority = centralAuthority.signing.certificate;
      });
      const trial = await PlantOnTrial.of(plant, { machines: ['press-1'], centralAuthority });
      try {
        await Promise.all([trial.startBroker(), trial.central.start()]);
        const readers = [await centralReader(trial)];
        const kubelet = trial.keepAlive(trial.publisher);
        await eventually('the session of the publisher', 20_000, async () => {
          if ((await trial.stored()).consumers < 1) throw new Error('there is none yet');
        });
        const witness = await witnessOf(trial);
        await trial.startMachine('press-1');
        const stopBusy = busyMachine(await trial.client('press-2'), 20);
        await eventually('first readings at the centre', 20_000, () => {
          if (readingsOf(...readers).size < 50) throw new Error('few so far');
        });

        await readers[0]?.end();
        const cable = trial.network.hostNamed('central');
        await (by === 'stopping' ? trial.central.stop() : cable.unplug());
        await pause(8_000);
        if (kills) await trial.publisher.kill();
        await pause(1_000 * seconds - 8_000);
        // What the centre has not taken waits in the plant broker.
        expect((await trial.stored()).messages).toBeGreaterThan(10 * seconds);
        await (by === 'stopping' ? trial.central.start() : cable.plug());
        readers.push(await centralReader(trial));

        await pause(5_000);
        const acknowledged = await stopBusy();
        await trial.gateway('press-1').stop();
        await eventually(
          'all readings at the centre',
          120_000,
          () => {
            const missing = missingFrom(readingsOf(...readers), readingsOf(witness));
            if (missing.length > 0) throw new Error(`${missing.length} of ${readingsOf(witness).size} are missing, such as ${missing[0]}`);
          },
          500,
        );
        await eventually('an empty store', 30_000, async () => {
          const { messages } = await trial.stored();
          if (messages > 0) throw new Error(`${messages} messages are left`);
        });
        await kubelet.release();

        const [seen, arrived] = [readingsOf(witness), readingsOf(...readers)];
        expect(seen.size).toBeGreaterThan(acknowledged * 5);
        expect(missingFrom(seen, arrived)).toEqual([]);
        console.log(
          `${what}: ${seen.size} readings acknowledged by the plant broker, none missing at the centre, ` +
            `${duplicatesIn(arrived)} duplicates there; the publisher was started again ${kubelet.restarts} times`,
        );
      } finally {
        await trial.end();
      }
    },
    240_000,
  );

  test('when a backlog is large: the publisher carries it away faster than machines add to it', async () => {
    const trial = await PlantOnTrial.of(examplePlant());
    try {
      await trial.startBroker();
      const session = await trial.client('data-publisher', { clean: false });
      await session.subscribe('data/v1/leeds/+');
      await session.end();
      const machine = await trial.client('press-2');
      const backlog = 2_000;
      const start = BigInt(Date.now()) * 1_000_000n;
      const lines = (i: number) =>
        Array.from(
          { length: 12 },
          (_, n) => `point,machine=press-2,plant=leeds,point=p${n},type=INT integer=${i}i ${start + BigInt(i)}\n`,
        ).join('');
      for (let i = 0; i < backlog; i += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, n) => machine.publish('data/v1/leeds/press-2', lines(i + n))));
      }
      await trial.central.start();
      const reader = await centralReader(trial);
      await trial.startTelegraf(trial.publisher);
      const began = Date.now();
      await eventually('an empty store', 60_000, async () => {
        const { messages } = await trial.stored();
        if (messages > 0) throw new Error(`${messages} messages are left`);
      });
      const perSecond = (1_000 * backlog) / (Date.now() - began);
      expect(readingsOf(reader).size).toBe(backlog * 12);
      console.log(
        `backlog of ${backlog} messages: ${Math.round(perSecond)} messages a second, ${duplicatesIn(readingsOf(reader))} duplicates`,
      );
      // Every gateway sends about one message a second.
      expect(perSecond).toBeGreaterThan(5 * trial.plant.machines.length);
    } finally {
      await trial.end();
    }
  }, 120_000);

  test('when the plant broker itself is away: the publisher asks to be restarted, and acknowledges again', async () => {
    const trial = await PlantOnTrial.of(examplePlant(withOneBroker), { machines: ['press-1'] });
    try {
      const [broker] = trial.brokers;
      if (!broker) throw new Error('the plant has no broker');
      await Promise.all([trial.startBroker(), trial.central.start()]);
      const reader = await centralReader(trial);
      const kubelet = trial.keepAlive(trial.publisher);
      await eventually('the session of the publisher', 20_000, async () => {
        if ((await trial.stored()).consumers < 1) throw new Error('there is none yet');
      });
      const witnesses = [await witnessOf(trial)];
      await trial.startMachine('press-1');
      await eventually('first readings at the centre', 20_000, () => {
        if (readingsOf(reader).size < 20) throw new Error('few so far');
      });
      expect(kubelet.restarts).toBe(0);

      await broker.kill();
      await pause(4_000);
      broker.start();
      await trial.brokerReady(broker);
      witnesses.push(await witnessOf(trial));
      // The gateway goes on; what it publishes is delivered and acknowledged, so that the store does not grow.
      await eventually('a restart of the publisher', 30_000, () => {
        if (kubelet.restarts === 0) throw new Error('it was not restarted');
      });
      await pause(10_000);
      await trial.gateway('press-1').stop();
      await eventually('an empty store', 90_000, async () => {
        const { messages } = await trial.stored();
        if (messages > 0) throw new Error(`${messages} messages are left`);
      });
      await kubelet.release();

      const [seen, arrived] = [readingsOf(...witnesses), readingsOf(reader)];
      expect(missingFrom(arrived, seen)).toEqual([]);
      console.log(
        `broker away for 4 s: ${seen.size} readings, none missing, ${duplicatesIn(arrived)} duplicates, ${kubelet.restarts} restarts of the publisher`,
      );
    } finally {
      await trial.end();
    }
  }, 240_000);
});

test('a gateway and a publisher that start while nobody takes their messages end themselves, and are well once somebody does', async () => {
  const trial = await PlantOnTrial.of(examplePlant(withOneBroker), { machines: ['press-1'] });
  try {
    const pods = [trial.gateway('press-1'), trial.publisher];
    for (const pod of pods) pod.start();
    // Telegraf tries twice, 15 seconds apart, whatever startup_error_behavior says of this output.
    await eventually('the end of both', 60_000, () => {
      expect(pods.filter(({ runs }) => runs)).toEqual([]);
    });
    await Promise.all([trial.startBroker(), trial.central.start()]);
    for (const pod of pods) await trial.startTelegraf(pod);
  } finally {
    await trial.end();
  }
}, 120_000);
