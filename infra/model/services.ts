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
  /** What the job orchestrator knows of agents: `agents.json`. */
  agents: '/run/job-agents',
  /** User name and password of the job orchestrator at the job database. */
  jobDatabaseLogin: '/run/job-database-login',
  /** Certificates that sign the central services. */
  centralAuthority: '/run/central-ca',
} as const;

/** Where a Secret of a machine lies in its gateway's container. */
export function machineSecretPath(machine: string, id: string): string {
  return `/run/machine-secrets/${machine}/${id}`;
}

/** Name of a machine's file beside its gateway's configuration. */
export function machineFileName(machine: string, id: string): string {
  return `${machine}.${id}`;
}

/** Where a machine's file lies in its gateway's container. */
export function machineFilePath(machine: string, id: string): string {
  return `/etc/telegraf/${machineFileName(machine, id)}`;
}

/** Where a Secret that an own container asks for lies in it. */
export function givenSecretPath(name: string): string {
  return `/run/secrets/${name}`;
}

/** Where the job manager, its agents and its database find each other. */
export const JOB_ORCHESTRATOR = { name: 'job-orchestrator', zone: 'jobs', port: 8443 } as const;

/** Job agents: each has its machine's name in this zone. */
export const JOB_AGENTS = { zone: 'agents', port: 8443 } as const;

/** The SQL database of production tasks. */
export const JOB_DATABASE = { name: 'job-database', zone: 'jobs', port: 3306 } as const;

/** One server of a job database that has a replica; `%` stands for either. */
export const jobDatabaseServer = (ordinal: 0 | 1 | '%') => ({ ...JOB_DATABASE, name: `${JOB_DATABASE.name}-${ordinal}` });

/** What backs the job database up. */
export const JOB_BACKUP = {
  name: 'job-backup',
  zone: 'jobs',
  /** CronJob that makes a full dump. */
  dump: 'job-backup-dump',
  /** CronJob that copies what is new to the store, where there is one. */
  copy: 'job-backup-copy',
} as const;

/** What keeps the job database and the ERP in step. */
export const ERP_LINK = { name: 'erp-link', zone: 'jobs' } as const;

/** What carries commands from the central broker to the plant broker. */
export const COMMAND_RECEIVER = { name: 'command-receiver', zone: 'uplink' } as const;

/** What computes availability, performance and quality from data points. */
export const OEE_CALCULATOR = { name: 'oee-calculator', zone: 'processing' } as const;

/** What sends the logs of a node's containers to the centre. */
export const LOG_COLLECTOR = { name: 'log-collector', zone: 'logs' } as const;

/** A port scan on request. */
export const PORT_SCAN = { name: 'port-scan', zone: 'debug' } as const;

/** What watches the plant and pages somebody. All in zone `monitoring`. */
export const MONITORING = {
  zone: 'monitoring',
  /** Telegraf: what only the plant's own programs know. */
  monitor: { name: 'plant-monitor', zone: 'monitoring', port: 9273 },
  /** kube-state-metrics: what the API server knows. */
  objects: { name: 'kube-state-metrics', zone: 'monitoring', port: 8080, telemetryPort: 8081 },
  prometheus: { name: 'prometheus', zone: 'monitoring', port: 9090 },
  alertmanager: { name: 'alertmanager', zone: 'monitoring', port: 9093 },
} as const;

/** DNS name of a Service inside its cluster. */
export function serviceHost(service: { readonly name: string; readonly zone: string }): string {
  return `${service.name}.${service.zone}.svc.cluster.local`;
}

/** Port on which a Telegraf answers the kubelet's health checks. */
export const TELEGRAF_HEALTH_PORT = 8080;

/** Where a machine's share of files lies in its gateway's container. */
export function machineFilesPath(machine: string): string {
  return `/run/machine-files/${machine}`;
}
