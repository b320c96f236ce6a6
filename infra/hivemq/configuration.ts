import type { XmlElement } from '../formats/xml';
import { CENTRAL_BROKER } from '../model/central-services';

/** What the configuration of the central broker depends on. */
export interface CentralBrokerSettings {
  /**
   * Messages of QoS 1 that it keeps for one session whose client is away or slow, at least 1. It is the bound of what the centre may wait
   * for: see {@link centralBrokerConfiguration}.
   */
  readonly queueMessages: number;
  /** Largest MQTT packet that a client may send, in bytes, 1 to 268435460. A client that sends a larger one is disconnected. */
  readonly maxPacketBytes: number;
  /** Connections at a time, at least 1; further ones are refused. */
  readonly maxConnections: number;
  /** A listener with TLS of its own. @default - none: in the cluster Traefik ends TLS */
  readonly tls?: CentralBrokerTls;
}

/** A listener for MQTT over TLS. */
export interface CentralBrokerTls {
  readonly port: number;
  /** Path of a key store (JKS or PKCS #12) with key and certificate. */
  readonly keyStore: string;
  /** Password of the key store and of its key. */
  readonly password: string;
}

/** A session of this interval never expires, in seconds (MQTT 5.0, 3.1.2.11.2). */
export const NEVER_EXPIRES = 0xffff_ffff;

const element = (name: string, content: XmlElement['content']): XmlElement => ({ name, content });
const group = (name: string, settings: Readonly<Record<string, string | number | boolean>>) =>
  element(
    name,
    Object.entries(settings).map(([setting, value]) => element(setting, value)),
  );

/**
 * The file config.xml of the central broker, HiveMQ Community Edition 2025.5. Settings and their defaults: HiveMQ documentation,
 * “Configuration”, and config.xsd of that version. It has no setting that bounds logins a second, and none that makes it flush each
 * message to the disk before it acknowledges it.
 *
 * HiveMQ goes on with its defaults, in memory of a thousand messages a session, when it cannot read the file, and says so in its log only.
 */
export function centralBrokerConfiguration(settings: CentralBrokerSettings): XmlElement {
  const { queueMessages, maxPacketBytes, maxConnections, tls } = settings;
  return element('hivemq', [
    element('listeners', [
      group('tcp-listener', { port: CENTRAL_BROKER.mqttPort, 'bind-address': '0.0.0.0' }),
      element('websocket-listener', [
        element('port', CENTRAL_BROKER.websocketPort),
        element('bind-address', '0.0.0.0'),
        element('path', '/'),
        element('subprotocols', [element('subprotocol', 'mqttv3.1'), element('subprotocol', 'mqtt')]),
        // Extensions of the websocket protocol, such as compression; nothing to do with those of HiveMQ.
        element('allow-extensions', true),
      ]),
      ...(tls ? [tlsListener(tls)] : []),
    ]),
    element('mqtt', [
      // The default of 1000 messages a session loses the rest, which its publishers have had acknowledged. With `discard` the newest is
      // lost, so that what once was kept stays; with `discard-oldest` it would not.
      group('queued-messages', { 'max-queue-size': queueMessages, strategy: 'discard' }),
      // A session that is not clean lasts until its client ends it: MQTT 3.1.1 knows no shorter one.
      group('session-expiry', { 'max-interval': NEVER_EXPIRES }),
      // One more than MQTT can say, which is how HiveMQ writes “never”.
      group('message-expiry', { 'max-interval': NEVER_EXPIRES + 1 }),
      group('packets', { 'max-packet-size': maxPacketBytes }),
      // Messages that a client of MQTT 5 may send before the first is acknowledged; of MQTT 3.1.1 each client says itself. Default: 10.
      group('receive-maximum', { 'server-receive-maximum': 100 }),
    ]),
    // A connection that has sent no CONNECT packet in this time, in milliseconds, is closed.
    group('restrictions', { 'max-connections': maxConnections, 'no-connect-idle-timeout': 10_000 }),
    group('anonymous-usage-statistics', { enabled: false }),
    group('persistence', { mode: 'file' }),
  ]);
}

function tlsListener({ port, keyStore, password }: CentralBrokerTls): XmlElement {
  return element('tls-tcp-listener', [
    element('port', port),
    element('bind-address', '0.0.0.0'),
    element('tls', [
      element('protocols', [element('protocol', 'TLSv1.3'), element('protocol', 'TLSv1.2')]),
      group('keystore', { path: keyStore, password, 'private-key-password': password }),
    ]),
  ]);
}
