import { toXml } from '../../../infra/formats/xml';
import { centralBrokerConfiguration } from '../../../infra/hivemq/configuration';

describe('the configuration of the central broker', () => {
  const settings = { queueMessages: 250_000, maxPacketBytes: 1_048_576, maxConnections: 200 };

  test('keeps what the session of an ingester that is away is sent, for ever, on disk', () => {
    const text = toXml(centralBrokerConfiguration(settings));
    for (const said of [
      '<max-queue-size>250000</max-queue-size>',
      '<strategy>discard</strategy>',
      '<max-interval>4294967295</max-interval>',
      '<max-interval>4294967296</max-interval>',
      '<max-packet-size>1048576</max-packet-size>',
      '<max-connections>200</max-connections>',
      '<mode>file</mode>',
    ]) {
      expect(text).toContain(said);
    }
  });

  test('listens as the Service of ACS does, and with TLS where it is told to', () => {
    const text = toXml(centralBrokerConfiguration(settings));
    expect(text).toContain('<tcp-listener>\n      <port>1883</port>');
    expect(text).toContain('<websocket-listener>\n      <port>9001</port>');
    expect(text).not.toContain('tls');
    const tls = { port: 8883, keyStore: '/tls/server.p12', password: 'a<b' };
    expect(toXml(centralBrokerConfiguration({ ...settings, tls }))).toContain('<password>a&lt;b</password>');
  });
});
