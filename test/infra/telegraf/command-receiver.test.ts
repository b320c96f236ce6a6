import { parse } from 'smol-toml';
import { toToml } from '../../../infra/formats/toml';
import { SESSION_KEY } from '../../../infra/model/central-services';
import { commandReceiverConfiguration } from '../../../infra/telegraf/command-receiver';
import { examplePlant } from '../../support/plants';
import { asTelegrafReads } from '../formats/tables';

// biome-ignore lint/suspicious/noExplicitAny: what a program of another language reads
const read = (plant = examplePlant(), environment = [SESSION_KEY]): any =>
  parse(asTelegrafReads(toToml(commandReceiverConfiguration(plant), environment)));

describe('the configuration of the command receiver', () => {
  test('reads back from TOML as it was', () => {
    expect(read(examplePlant(), [])).toEqual(commandReceiverConfiguration(examplePlant()));
  });

  test('carries commands in and answers out, each on the topic of the model and between lasting sessions', () => {
    const { inputs, outputs } = read();
    const session = { qos: 1, persistent_session: true, topic_tag: '' };
    expect(inputs.mqtt_consumer).toMatchObject([
      { ...session, name_override: 'command', servers: ['ssl://mqtt.factory.example.com:8883'], topics: ['command/v1/leeds/jobs'] },
      {
        ...session,
        name_override: 'answer',
        servers: ['ssl://plant-broker.messaging.svc.cluster.local:8883'],
        topics: ['answer/v1/leeds/jobs'],
      },
    ]);
    expect(outputs.mqtt).toMatchObject([
      { qos: 1, namepass: ['command'], servers: ['mqtts://plant-broker.messaging.svc.cluster.local:8883'], topic: 'command/v1/leeds/jobs' },
      { qos: 1, namepass: ['answer'], servers: ['mqtts://mqtt.factory.example.com:8883'], topic: 'answer/v1/leeds/jobs' },
    ]);
  });

  test('gives each of its four connections a client of its own', () => {
    const { inputs, outputs } = read();
    const ids = [...inputs.mqtt_consumer, ...outputs.mqtt].map(({ client_id }) => client_id);
    expect(ids).toEqual([
      `\${${SESSION_KEY}}-leeds-command-receiver`,
      'command-receiver',
      'command-receiver-out',
      `\${${SESSION_KEY}}-leeds-command-receiver-out`,
    ]);
  });

  test("trusts the centre's own authority where it has one, and shows the plant's certificate to the plant broker only", () => {
    const plant = examplePlant();
    const own = read({ ...plant, contract: { ...plant.contract, certificateAuthority: '-----BEGIN CERTIFICATE-----' } });
    expect(own.inputs.mqtt_consumer.map(({ tls_ca }: { tls_ca?: string }) => tls_ca)).toEqual([
      '/run/central-ca/ca.crt',
      '/run/plant-tls/ca.crt',
    ]);
    expect(read().inputs.mqtt_consumer[0]).not.toHaveProperty('tls_ca');
    expect(own.inputs.mqtt_consumer[0]).not.toHaveProperty('tls_cert');
    expect(own.inputs.mqtt_consumer[1]).not.toHaveProperty('password');
  });
});
