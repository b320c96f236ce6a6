import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../infra/formats/toml';
import { publisherConfiguration } from '../../../infra/telegraf/publisher';
import { examplePlant, plantArbitrary } from '../../support/plants';
import { asTelegrafReads } from '../formats/tables';

// biome-ignore lint/suspicious/noExplicitAny: what a program of another language reads
const read = (plant: Parameters<typeof publisherConfiguration>[0]): any => parse(asTelegrafReads(toToml(publisherConfiguration(plant))));

describe('the configuration of the data publisher', () => {
  test('reads back from TOML as it was', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        expect(read(plant)).toEqual(publisherConfiguration(plant));
      }),
      { numRuns: 20 },
    );
  });

  test('takes every machine of its plant from a lasting session, and passes each on under its own topic', () => {
    const plant = examplePlant();
    const withoutFigures = { ...plant, machines: plant.machines.map(({ oee: _, ...machine }) => machine) };
    expect(read(withoutFigures)).toMatchObject({
      inputs: { mqtt_consumer: [{ topics: ['data/v1/leeds/+'], client_id: 'data-publisher', persistent_session: true, qos: 1 }] },
      outputs: { mqtt: [{ topic: 'data/v1/leeds/{{ .Tags.machine }}', client_id: 'leeds-data-publisher', qos: 1 }] },
    });
  });

  test('carries figures in a session of their own, because a lasting session is never subscribed anew, and has them retained', () => {
    const plant = examplePlant();
    const oee = { state: 's', classes: [], holdSeconds: 3, total: { point: 't' }, idealCycleMs: 1 };
    const { inputs, outputs } = read({ ...plant, machines: plant.machines.map((machine) => ({ ...machine, oee })) });
    expect(inputs.mqtt_consumer[1]).toMatchObject({
      topics: ['oee/v1/leeds/+'],
      namepass: ['oee'],
      client_id: 'data-publisher-figures',
      persistent_session: true,
    });
    expect(outputs.mqtt[1]).toMatchObject({
      topic: 'oee/v1/leeds/{{ .Tags.machine }}',
      namepass: ['oee'],
      retain: true,
      client_id: 'leeds-data-publisher-figures',
    });
    expect(outputs.mqtt[0].retain).toBeUndefined();
  });

  test('holds all that may be unacknowledged, so that nothing is pushed out', () => {
    const { agent, inputs } = read(examplePlant());
    expect(agent.metric_buffer_limit).toBeGreaterThanOrEqual(inputs.mqtt_consumer[0].max_undelivered_messages * 200);
  });

  test('names its password by reference only', () => {
    const { outputs, secretstores } = read(examplePlant());
    expect(outputs.mqtt[0]).toMatchObject({ username: '@{central:username}', password: '@{central:password}' });
    expect(secretstores.docker).toEqual([{ id: 'central', path: '/run/central-login', dynamic: true }]);
  });

  test('trusts the authority of the centre where it has one of its own, and the public ones where it has not', () => {
    const plant = examplePlant();
    expect(read(plant).outputs.mqtt[0].tls_ca).toBeUndefined();
    const own = { ...plant, contract: { ...plant.contract, certificateAuthority: '-----BEGIN CERTIFICATE-----' } };
    expect(read(own).outputs.mqtt[0].tls_ca).toBe('/run/central-ca/ca.crt');
  });
});
