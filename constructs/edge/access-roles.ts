import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type ZonedCluster, zonesOf } from '../../infra/model/zone';
import { objectLabels } from '../kube/labels';

/** What a viewer may do in a zone: look at everything but Secrets, and read logs. */
const VIEW: readonly k8s.PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
    verbs: ['get', 'list', 'watch'],
  },
  {
    apiGroups: ['apps'],
    resources: ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
];

/**
 * What an operator may do beyond that in a zone: restart pods. Not more on purpose: who may patch a Deployment may mount any Secret of
 * its zone, and who may patch a Kustomization may apply anything with Flux's rights.
 */
const OPERATE: readonly k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
];

/** What both may see of the cluster as a whole. */
const VIEW_CLUSTER: readonly k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['namespaces', 'nodes', 'persistentvolumes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['source.toolkit.fluxcd.io'], resources: ['gitrepositories'], verbs: ['get', 'list', 'watch'] },
];

/** Roles of the people who look after an edge cluster, and who has them. A role that nobody has gives nothing to anybody. */
export class AccessRoles extends Construct {
  constructor(scope: Construct, id: string, { cluster }: { readonly cluster: ZonedCluster }) {
    super(scope, id);
    const roles = [
      { name: 'plant-viewer', groups: cluster.access.viewers, zone: VIEW },
      { name: 'plant-operator', groups: cluster.access.operators, zone: [...VIEW, ...OPERATE] },
    ];
    for (const { name, groups, zone } of roles) {
      const labels = objectLabels({ name, component: 'access' });
      const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: group }));
      new k8s.KubeClusterRole(this, `${name}-zone`, { metadata: { name: `${name}-zone`, labels }, rules: [...zone] });
      new k8s.KubeClusterRole(this, `${name}-cluster`, { metadata: { name: `${name}-cluster`, labels }, rules: [...VIEW_CLUSTER] });
      if (subjects.length === 0) continue;
      const roleRef = (role: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role });
      new k8s.KubeClusterRoleBinding(this, `${name}-cluster-binding`, {
        metadata: { name: `${name}-cluster`, labels },
        roleRef: roleRef(`${name}-cluster`),
        subjects,
      });
      for (const namespace of zonesOf(cluster)) {
        new k8s.KubeRoleBinding(this, `${name}-${namespace}`, {
          metadata: { name, namespace, labels },
          roleRef: roleRef(`${name}-zone`),
          subjects,
        });
      }
    }
  }
}
