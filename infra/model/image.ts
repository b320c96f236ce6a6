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
  /** MIT. Copies backups to an S3-compatible store, encrypted. */
  rclone: 'docker.io/rclone/rclone:1.75.1',
  /** MIT. The historian, with curl for its setup. ACS 6.8.1 runs InfluxDB 2 as well. */
  influxdb: 'docker.io/library/influxdb:2.7.12-alpine',
  /** The central MQTT broker: HiveMQ CE 2025.5 with the Factory+ extension. The user names of the image are those of HiveMQ's own. */
  acsMqtt: 'ghcr.io/amrc-factoryplus/acs-mqtt:v6.8.1',
  // More of ACS 6.8.1 below: each of its own version tag.
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
