import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ZONE_OBJECTS } from '../../infra/model/object-names';
import { type ObjectLabels, objectLabels } from './labels';

/** What {@link WorkloadAccount} takes. */
export interface WorkloadAccountProps {
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** Whether images come from a registry that asks for credentials. */
  readonly registryLogin: boolean;
}

/** The service account of a workload: no token, no rights, and the image registry's credentials where they are needed. */
export class WorkloadAccount extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: WorkloadAccountProps) {
    super(scope, id);
    this.name = props.labels.name;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name: this.name, namespace: props.namespace, labels: objectLabels(props.labels) },
      automountServiceAccountToken: false,
      ...(props.registryLogin ? { imagePullSecrets: [{ name: ZONE_OBJECTS.registryLogin }] } : {}),
    });
  }
}
