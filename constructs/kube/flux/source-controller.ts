import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { SOURCE_CONTROLLER_ARGUMENTS } from '../../../infra/flux/arguments';
import { FLUX_KINDS } from '../../../infra/flux/crds';
import type { GitServer } from '../../../infra/flux/git-server';
import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE, FLUX_PROGRAMS } from '../../../infra/flux/names';
import { IMAGES, imageReference } from '../../../infra/model/image';
import type { Plant } from '../../../infra/model/plant';
import { objectLabels } from '../labels';
import type { Conduit } from '../network-policy';
import type { Resources } from '../pod';
import { FluxController, fluxPods } from './flux-controller';

/** For one repository of less than 1 MiB, pulled without its history. Not measured; upstream's limit is 1 GiB for any number of them. */
const RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [64, 384] };

/** What {@link SourceController} takes. */
export interface SourceControllerProps {
  readonly images: Plant['images'];
  readonly git: GitServer;
  readonly apiServer: Conduit;
}

/** Pulls the cluster's repository and serves what it pulled to kustomize-controller, unencrypted within the namespace, as upstream does. */
export class SourceController extends Construct {
  /** What kustomize-controller connects to. */
  readonly artifacts: Conduit;

  constructor(scope: Construct, id: string, { images, git, apiServer }: SourceControllerProps) {
    super(scope, id);
    const { name, artifactsPort, servicePort } = FLUX_PROGRAMS.source;
    const { kustomize } = FLUX_PROGRAMS;
    const reader = { namespace: FLUX_NAMESPACE, labels: fluxPods(kustomize.name) };
    const { labels } = new FluxController(this, 'controller', {
      name,
      images,
      image: imageReference(IMAGES.sourceController, images.registry),
      args: SOURCE_CONTROLLER_ARGUMENTS,
      ports: [{ name: 'http', port: artifactsPort }],
      // It works while it hands out what it pulled.
      health: { port: artifactsPort, livenessPath: '/', readinessPath: '/' },
      resources: RESOURCES,
      mounts: [
        { name: 'data', path: '/data', from: { scratchMiB: 256 } },
        { name: 'tmp', path: '/tmp', from: { scratchMiB: 256 } },
      ],
      terminationGraceSeconds: 10,
      // Each has what it pulled itself: two of them would take each other's from the repository's status.
      overlaps: false,
      ingress: [{ peer: reader, ports: [artifactsPort] }],
      egress: [{ peer: { networks: git.networks }, ports: [git.port] }, apiServer],
    });
    this.artifacts = { peer: { namespace: FLUX_NAMESPACE, labels: fluxPods(name) }, ports: [artifactsPort] };
    const metadata = { name, namespace: FLUX_NAMESPACE, labels: objectLabels(labels) };
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: { app: name },
        ports: [{ name: 'http', port: servicePort, protocol: 'TCP', targetPort: k8s.IntOrString.fromString('http') }],
      },
    });
    const source = FLUX_KINDS.filter(({ group }) => group === 'source.toolkit.fluxcd.io')
      .map(({ plural }) => plural)
      .sort();
    const apiGroups = ['source.toolkit.fluxcd.io'];
    // Upstream's reads every Secret of the cluster (fluxcd/flux2 2.7.5, manifests/rbac/controller.yaml).
    new k8s.KubeRole(this, 'role', {
      metadata,
      rules: [
        { apiGroups, resources: source, verbs: ['get', 'list', 'watch', 'patch', 'update'] },
        { apiGroups, resources: source.map((plural) => `${plural}/finalizers`), verbs: ['patch', 'update'] },
        { apiGroups, resources: source.map((plural) => `${plural}/status`), verbs: ['get', 'patch', 'update'] },
        { apiGroups: [''], resources: ['secrets'], resourceNames: [BOOTSTRAP_SECRETS.git], verbs: ['get'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: FLUX_NAMESPACE }],
    });
  }
}
