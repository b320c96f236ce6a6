/** What an edge cluster runs of Factory+ (ACS 6.8.1): all in zone `factory-plus`. Names as in the chart `edge-cluster`. */
export const EDGE_ZONE = 'factory-plus';

/** The Kerberos keys operator of an edge cluster. Its key is made when the cluster is set up: Secret and key in it. */
export const EDGE_KEYS_OPERATOR = { name: 'krb-keys', zone: EDGE_ZONE, secret: 'krb-keys-keytabs', key: 'client' } as const;

/** What reports nodes to the centre. */
export const EDGE_SYNC = { name: 'edge-sync', zone: EDGE_ZONE } as const;

/** What watches the edge agents of the cluster. */
export const EDGE_MONITOR = { name: 'edge-monitor', zone: EDGE_ZONE } as const;

/** ConfigMap with what each operator is told of its cluster. */
export const CLUSTER_CONFIG = 'cluster-config';

/** The controller of Sealed Secrets, in a namespace of its own as in the chart of ACS. */
export const SEALED_SECRETS = { name: 'sealed-secrets', zone: 'sealed-secrets', port: 8080 } as const;

/** Name of the objects of an edge agent. */
export function edgeAgentName(machine: string): string {
  return `edge-agent-${machine}`;
}

/** The programs of a plant that log in at the central broker by themselves; each has a principal of its own under Factory+. */
export const CENTRAL_CLIENTS = ['command-receiver', 'data-publisher', 'log-collector'] as const;
/** One of them. */
export type CentralClient = (typeof CENTRAL_CLIENTS)[number];

/** Secret with the password of one of them, which the Kerberos keys operator makes. */
export function centralClientSecret(client: CentralClient): string {
  return `${client}-central-login`;
}
