import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { FLUX_NAMESPACE } from '../../../infra/flux/names';
import { ZONE_OBJECTS } from '../../../infra/model/object-names';
import { objectLabels } from '../labels';
import { ClosedNamespace } from '../network-policy';

/** The namespace of Flux: closed, and Pod Security `restricted` is enforced in it. */
export class FluxNamespace extends Construct {
  /** @param props.kubernetesVersion minor version of Kubernetes, such as `1.34` */
  constructor(scope: Construct, id: string, { kubernetesVersion }: { readonly kubernetesVersion: string }) {
    super(scope, id);
    const labels = { name: FLUX_NAMESPACE, component: 'zone' };
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: FLUX_NAMESPACE,
        labels: {
          ...objectLabels(labels),
          ...Object.fromEntries(
            ['enforce', 'audit', 'warn'].flatMap((mode) => [
              [`pod-security.kubernetes.io/${mode}`, 'restricted'],
              [`pod-security.kubernetes.io/${mode}-version`, `v${kubernetesVersion}`],
            ]),
          ),
        },
      },
    });
    new ClosedNamespace(this, 'closed', { namespace: FLUX_NAMESPACE, names: ZONE_OBJECTS, labels });
  }
}
