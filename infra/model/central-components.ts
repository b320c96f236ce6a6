import { CENTRAL_BROKER, CENTRAL_NAMESPACE, HISTORIAN, PLANT_DATA_INGESTER } from './central-services';
import { serviceHost } from './services';

/** One port of a component. */
export interface ComponentPort {
  /** Port of its Service. */
  readonly service: number;
  /** Port on which its pod listens, above 1023. */
  readonly pod: number;
}

/** A part of the central cluster as the others see it. */
export interface CentralComponentFacts {
  /** What it is: the label `app.kubernetes.io/component`. Its name is the label `app.kubernetes.io/name`. */
  readonly component: string;
  /** Ports by name. @default - it listens on none */
  readonly ports?: Readonly<Record<string, ComponentPort>>;
  /**
   * Names of its Services, and the ports of each. A Service's name is also its host name under the domain, where a route leads to it: the
   * Directory writes one in place of the other (ACS 6.8.1, “host-label rewrite”). @default - one of the component's own name with all ports
   */
  readonly services?: Readonly<Record<string, readonly string[]>>;
  /** What it connects to: `NAME.PORT` of another component, the API server of the cluster, the store of backups, or the centre by its public names. */
  readonly reaches: readonly Reaches[];
}

/** What a component connects to. */
export type Reaches = `${string}.${string}` | 'api-server' | 'public-https' | 'public-mqtt' | 'backup-store';

const WEB = { web: { service: 80, pod: 8080 } } as const;
/** What a program needs that has a principal: tickets. */
const TICKETS = ['kdc.kerberos'] as const;
/** Where a program of Factory+ finds the others, who may do what, and what is configured. */
const CORE = ['directory-webapi.web', 'auth.web', 'configdb.web'] as const;
/** A service with logins by Kerberos and by tokens of the identity provider, whose keys it gets by its public name. */
const SERVICE = [...TICKETS, ...CORE, 'public-https'] as const;

/**
 * Every workload of the central cluster, and who connects to whom: what network policies are made of, on both ends, and what the pages
 * and tests on conduits say. Names are those of ACS 6.8.1 where it has the component.
 */
export const CENTRAL_COMPONENTS = {
  ingress: {
    component: 'ingress',
    ports: {
      websecure: { service: 443, pod: 8443 },
      web: { service: 80, pod: 8000 },
      mqttsecure: { service: 8883, pod: 8883 },
      mqtt: { service: 1883, pod: 1883 },
      kdc: { service: 88, pod: 8888 },
      kpasswd: { service: 464, pod: 8464 },
      kadmin: { service: 749, pod: 8749 },
    },
    // Its Service is made beside it: a load balancer, with the ports of the kind of installation alone.
    services: {},
    reaches: [
      ...CORE,
      'kdc.kerberos',
      'kdc.kerberos-adm',
      'kdc.kpasswd',
      'mqtt.mqtt',
      'mqtt.websocket',
      'git.web',
      'cluster-manager.web',
      'cmdescd.web',
      'files.web',
      'data-access.web',
      'i3x.web',
      'admin.web',
      'visualiser.web',
      'openid.web',
      'grafana.web',
      'historian.https',
      'web-application.web',
    ],
  },
  kdc: {
    component: 'identity',
    ports: {
      kerberos: { service: 88, pod: 8888 },
      'kerberos-adm': { service: 749, pod: 8749 },
      kpasswd: { service: 464, pod: 8464 },
    },
    services: { kdc: ['kerberos'], kadmin: ['kerberos-adm', 'kpasswd'] },
    // Its init container makes the Secret of the Kerberos keys operator.
    reaches: ['api-server'],
  },
  'krb-keys-operator': {
    component: 'identity',
    reaches: ['api-server', ...TICKETS, 'kdc.kerberos-adm', ...CORE],
  },
  postgres: {
    component: 'database',
    ports: { postgres: { service: 5432, pod: 5432 } },
    reaches: [],
  },
  'directory-webapi': {
    component: 'factory-plus',
    ports: WEB,
    services: { directory: ['web'] },
    // It finds services in its own database, and the identity provider by its public name.
    reaches: [...TICKETS, 'auth.web', 'configdb.web', 'public-https', 'postgres.postgres'],
  },
  'directory-mqtt': {
    component: 'factory-plus',
    // It asks unknown Sparkplug nodes for a birth by Command Escalation.
    reaches: [...TICKETS, 'auth.web', 'configdb.web', 'cmdescd.web', 'postgres.postgres', 'mqtt.mqtt'],
  },
  auth: {
    component: 'factory-plus',
    ports: WEB,
    reaches: [...TICKETS, 'directory-webapi.web', 'configdb.web', 'public-https', 'postgres.postgres'],
  },
  configdb: {
    component: 'factory-plus',
    ports: WEB,
    reaches: [...TICKETS, 'directory-webapi.web', 'auth.web', 'public-https', 'postgres.postgres', 'mqtt.mqtt'],
  },
  mqtt: {
    component: 'message-broker',
    ports: {
      mqtt: { service: CENTRAL_BROKER.mqttPort, pod: CENTRAL_BROKER.mqttPort },
      websocket: { service: CENTRAL_BROKER.websocketPort, pod: CENTRAL_BROKER.websocketPort },
    },
    // Passwords are compared at the KDC, and what a principal may do is asked of the Directory, Auth and the ConfigDB.
    reaches: [...SERVICE],
  },
  git: { component: 'factory-plus', ports: WEB, reaches: [...SERVICE, 'mqtt.mqtt'] },
  'cluster-manager': {
    component: 'factory-plus',
    ports: WEB,
    // ACS 6.8.1 names the Service cluster-manager, and looks for it as clusters.
    services: { clusters: ['web'] },
    // The Git server is advertised by its public name.
    reaches: [...SERVICE],
  },
  cmdescd: { component: 'factory-plus', ports: WEB, services: { cmdesc: ['web'] }, reaches: [...SERVICE, 'mqtt.mqtt'] },
  monitor: { component: 'factory-plus', reaches: [...TICKETS, ...CORE, 'cmdescd.web', 'mqtt.mqtt'] },
  files: { component: 'factory-plus', ports: WEB, reaches: [...SERVICE] },
  [HISTORIAN.name]: {
    component: 'historian',
    ports: { https: { service: HISTORIAN.port, pod: HISTORIAN.port } },
    reaches: [],
  },
  // It keeps tokens, which only the historian can make, in a Secret.
  'historian-setup': { component: 'historian-setup', reaches: ['historian.https', 'api-server'] },
  // It comes by the public name, as plants do; what looks whether it may subscribe does not.
  [PLANT_DATA_INGESTER.name]: { component: 'ingester', reaches: ['public-mqtt', 'mqtt.mqtt', 'historian.https'] },
  // They ask unknown devices for a birth by Command Escalation.
  'historian-sparkplug': { component: 'ingester', reaches: [...TICKETS, ...CORE, 'cmdescd.web', 'mqtt.mqtt', 'historian.https'] },
  'uns-ingester-sparkplug': { component: 'ingester', reaches: [...TICKETS, ...CORE, 'cmdescd.web', 'mqtt.mqtt'] },
  'data-access': { component: 'factory-plus', ports: WEB, reaches: [...SERVICE, 'historian.https'] },
  i3x: { component: 'factory-plus', ports: WEB, reaches: [...SERVICE, 'mqtt.mqtt', 'historian.https'] },
  admin: { component: 'user-interface', ports: WEB, reaches: [] },
  // It serves files; who asks Directory, broker and identity provider is the browser.
  visualiser: { component: 'user-interface', ports: WEB, reaches: [] },
  openid: {
    component: 'identity-provider',
    ports: WEB,
    // Its tickets for the database, people's passwords, and what Auth knows of whom (SPI of ACS 6.8.1).
    reaches: [...TICKETS, 'auth.web', 'postgres.postgres'],
  },
  grafana: { component: 'user-interface', ports: WEB, reaches: ['historian.https', 'public-https'] },
  'web-application': { component: 'web-application', ports: WEB, reaches: ['web-application-api.web'] },
  'web-application-api': { component: 'web-application', ports: WEB, reaches: ['historian.https', 'public-mqtt', 'public-https'] },
  // Its logins are by password. Git and the identity provider it knows by their public names.
  'service-setup': { component: 'setup', reaches: [...CORE, 'public-https', 'api-server'] },
  // The KDC and the Git server are backed up from their volumes, which are mounted by one node at a time: it is the backups' node too. Their restores
  // have the conduits of their backups.
  'kdc-backup': { component: 'backup', reaches: [] },
  'git-backup': { component: 'backup', reaches: [] },
  'postgres-backup': { component: 'backup', reaches: [...TICKETS, 'postgres.postgres'] },
  'historian-backup': { component: 'backup', reaches: ['historian.https'] },
  // What copies the backups of all to the store.
  'backup-copy': { component: 'backup', reaches: ['backup-store'] },
} as const satisfies Record<string, CentralComponentFacts>;

/** Name of a component. */
export type CentralComponentName = keyof typeof CENTRAL_COMPONENTS;

/** Components that a centre may do without. */
export const OPTIONAL_COMPONENTS = [
  'cmdescd',
  'data-access',
  'files',
  'grafana',
  'i3x',
  'monitor',
  'openid',
  'visualiser',
] as const satisfies readonly CentralComponentName[];

/** What is known of a component, whatever it is. */
export function componentFacts(name: CentralComponentName): CentralComponentFacts {
  return CENTRAL_COMPONENTS[name];
}

/** The Services of a component: name → its ports. */
export function servicesOf(name: CentralComponentName): Readonly<Record<string, readonly string[]>> {
  const { ports = {}, services } = componentFacts(name);
  return services ?? (Object.keys(ports).length > 0 ? { [name]: Object.keys(ports) } : {});
}

/** Address of a port of a component inside the cluster: `NAMESPACE`-qualified host and port of the Service that has it. */
export function componentAddress(name: CentralComponentName, port: string): { readonly host: string; readonly port: number } {
  const service = Object.entries(servicesOf(name)).find(([, ports]) => ports.includes(port))?.[0];
  const facts = componentFacts(name).ports?.[port];
  if (service === undefined || !facts) throw new RangeError(`${name} has no port ${port}`);
  return { host: serviceHost({ name: service, zone: CENTRAL_NAMESPACE }), port: facts.service };
}
