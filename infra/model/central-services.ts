/** Where the parts of the central cluster find each other. Names as ACS 6.8.1 has them, where it has them. */

/** Namespace of the central components: that of ACS. */
export const CENTRAL_NAMESPACE = 'factory-plus';

/** The central MQTT broker. */
export const CENTRAL_BROKER = {
  name: 'mqtt',
  zone: CENTRAL_NAMESPACE,
  /** MQTT without TLS, inside the cluster; TLS ends at the routes of 8883 (ACS 6.8.1). */
  mqttPort: 1883,
  /** MQTT over WebSocket, for browsers. */
  websocketPort: 9001,
} as const;

/** The historian: InfluxDB 2. */
export const HISTORIAN = { name: 'historian', zone: CENTRAL_NAMESPACE, port: 8086, organisation: 'default' } as const;

/** The ingester, which makes rows of the historian of what plants send. Also its user at the central broker. */
export const PLANT_DATA_INGESTER = { name: 'plant-data-ingester', zone: CENTRAL_NAMESPACE } as const;

/** Where each kind of mounted file lies in a container of the centre. */
export const CENTRAL_MOUNTS = {
  /** Server certificate, or the authority to trust: `tls.crt`, `tls.key`, `ca.crt`. */
  tls: '/run/central-tls',
  /** User name and password of the ingester at the central broker. */
  brokerLogin: '/run/broker-login',
  /** Token and first password of the historian. */
  historianLogin: '/run/historian-login',
  /** Certificates that sign the public endpoints of the centre. */
  authority: '/run/central-ca',
} as const;

/**
 * Environment variable with the secret part of a lasting session's client identifier at the central broker: whoever may log in there gets
 * the session whose identifier he shows (HiveMQ CE 2025.5).
 */
export const SESSION_KEY = 'SESSION_KEY';
