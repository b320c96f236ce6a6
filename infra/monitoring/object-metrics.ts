/**
 * What kube-state-metrics 2.18 tells: its metrics that rules name, by API group and kind. It looks at no other kind, and tells no other
 * metric, so that each rule's data is all that it holds. Names: docs/metrics of its release.
 */
export const OBJECT_METRICS = {
  '': {
    nodes: ['kube_node_info', 'kube_node_status_condition'],
    pods: ['kube_pod_container_status_restarts_total'],
  },
  apps: {
    daemonsets: ['kube_daemonset_status_number_unavailable'],
    deployments: ['kube_deployment_spec_replicas', 'kube_deployment_status_replicas_available'],
    statefulsets: ['kube_statefulset_replicas', 'kube_statefulset_status_replicas_ready'],
  },
  batch: {
    cronjobs: ['kube_cronjob_created', 'kube_cronjob_status_last_successful_time'],
  },
} as const;

/** Kinds that it looks at, ordered by name. */
export const OBJECT_KINDS: readonly string[] = Object.values(OBJECT_METRICS)
  .flatMap((kinds) => Object.keys(kinds))
  .sort();

/** Names of the metrics that it tells, ordered. */
export const OBJECT_METRIC_NAMES: readonly string[] = Object.values(OBJECT_METRICS)
  .flatMap((kinds) => Object.values(kinds).flat())
  .sort();
