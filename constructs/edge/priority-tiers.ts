import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { objectLabels } from '../kube/labels';

/**
 * Who stays when a node is short: what keeps data goes before what only reads it. Below the classes of Kubernetes itself
 * (2 000 000 000 and more), above the default of 0.
 */
export const PRIORITY_TIERS = {
  'plant-jobs': { value: 950_000, description: 'Carries out production jobs: orchestrator, job database, agents, commands' },
  'plant-data': { value: 900_000, description: 'Keeps or carries production data: plant broker, data publisher' },
  'plant-machines': { value: 800_000, description: 'Reads machines: gateways' },
  'plant-operations': { value: 700_000, description: 'Watches and helps: logs, metrics, alerts, scans' },
} as const;

/** Name of a priority class. */
export type PriorityTier = keyof typeof PRIORITY_TIERS;

/** The priority classes of an edge cluster: a plant's, or one of soft gateways. */
export class PriorityTiers extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const [name, { value, description }] of Object.entries(PRIORITY_TIERS)) {
      new k8s.KubePriorityClass(this, name, {
        metadata: { name, labels: objectLabels({ name, component: 'priority' }) },
        value,
        description,
        globalDefault: false,
        preemptionPolicy: 'PreemptLowerPriority',
      });
    }
  }
}
