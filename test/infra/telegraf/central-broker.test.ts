import { checkEstate } from '../../../infra/estate/check';
import { centralBrokerUrl } from '../../../infra/telegraf/central-broker';
import { commandReceiverConfiguration } from '../../../infra/telegraf/command-receiver';
import { ingesterConfiguration } from '../../../infra/telegraf/ingester';
import { logCollectorConfiguration } from '../../../infra/telegraf/log-collector';
import { plantMonitorConfiguration } from '../../../infra/telegraf/plant-monitor';
import { publisherConfiguration } from '../../../infra/telegraf/publisher';
import { newAuthority } from '../../../stacks/secrets/authority';
import { exampleCentral } from '../../support/centre';
import { withChange } from '../../support/estates';

/** The plant of the example, whose centre is reached in this way. */
function plantAt(transport: unknown, certificateAuthority?: string) {
  const [plant] = checkEstate(
    withChange(({ centrals: { sheffield }, plants: { leeds } }) => {
      Object.assign(sheffield, { transport, ...(certificateAuthority === undefined ? {} : { certificateAuthority }) });
      leeds.logs = { mebibytesPerDay: 50 };
    }),
  ).plants;
  if (!plant?.logs) throw new Error('the example has no plant');
  return { ...plant, logs: plant.logs };
}

/** Every address at the centre in the configurations of a plant and of the ingester. */
function addresses({ contract, ...plant }: ReturnType<typeof plantAt>): string[] {
  const whole = { ...plant, contract };
  const texts = [
    publisherConfiguration(whole),
    commandReceiverConfiguration(whole),
    logCollectorConfiguration(whole, whole.logs),
    plantMonitorConfiguration(whole),
    ingesterConfiguration({ ...exampleCentral(), contract }),
  ].map((table) => JSON.stringify(table));
  return [...new Set(texts.flatMap((text) => text.match(/[a-z]+:\/\/mqtt\.factory\.example\.com:\d+/g) ?? []))].sort();
}

describe('the address of the central broker', () => {
  test('is that of TLS, as each plug-in calls it, in every configuration', () => {
    expect(addresses(plantAt('tls'))).toEqual([
      'mqtts://mqtt.factory.example.com:8883',
      'ssl://mqtt.factory.example.com:8883',
      'tcp://mqtt.factory.example.com:8883',
    ]);
  });

  test('is that without TLS where the installation is insecure, and nobody looks at a certificate there', () => {
    const plant = plantAt({ insecure: true, reason: 'trial' });
    expect(addresses(plant)).toEqual(['mqtt://mqtt.factory.example.com:1883', 'tcp://mqtt.factory.example.com:1883']);
    expect(JSON.stringify(plantMonitorConfiguration(plant))).not.toContain(plant.contract.mqtt.host);
  });

  test('goes without an authority where there is no TLS, whatever the estate states', () => {
    const authority = newAuthority('centre', new Date()).signing.certificate;
    expect(plantAt('tls', authority).contract.certificateAuthority).toBe(authority);
    const plant = plantAt({ insecure: true, reason: 'trial' }, authority);
    expect(plant.contract).not.toHaveProperty('certificateAuthority');
    expect(JSON.stringify(publisherConfiguration(plant))).not.toContain('/run/central-ca');
  });

  test('is of the host and port of the contract', () => {
    const mqtt = { host: 'mqtt.example.org', port: 7 };
    expect(centralBrokerUrl({ tls: true, mqtt }, 'outputs.mqtt')).toBe('mqtts://mqtt.example.org:7');
    expect(centralBrokerUrl({ tls: false, mqtt }, 'inputs.mqtt_consumer')).toBe('tcp://mqtt.example.org:7');
  });
});
