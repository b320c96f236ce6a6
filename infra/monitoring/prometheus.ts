import type { Plant } from '../model/plant';
import { MONITORING, serviceHost } from '../model/services';

/** Files of Prometheus' configuration: `prometheus.yml`, and the rules that it names. */
export const RULES_FILE = '/etc/prometheus/alerts.yml';

/** How long metrics are kept: long enough to look at a weekend. */
export const RETENTION = '3d';

/** Most bytes that they take: beyond that the oldest go. */
export const RETENTION_MIB = 512;

/** Prometheus 3: scrapes the plant monitor and kube-state-metrics, and tells Alertmanager. JSON, which is YAML. */
export function prometheusConfiguration(plant: Pick<Plant, 'name'>): Record<string, unknown> {
  const at = (job: string, service: { readonly name: string; readonly zone: string; readonly port: number }) => ({
    job_name: job,
    static_configs: [{ targets: [`${serviceHost(service)}:${service.port}`] }],
  });
  return {
    global: { scrape_interval: '15s', scrape_timeout: '10s', evaluation_interval: '15s', external_labels: { plant: plant.name } },
    rule_files: [RULES_FILE],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [`${serviceHost(MONITORING.alertmanager)}:${MONITORING.alertmanager.port}`] }] }],
    },
    scrape_configs: [
      at('plant-monitor', MONITORING.monitor),
      // Its labels namespace, pod and node are those of what it tells of.
      { ...at('kube-state-metrics', MONITORING.objects), honor_labels: true },
      { job_name: 'prometheus', static_configs: [{ targets: [`localhost:${MONITORING.prometheus.port}`] }] },
    ],
  };
}
