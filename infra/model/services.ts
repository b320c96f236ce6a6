/** Where the parts of a plant's cluster find each other. */

/** The plant broker: its Service, its namespace and its ports. */
export const PLANT_BROKER = {
  name: 'plant-broker',
  zone: 'messaging',
  /** Headless Service through which the servers find each other. */
  peers: 'plant-broker-peers',
  /** MQTT over TLS. */
  mqttPort: 8883,
  /** Routes between the servers, over TLS. */
  clusterPort: 6222,
  /** Health checks of the kubelet. */
  monitorPort: 8222,
} as const;

/** The data publisher, which carries production data from the plant broker to the central broker. */
export const DATA_PUBLISHER = { name: 'data-publisher', zone: 'uplink' } as const;

/** Where each kind of mounted file lies in a container. */
export const MOUNTS = {
  /** Client or server certificate: `tls.crt`, `tls.key`, `ca.crt`. */
  tls: '/run/plant-tls',
  /** User name and password for the central broker. */
  centralLogin: '/run/central-login',
  /** Certificates that sign the central services. */
  centralAuthority: '/run/central-ca',
} as const;

/** DNS name of a Service inside its cluster. */
export function serviceHost(service: { readonly name: string; readonly zone: string }): string {
  return `${service.name}.${service.zone}.svc.cluster.local`;
}

/** Port on which a Telegraf answers the kubelet's health checks. */
export const TELEGRAF_HEALTH_PORT = 8080;
