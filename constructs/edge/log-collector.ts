import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Logs } from '../../infra/model/logs';
import type { Plant } from '../../infra/model/plant';
import { LOG_COLLECTOR, MOUNTS, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { ZONES, type ZoneFacts } from '../../infra/model/zone';
import { logCollectorConfiguration, NODE_NAME, POD_LOGS } from '../../infra/telegraf/log-collector';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { WorkloadAccount } from '../kube/service-account';
import { CentralLogin } from './central-login';
import type { PriorityTier } from './priority-tiers';

/** What a log collector uses on its node: a Telegraf whose buffer holds at most 1 000 lines. */
export const LOG_COLLECTOR_RESOURCES: Resources = { cpuMillis: [20, 200], memoryMiB: [48, 128] };

/** What {@link LogCollector} takes. */
export interface LogCollectorProps {
  readonly plant: Plant;
  readonly logs: Logs;
}

/**
 * Sends what containers write to the central broker, within a byte budget: a Telegraf on every node, specialised ones included. It
 * reads a folder of the node that belongs to root, and so is the one program of a plant that runs as root; it has no capability, no
 * token, a read-only root, and reaches the central broker alone.
 */
export class LogCollector extends Construct {
  constructor(scope: Construct, id: string, { plant, logs }: LogCollectorProps) {
    super(scope, id);
    const { name, zone: namespace } = LOG_COLLECTOR;
    const labels = { name, component: name };
    const { certificateAuthority } = plant.contract;
    const { level }: ZoneFacts = ZONES[namespace];
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels,
      files: { 'telegraf.conf': toToml(logCollectorConfiguration(plant, logs), [NODE_NAME]) },
    });
    const authority =
      certificateAuthority === undefined
        ? undefined
        : new Configuration(this, 'central-ca', { name: 'central-ca', namespace, labels, files: { 'ca.crt': certificateAuthority } });
    const login = new CentralLogin(this, 'login', { plant, client: name, labels, purpose: 'the log collectors' });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: [{ peer: { networks: plant.contract.addresses }, ports: [plant.contract.mqtt.port] }],
    });
    const priorityClass: PriorityTier = 'plant-operations';
    new k8s.KubeDaemonSet(this, 'daemon-set', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        revisionHistoryLimit: 3,
        selector: { matchLabels: selectorLabels(labels) },
        updateStrategy: { type: 'RollingUpdate' },
        template: {
          metadata: {
            labels: objectLabels(labels),
            annotations: { ...configuration.podAnnotations, ...(authority ? { 'millwright/central-ca': authority.digest } : {}) },
          },
          spec: hardenedPod({
            containerName: 'telegraf',
            image: imageReference(IMAGES.telegraf, plant.images.registry),
            args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
            env: [{ name: NODE_NAME, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
            ports: [{ name: 'health', port: TELEGRAF_HEALTH_PORT }],
            health: { port: TELEGRAF_HEALTH_PORT, readinessPath: '/' },
            resources: LOG_COLLECTOR_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/telegraf', from: { configMap: configuration.name } },
              login.mount,
              ...(authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : []),
              { name: 'pod-logs', path: POD_LOGS, from: { nodeFolder: POD_LOGS } },
            ],
            serviceAccount: account.name,
            priorityClass,
            ...(typeof level === 'string' ? {} : { rootToRead: level.privileged }),
            everywhere: true,
          }),
        },
      },
    });
  }
}
