import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { edgePrincipals } from '../../../infra/kerberos/principals';
import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { EDGE_KEYS_OPERATOR } from '../../../infra/model/edge-services';
import { IMAGES, imageReference } from '../../../infra/model/image';
import { ACS_AFFINITY } from '../../kube/acs-image';
import { Configuration } from '../../kube/configuration';
import { KEYS_OPERATOR_FILES, KEYS_OPERATOR_RIGHTS, keysOperatorPod } from '../../kube/keys-operator-pod';
import { objectLabels } from '../../kube/labels';
import { WorkloadPolicy } from '../../kube/network-policy';
import { requireSecret } from '../../kube/requirements';
import { WorkloadAccount } from '../../kube/service-account';
import { SinglePod } from '../../kube/single-pod';
import type { ClusterConfig } from './cluster-config';
import { operatorConduits } from './edge-conduits';
import { EDGE_OPERATOR, EDGE_OPERATOR_PRIORITY } from './edge-operator';

/** The operator asks the ConfigDB for the Sparkplug group of its cluster before it answers; while the centre is away it asks on. */
const START_SECONDS = 1800;

/** Namespaces other than its own that the operator looks into, and the Secrets that it makes there. */
export type ForeignSecrets = Readonly<Record<string, readonly string[]>>;

/** What {@link EdgeKeysOperator} takes. */
export interface EdgeKeysOperatorProps {
  readonly cluster: FactoryPlusCluster;
  readonly config: ClusterConfig;
  readonly elsewhere: ForeignSecrets;
}

/**
 * The Kerberos keys operator of an edge cluster: makes the cluster's principals at the KDC of the centre, as `op1krbkeys/CLUSTER`, whose key is
 * made when the cluster is set up, and puts their keys and passwords into Secrets that nobody has seen.
 *
 * In its own zone it may read every Secret; elsewhere those alone that it makes, because namespace `flux-system` has the key that opens all
 * others. ACS 6.8.1 gives it one namespace, in which everything is.
 */
export class EdgeKeysOperator extends Construct {
  constructor(scope: Construct, id: string, { cluster, config, elsewhere }: EdgeKeysOperatorProps) {
    super(scope, id);
    const { name, zone: namespace, secret, key } = EDGE_KEYS_OPERATOR;
    const labels = { name, component: EDGE_OPERATOR };
    const { realm } = cluster.contract;
    requireSecret(this, {
      namespace,
      name: secret,
      type: 'Opaque',
      keys: [key],
      source: 'kerberosKey',
      content: { kind: 'other', purpose: `key of ${edgePrincipals(cluster.name, realm).keysOperator}, made when the cluster is set up` },
    });
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: cluster.images });
    const configuration = new Configuration(this, 'configuration', { name, namespace, labels, files: KEYS_OPERATOR_FILES });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: operatorConduits(cluster, ['kerberos', 'kadmin', 'web']),
    });
    const pod = keysOperatorPod({
      image: imageReference(IMAGES.acsKrbKeysOperator, cluster.images.registry),
      namespaces: [namespace, ...Object.keys(elsewhere).sort()],
      keytab: { secret, key },
      kerberos: config.kerberosName,
      configuration: configuration.name,
      env: {
        // It asks Factory+ with `requests`, which then trusts these certificates alone (Requests 2, “SSL Cert Verification”).
        ...(config.authorityFile === undefined ? {} : { REQUESTS_CA_BUNDLE: config.authorityFile }),
      },
      envFrom: config.variables('CLUSTER_UUID', 'DIRECTORY_URL'),
      mounts: config.authority,
      startSeconds: START_SECONDS,
    });
    new SinglePod(this, 'pod', {
      namespace,
      labels,
      podAnnotations: { ...configuration.podAnnotations, ...config.podAnnotations },
      progressDeadlineSeconds: START_SECONDS + 600,
      pod: { ...pod, affinity: ACS_AFFINITY, serviceAccount: account.name, priorityClass: EDGE_OPERATOR_PRIORITY },
    });
    this.#rights(namespace, KEYS_OPERATOR_RIGHTS);
    for (const [other, names] of Object.entries(elsewhere)) this.#rights(other, KEYS_OPERATOR_RIGHTS.flatMap(onlySecrets(names)));
  }

  #rights(namespace: string, rules: readonly k8s.PolicyRule[]): void {
    const { name, zone } = EDGE_KEYS_OPERATOR;
    const metadata = { name, namespace, labels: objectLabels({ name, component: EDGE_OPERATOR }) };
    new k8s.KubeRole(this, `role-${namespace}`, { metadata, rules: [...rules] });
    new k8s.KubeRoleBinding(this, `role-binding-${namespace}`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: zone }],
    });
  }
}

/** A rule about Secrets held to those of these names; a right to create cannot be. */
function onlySecrets(names: readonly string[]): (rule: k8s.PolicyRule) => k8s.PolicyRule[] {
  return (rule) =>
    rule.resources?.join() === 'secrets'
      ? [
          { ...rule, resourceNames: [...names].sort(), verbs: rule.verbs.filter((verb) => verb !== 'create') },
          { ...rule, verbs: ['create'] },
        ]
      : [rule];
}
