import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ZONE_OBJECTS } from '../../infra/model/object-names';
import type { Plant } from '../../infra/model/plant';
import { type ObjectLabels, objectLabels } from './labels';
import { requireSecret } from './requirements';

/** What {@link WorkloadAccount} takes. */
export interface WorkloadAccountProps {
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** Where its images come from. */
  readonly images: Plant['images'];
}

/** The service account of a workload: no token, no rights, and the image registry's credentials where they are needed. */
export class WorkloadAccount extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: WorkloadAccountProps) {
    super(scope, id);
    this.name = props.labels.name;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name: this.name, namespace: props.namespace, labels: objectLabels(props.labels) },
      // Where a pod asks the API server, the pod says so.
      automountServiceAccountToken: false,
      ...(props.images.login ? { imagePullSecrets: [{ name: ZONE_OBJECTS.registryLogin }] } : {}),
    });
    if (props.images.login) {
      requireSecret(this, {
        namespace: props.namespace,
        name: ZONE_OBJECTS.registryLogin,
        type: 'kubernetes.io/dockerconfigjson',
        keys: ['.dockerconfigjson'],
        content: { kind: 'registryLogin', server: props.images.registry ?? 'docker.io' },
      });
    }
  }
}
