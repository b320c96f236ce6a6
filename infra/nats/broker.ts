import type { ConfigTable } from '../model/config';
import type { Plant } from '../model/plant';
import { MOUNTS, PLANT_BROKER } from '../model/services';
import { planBroker } from '../placement/broker';
import { brokerUsers } from './users';

/** Where the broker keeps its store. */
export const BROKER_STORE = '/data';

/** The subject that NATS gives to an MQTT topic or filter: a dot for each slash. Names of the model hold neither. */
const subject = (topic: string) => topic.replaceAll('/', '.').replaceAll('+', '*').replaceAll('#', '>');

/** The user that a client certificate maps to: its distinguished name (RFC 2253), as `verify_and_map` compares it. */
export const certificateUser = (commonName: string) => `CN=${commonName}`;

/**
 * The configuration of a server of the plant broker: NATS 2.12 with JetStream and its MQTT 3.1.1 listener. Every client shows a
 * certificate of the plant's authority, whose subject is its user, and may do what {@link brokerUsers} says and nothing else. A message is on disk, on a majority of the servers, before it is
 * acknowledged.
 */
export function brokerConfiguration(plant: Plant): ConfigTable {
  const plan = planBroker(plant);
  const replicated = plan.replicas > 1;
  const tls = { cert_file: `${MOUNTS.tls}/tls.crt`, key_file: `${MOUNTS.tls}/tls.key`, ca_file: `${MOUNTS.tls}/ca.crt` };
  return {
    // Clients speak MQTT only; the listener for NATS clients stays inside the pod, and nobody has a user for it.
    host: '127.0.0.1',
    port: 4222,
    // With a port alone it would listen where the listener for NATS clients does, and a kubelet could not reach it.
    http: `0.0.0.0:${PLANT_BROKER.monitorPort}`,
    jetstream: { store_dir: BROKER_STORE, max_mem: 0, max_file: plan.storeBytes, sync_interval: 'always' },
    mqtt: {
      port: PLANT_BROKER.mqttPort,
      tls: { ...tls, verify_and_map: true },
      // After this what a publisher that died had taken is delivered again, and what the centre has not taken so far comes twice.
      ack_wait: '30s',
      // As many as the publisher holds unacknowledged (telegraf/publisher.ts): more would only wait in its connection.
      max_ack_pending: 100,
      ...(replicated ? { stream_replicas: plan.replicas } : {}),
    },
    authorization: {
      users: brokerUsers(plant).map(({ commonName, publish, subscribe }) => ({
        user: certificateUser(commonName),
        allowed_connection_types: ['MQTT'],
        permissions: {
          publish: publish.length > 0 ? { allow: publish.map(subject) } : { deny: ['>'] },
          // `$MQTT.sub` is where the server delivers what the session holds (NATS documentation, MQTT permissions).
          subscribe: subscribe.length > 0 ? { allow: [...subscribe.map(subject), '$MQTT.sub.>'] } : { deny: ['>'] },
        },
      })),
    },
    ...(replicated
      ? {
          cluster: {
            name: plant.name,
            port: PLANT_BROKER.clusterPort,
            // Who joins shows a certificate for the name of a server in `routes`: a machine's certificate is not enough.
            tls: { ...tls, verify_cert_and_check_known_urls: true },
            routes: Array.from(
              { length: plan.replicas },
              (_, i) =>
                `nats-route://${PLANT_BROKER.name}-${i}.${PLANT_BROKER.peers}.${PLANT_BROKER.zone}.svc.cluster.local:${PLANT_BROKER.clusterPort}`,
            ),
          },
        }
      : {}),
  };
}
