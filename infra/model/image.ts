/** The images that Millwright runs, each pinned to a version that its tests ran against. */
export const IMAGES = {
  /** MIT. The gateways and the data publisher. */
  telegraf: 'docker.io/library/telegraf:1.37.2-alpine',
  /** Apache-2.0. The plant broker. */
  nats: 'docker.io/library/nats:2.12.0-alpine',
  /** Apache-2.0. What judges metrics and raises alerts. */
  prometheus: 'docker.io/prom/prometheus:v3.10.0',
  /** Apache-2.0. What sends alerts to people. */
  alertmanager: 'docker.io/prom/alertmanager:v0.31.0',
  /** Apache-2.0. What tells the state of Kubernetes objects as metrics. */
  kubeStateMetrics: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.18.0',
  /** NPSL. The port scan; a community image, since nmap publishes none. The article's is securecodebox/nmap, without a version. */
  nmap: 'docker.io/instrumentisto/nmap:7.95',
  /** GPL-2.0. The job database. No mysqlbinlog is in it since 8.0.29 (docker-library/mysql issue 907). */
  mysql: 'docker.io/library/mysql:8.4.10',
  /** GPL-2.0. Clients of the job database where it is MySQL: of the same release, with mysqlbinlog. */
  mysqlTools: 'docker.io/percona/percona-server:8.4.10-10.1',
  /** GPL-2.0. The job database where MariaDB is chosen, and its clients. */
  mariadb: 'docker.io/library/mariadb:11.4.10',
  /** Apache-2.0. Pulls the rendered tree: the version of Flux 2.7.5. */
  sourceController: 'ghcr.io/fluxcd/source-controller:v1.7.4',
  /** Apache-2.0. Decrypts and applies the rendered tree: the version of Flux 2.7.5. */
  kustomizeController: 'ghcr.io/fluxcd/kustomize-controller:v1.7.3',
  /** MIT. Copies backups to an S3-compatible store, encrypted. */
  rclone: 'docker.io/rclone/rclone:1.75.1',
  /** MIT. The historian, with curl for its setup. ACS 6.8.1 runs InfluxDB 2 as well. */
  influxdb: 'docker.io/library/influxdb:2.7.12-alpine',
  /** MIT. The ingress of the centre. */
  traefik: 'docker.io/library/traefik:v3.5.4',
  /** The central MQTT broker: HiveMQ CE 2025.5 with the Factory+ extension. The user names of the image are those of HiveMQ's own. */
  acsMqtt: 'ghcr.io/amrc-factoryplus/acs-mqtt:v6.8.1',
  /**
   * Apache-2.0. Opens sealed Secrets. ACS 6.8.1 runs v0.24.4, of 2023: since then two ways to have it decrypt for others were closed (0.39 and 0.40), and
   * the format is the same. Docker Hub goes on under this name, since the change of Bitnami's catalogue leaves it out (bitnami/sealed-secrets issue 1785);
   * tags have no v since 0.25 (pull request 1392).
   */
  sealedSecrets: 'docker.io/bitnami/sealed-secrets-controller:0.40.0',
  // More of ACS 6.8.1 below: each of its own version tag.
  /** MIT. The KDC and kadmind of MIT Kerberos, on Alpine. */
  acsIdentity: 'ghcr.io/amrc-factoryplus/acs-identity:v6.8.1',
  /** MIT. The Kerberos keys operator, with k5start and klist. */
  acsKrbKeysOperator: 'ghcr.io/amrc-factoryplus/acs-krb-keys-operator:v6.8.1',
  /** MIT. Registers services and loads what Factory+ must know; its `package.json` says ISC. */
  acsServiceSetup: 'ghcr.io/amrc-factoryplus/acs-service-setup:v6.8.1',
  /** MIT. Helm charts of clusters that the Cluster Manager keeps, and what pushes them to the Git server. */
  edgeHelmCharts: 'ghcr.io/amrc-factoryplus/edge-helm-charts:v6.8.1',
  /** MIT. The Directory. */
  acsDirectory: 'ghcr.io/amrc-factoryplus/acs-directory:v6.8.1',
  /** MIT. Auth: who may do what. */
  acsAuth: 'ghcr.io/amrc-factoryplus/acs-auth:v6.8.1',
  /** MIT. The ConfigDB. */
  acsConfigdb: 'ghcr.io/amrc-factoryplus/acs-configdb:v6.8.1',
  /** MIT. The Git server, with git and a shell. */
  acsGit: 'ghcr.io/amrc-factoryplus/acs-git:v6.8.1',
  /** MIT. The Cluster Manager. */
  acsClusterManager: 'ghcr.io/amrc-factoryplus/acs-cluster-manager:v6.8.1',
  /** MIT. Command Escalation. */
  acsCmdesc: 'ghcr.io/amrc-factoryplus/acs-cmdesc:v6.8.1',
  /** MIT. The Monitor. */
  acsMonitor: 'ghcr.io/amrc-factoryplus/acs-monitor:v6.8.1',
  /** MIT. Writes what Sparkplug nodes send to the historian. */
  historianSparkplug: 'ghcr.io/amrc-factoryplus/historian-sparkplug:v6.8.1',
  /** MIT. Publishes what Sparkplug nodes send under the unified namespace. */
  unsIngesterSparkplug: 'ghcr.io/amrc-factoryplus/uns-ingester-sparkplug:v6.8.1',
  /** MIT. Files. */
  acsFiles: 'ghcr.io/amrc-factoryplus/acs-files:v6.8.1',
  /** MIT. Data Access. */
  acsDataAccess: 'ghcr.io/amrc-factoryplus/acs-data-access:v6.8.1',
  /** MIT. The i3X interface. */
  acsI3x: 'ghcr.io/amrc-factoryplus/acs-i3x:v6.8.1',
  /** MIT. The administration pages, behind nginx. */
  acsAdmin: 'ghcr.io/amrc-factoryplus/acs-admin:v6.8.1',
  /** MIT. The visualiser. */
  acsVisualiser: 'ghcr.io/amrc-factoryplus/acs-visualiser:v6.8.1',
  /** Apache-2.0 (Keycloak 26.6.3), with the user storage of Factory+, MIT. The identity provider. */
  acsKeycloak: 'ghcr.io/amrc-factoryplus/acs-keycloak:v6.8.1',
  /** MIT. edge-sync, which reports the nodes of an edge cluster; its `package.json` says ISC. */
  acsEdgeSync: 'ghcr.io/amrc-factoryplus/acs-edge-sync:v6.8.1',
  /** MIT. The edge agent, for amd64 and arm64. */
  acsEdge: 'ghcr.io/amrc-factoryplus/acs-edge:v6.8.1',
  /** MIT. Driver of the edge agent for Modbus TCP, for amd64 and arm64; its `package.json` says ISC. */
  edgeModbus: 'ghcr.io/amrc-factoryplus/edge-modbus:v6.8.1',
  /** AGPL-3.0. Dashboards. The version of ACS 6.8.1. */
  grafana: 'docker.io/grafana/grafana:12.4.5',
  /**
   * PostgreSQL licence. Built with GSSAPI; the newest 16 that was looked at (docker-library/postgres of 2026-02-26). ACS 6.8.1 runs 16.1. The
   * suite of Debian is named, since the tag without it moves to another one.
   */
  postgres: 'docker.io/library/postgres:16.13-bookworm',
} as const;

/**
 * Where an image is pulled from: its public registry, or the same path in the plant's own registry.
 *
 * @param image full reference with registry, path and tag
 * @param registry host with optional port and path; the image's own registry when absent
 */
export function imageReference(image: string, registry: string | undefined): string {
  return registry === undefined ? image : `${registry}/${image.slice(image.indexOf('/') + 1)}`;
}
