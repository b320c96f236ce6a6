import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { KUSTOMIZE_CONTROLLER_ARGUMENTS } from '../../../infra/flux/arguments';
import { FLUX_NAMESPACE, FLUX_PROGRAMS } from '../../../infra/flux/names';
import { IMAGES, imageReference } from '../../../infra/model/image';
import type { Plant } from '../../../infra/model/plant';
import { objectLabels } from '../labels';
import type { Conduit } from '../network-policy';
import type { Resources } from '../pod';
import { FluxController } from './flux-controller';

/** Measured with the example's plant, 28 Kustomizations and some 215 objects: 97 MB resident at most. Upstream's limit is 1 GiB for twice as many at a time. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 512] };

/** What {@link KustomizeController} takes. */
export interface KustomizeControllerProps {
  readonly images: Plant['images'];
  /** Where source-controller hands out what it pulled. */
  readonly artifacts: Conduit;
  readonly apiServer: Conduit;
}

/**
 * Decrypts and applies what is in the repository. It is the only account of a cluster that may do everything: it applies whatever the owner
 * puts into the tree, roles and definitions included, and who may not do a thing himself may grant it to nobody. Upstream's has such a
 * binding too (fluxcd/flux2 2.7.5, manifests/rbac/reconciler.yaml), which names helm-controller as well: that one is left as it is.
 */
export class KustomizeController extends Construct {
  constructor(scope: Construct, id: string, { images, artifacts, apiServer }: KustomizeControllerProps) {
    super(scope, id);
    const { name, healthPort } = FLUX_PROGRAMS.kustomize;
    const { labels } = new FluxController(this, 'controller', {
      name,
      images,
      image: imageReference(IMAGES.kustomizeController, images.registry),
      args: KUSTOMIZE_CONTROLLER_ARGUMENTS,
      ports: [{ name: 'healthz', port: healthPort }],
      health: { port: healthPort, livenessPath: '/healthz', readinessPath: '/readyz' },
      resources: RESOURCES,
      mounts: [{ name: 'temp', path: '/tmp', from: { scratchMiB: 256 } }],
      terminationGraceSeconds: 60,
      overlaps: true,
      ingress: [],
      egress: [artifacts, apiServer],
    });
    new k8s.KubeClusterRoleBinding(this, 'everything', {
      metadata: { name: `${FLUX_NAMESPACE}-${name}`, labels: objectLabels(labels) },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace: FLUX_NAMESPACE }],
    });
  }
}
