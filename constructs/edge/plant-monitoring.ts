import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import { API_SERVER_PORT } from '../../infra/model/kubernetes';
import { type Monitoring, receiversOf } from '../../infra/model/monitoring';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { givenSecretPath, MONITORING, MOUNTS, PLANT_BROKER, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { alertRules } from '../../infra/monitoring/alert-rules';
import { alertmanagerConfiguration, receiverSecret } from '../../infra/monitoring/alertmanager';
import { OBJECT_KINDS, OBJECT_METRIC_NAMES, OBJECT_METRICS } from '../../infra/monitoring/object-metrics';
import { prometheusConfiguration, RETENTION, RETENTION_MIB } from '../../infra/monitoring/prometheus';
import { apiServerNetworks } from '../../infra/placement/api-server';
import { plantMonitorConfiguration } from '../../infra/telegraf/plant-monitor';
import { Configuration } from '../kube/configuration';
import { type ObjectLabels, objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, type Peer, WorkloadPolicy } from '../kube/network-policy';
import type { HardenedPodProps, Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';
import type { PlantBroker } from './plant-broker';

/**
 * What each part uses. Measured with the example's monitor (resident, of that its own data): Telegraf 93 MB, 16; Prometheus 3.10.0 60 MB, 25; Alertmanager
 * 0.31.0 37 MB, 13. Prometheus holds some thousand series at most, and keeps more in memory the longer it runs, up to two hours' worth.
 */
export const MONITORING_RESOURCES = {
  monitor: { cpuMillis: [20, 200], memoryMiB: [64, 160] },
  objects: { cpuMillis: [10, 200], memoryMiB: [32, 128] },
  prometheus: { cpuMillis: [50, 500], memoryMiB: [128, 384] },
  alertmanager: { cpuMillis: [10, 200], memoryMiB: [32, 96] },
} as const satisfies Record<string, Resources>;

/** Labels of the plant monitor's pods: whom the plant broker lets in. */
export const MONITOR_LABELS: ObjectLabels = { name: MONITORING.monitor.name, component: MONITORING.monitor.name };

/** What {@link PlantMonitoring} takes. */
export interface PlantMonitoringProps {
  readonly plant: Plant;
  readonly monitoring: Monitoring;
  readonly broker: PlantBroker;
}

/** What one part of the monitoring is made of. */
interface Part {
  readonly labels: ObjectLabels;
  readonly pod: Omit<HardenedPodProps, 'serviceAccount' | 'priorityClass' | 'ports'>;
  readonly ports: HardenedPodProps['ports'];
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly ingress: readonly Conduit[];
  readonly egress: readonly Conduit[];
  readonly token?: boolean;
}

/**
 * Watches the plant and pages somebody: a Telegraf and kube-state-metrics tell, Prometheus judges, Alertmanager sends. Each may run on any
 * node; what they remember is lost with them, and seen anew within minutes.
 */
export class PlantMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: PlantMonitoringProps) {
    super(scope, id);
    const { plant, monitoring, broker } = props;
    const namespace = MONITORING.zone;
    const { monitor, objects, prometheus, alertmanager } = MONITORING;
    const labelsOf = ({ name }: { readonly name: string }): ObjectLabels => ({ name, component: name });
    const peer = (part: { readonly name: string }): Peer => ({ namespace, labels: selectorLabels(labelsOf(part)) });
    const image = (name: keyof typeof IMAGES) => imageReference(IMAGES[name], plant.images.registry);
    const files = (part: { readonly name: string }, content: Record<string, string>) =>
      new Configuration(this, `${part.name}-configuration`, { name: part.name, namespace, labels: labelsOf(part), files: content });
    const json = (data: unknown) => `${JSON.stringify(data, null, 2)}\n`;
    const certificate = `${monitor.name}-client-tls`;
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: monitor.name, dnsNames: [], usages: ['client'] },
    });

    const monitorFiles = files(monitor, { 'telegraf.conf': toToml(plantMonitorConfiguration(plant)) });
    this.#part(plant, {
      labels: MONITOR_LABELS,
      ports: [
        { name: 'metrics', port: monitor.port },
        { name: 'health', port: TELEGRAF_HEALTH_PORT },
      ],
      podAnnotations: monitorFiles.podAnnotations,
      ingress: [{ peer: peer(prometheus), ports: [monitor.port] }],
      egress: [
        { peer: broker.peer, ports: [broker.port, PLANT_BROKER.monitorPort] },
        { peer: { networks: plant.contract.addresses }, ports: [plant.contract.mqtt.port] },
      ],
      pod: {
        containerName: 'telegraf',
        image: image('telegraf'),
        args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
        health: { port: TELEGRAF_HEALTH_PORT, readinessPath: '/' },
        resources: MONITORING_RESOURCES.monitor,
        mounts: [
          { name: 'configuration', path: '/etc/telegraf', from: { configMap: monitorFiles.name } },
          { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
        ],
      },
    });

    this.#objectRights();
    this.#part(plant, {
      labels: labelsOf(objects),
      ports: [
        { name: 'metrics', port: objects.port },
        { name: 'telemetry', port: objects.telemetryPort },
      ],
      podAnnotations: {},
      ingress: [{ peer: peer(prometheus), ports: [objects.port] }],
      egress: [{ peer: { networks: apiServerNetworks(plant) }, ports: [API_SERVER_PORT] }],
      token: true,
      pod: {
        containerName: 'kube-state-metrics',
        image: image('kubeStateMetrics'),
        args: [
          `--port=${objects.port}`,
          `--telemetry-port=${objects.telemetryPort}`,
          `--resources=${OBJECT_KINDS.join(',')}`,
          `--metric-allowlist=${OBJECT_METRIC_NAMES.join(',')}`,
        ],
        // Its readiness asks the API server, which may be away while it lives.
        health: { port: objects.port, livenessPath: '/healthz', readinessPath: '/healthz' },
        resources: MONITORING_RESOURCES.objects,
        mounts: [],
      },
    });

    const rules = [{ name: 'plant', rules: alertRules(plant) }];
    const prometheusFiles = files(prometheus, {
      'alerts.yml': json({ groups: rules }),
      'prometheus.yml': json(prometheusConfiguration(plant)),
    });
    this.#part(plant, {
      labels: labelsOf(prometheus),
      ports: [{ name: 'http', port: prometheus.port }],
      podAnnotations: prometheusFiles.podAnnotations,
      ingress: [],
      egress: [
        { peer: peer(monitor), ports: [monitor.port] },
        { peer: peer(objects), ports: [objects.port] },
        { peer: peer(alertmanager), ports: [alertmanager.port] },
      ],
      pod: {
        containerName: 'prometheus',
        image: image('prometheus'),
        args: [
          '--config.file=/etc/prometheus/prometheus.yml',
          '--storage.tsdb.path=/prometheus',
          `--storage.tsdb.retention.time=${RETENTION}`,
          `--storage.tsdb.retention.size=${RETENTION_MIB}MB`,
          `--web.listen-address=:${prometheus.port}`,
        ],
        health: { port: prometheus.port, livenessPath: '/-/healthy', readinessPath: '/-/ready' },
        resources: MONITORING_RESOURCES.prometheus,
        mounts: [
          { name: 'configuration', path: '/etc/prometheus', from: { configMap: prometheusFiles.name } },
          // The write-ahead log comes on top of what is kept.
          { name: 'metrics', path: '/prometheus', from: { scratchMiB: 2 * RETENTION_MIB } },
        ],
      },
    });

    const alertmanagerFiles = files(alertmanager, { 'alertmanager.yml': json(alertmanagerConfiguration(plant, monitoring)) });
    const receivers = receiversOf(monitoring);
    const secrets = receivers.flatMap((receiver): Mount[] => {
      if (receiver.by === 'email' && receiver.user === undefined) return [];
      const secret = receiverSecret(receiver.name);
      const what = receiver.by === 'webhook' ? 'its URL as the password, and any user name' : `the password of ${receiver.user}`;
      requireSecret(this, {
        namespace,
        name: secret,
        type: 'Opaque',
        keys: ['password', 'username'],
        content: { kind: 'login', purpose: `alerts of ${plant.name} to ${receiver.name}: ${what}` },
      });
      return [{ name: secret, path: givenSecretPath(secret), from: { secret } }];
    });
    this.#part(plant, {
      labels: labelsOf(alertmanager),
      ports: [{ name: 'http', port: alertmanager.port }],
      podAnnotations: alertmanagerFiles.podAnnotations,
      ingress: [{ peer: peer(prometheus), ports: [alertmanager.port] }],
      egress: receivers.map(({ addresses, port }): Conduit => ({ peer: { networks: [...addresses].sort() }, ports: [port] })),
      pod: {
        containerName: 'alertmanager',
        image: image('alertmanager'),
        args: [
          '--config.file=/etc/alertmanager/alertmanager.yml',
          '--storage.path=/alertmanager',
          `--web.listen-address=:${alertmanager.port}`,
          // One alone: it gossips with nobody.
          '--cluster.listen-address=',
        ],
        health: { port: alertmanager.port, livenessPath: '/-/healthy', readinessPath: '/-/ready' },
        resources: MONITORING_RESOURCES.alertmanager,
        mounts: [
          { name: 'configuration', path: '/etc/alertmanager', from: { configMap: alertmanagerFiles.name } },
          ...secrets,
          { name: 'state', path: '/alertmanager', from: { scratchMiB: 32 } },
        ],
      },
    });
  }

  /** A Deployment of one, its account, its conduits, and a Service for each of its ports but those of the kubelet. */
  #part(plant: Plant, { labels, pod, ports, podAnnotations, ingress, egress, token = false }: Part): void {
    const { name } = labels;
    const namespace = MONITORING.zone;
    const account = new WorkloadAccount(this, `${name}-account`, { namespace, labels, images: plant.images });
    new WorkloadPolicy(this, `${name}-conduits`, { namespace, labels, ingress, egress });
    const [served] = ports;
    if (served && ingress.length > 0) {
      new k8s.KubeService(this, `${name}-service`, {
        metadata: { name, namespace, labels: objectLabels(labels) },
        spec: {
          selector: selectorLabels(labels),
          ports: [{ name: served.name, port: served.port, targetPort: k8s.IntOrString.fromString(served.name), protocol: 'TCP' }],
        },
      });
    }
    new SinglePod(this, `${name}-deployment`, {
      namespace,
      labels,
      podAnnotations,
      pod: { ...pod, ports, token, serviceAccount: account.name, priorityClass: 'plant-operations' },
    });
  }

  /** kube-state-metrics may look at what it tells of, and at nothing else: no Secret, no ConfigMap. */
  #objectRights(): void {
    const { name } = MONITORING.objects;
    const labels = objectLabels({ name, component: name });
    new k8s.KubeClusterRole(this, 'objects-role', {
      metadata: { name: `plant-${name}`, labels },
      rules: Object.entries(OBJECT_METRICS).map(([group, kinds]) => ({
        apiGroups: [group],
        resources: Object.keys(kinds),
        verbs: ['list', 'watch'],
      })),
    });
    new k8s.KubeClusterRoleBinding(this, 'objects-binding', {
      metadata: { name: `plant-${name}`, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `plant-${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace: MONITORING.zone }],
    });
  }
}
