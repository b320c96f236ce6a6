import { Construct } from 'constructs';
import { KubeSparkplugNode } from '../imports/factory-plus';
import { type ObjectLabels, objectLabels } from './labels';

/** What {@link SparkplugNode} takes. */
export interface SparkplugNodeProps {
  readonly namespace: string;
  /** Name of the object. */
  readonly name: string;
  readonly labels: ObjectLabels;
  /** Id of the node in Factory+. */
  readonly uuid: string;
  /** Secrets whose change has the agent load its configuration again. @default - none */
  readonly secrets?: readonly string[];
}

/**
 * An edge agent as the edge monitor knows it: when it is silent for three minutes it is asked to announce itself, and when its
 * configuration has changed it is told to load it (ACS 6.8.1).
 */
export class SparkplugNode extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, labels, uuid, secrets = [] }: SparkplugNodeProps) {
    super(scope, id);
    new KubeSparkplugNode(this, 'node', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: { uuid, edgeAgent: true, ...(secrets.length > 0 ? { secrets } : {}) },
    });
  }
}
