import { Construct } from 'constructs';
import { EDGE_ACCOUNT_CLASS } from '../../../infra/factory-plus/edge-ids';
import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { EDGE_ZONE } from '../../../infra/model/edge-services';
import { imageReference } from '../../../infra/model/image';
import type { KerberosAccount } from '../../imports/factory-plus';
import { ACS_AFFINITY, ACS_MOUNTS, ACS_VERBOSE, K5START, NODE_USER, nodeOptions } from '../../kube/acs-image';
import { KerberosKey } from '../../kube/kerberos-key';
import { WorkloadPolicy } from '../../kube/network-policy';
import type { HealthCommands, Resources } from '../../kube/pod';
import { WorkloadAccount } from '../../kube/service-account';
import { SinglePod } from '../../kube/single-pod';
import { variables } from '../../kube/variables';
import type { PriorityTier } from '../priority-tiers';
import type { ClusterConfig, ClusterVariable } from './cluster-config';
import { type CentralDoor, operatorConduits } from './edge-conduits';

/** What the operators of an edge cluster are: their label `app.kubernetes.io/component`. */
export const EDGE_OPERATOR = 'edge-operator';

/** Their priority: machines and their data go on without them. */
export const EDGE_OPERATOR_PRIORITY: PriorityTier = 'plant-operations';

/** What {@link EdgeOperator} takes. */
export interface EdgeOperatorProps {
  readonly cluster: FactoryPlusCluster;
  readonly config: ClusterConfig;
  readonly name: string;
  /** One of `IMAGES`. */
  readonly image: string;
  /** Its script, which Node.js runs once it has a ticket. */
  readonly script: string;
  /** The object KerberosKey of its principal, the principal with its realm, and its account in Factory+, less its class. */
  readonly key: { readonly name: string; readonly principal: string; readonly account: Omit<KerberosAccount, 'class' | 'uuid'> };
  /** What it reads of its cluster. */
  readonly told: readonly ClusterVariable[];
  readonly asks: readonly CentralDoor[];
  readonly health: HealthCommands;
  readonly resources: Resources;
}

/**
 * An operator of Factory+ in an edge cluster (ACS 6.8.1, edge-helm-charts, charts/edge-cluster) with a principal of its own: k5start gets its
 * ticket, then runs it. It asks the API server with its account. It runs on any node for general-purpose workloads of its architecture.
 */
export class EdgeOperator extends Construct {
  /** Name of its service account. */
  readonly account: string;

  constructor(scope: Construct, id: string, props: EdgeOperatorProps) {
    super(scope, id);
    const { cluster, config, name, key, resources } = props;
    const namespace = EDGE_ZONE;
    const labels = { name, component: EDGE_OPERATOR };
    const secret = `${name}-keytabs`;
    this.account = new WorkloadAccount(this, 'account', { namespace, labels, images: cluster.images }).name;
    new KerberosKey(this, 'key', {
      namespace,
      name: key.name,
      labels,
      type: 'Random',
      principal: key.principal,
      secret: { name: secret, key: 'client', keys: ['client'] },
      account: { class: EDGE_ACCOUNT_CLASS, ...key.account },
    });
    new WorkloadPolicy(this, 'conduits', { namespace, labels, ingress: [], egress: operatorConduits(cluster, props.asks) });
    const { startSeconds = 60 } = props.health;
    new SinglePod(this, 'pod', {
      namespace,
      labels,
      podAnnotations: config.podAnnotations,
      progressDeadlineSeconds: startSeconds + 600,
      pod: {
        containerName: name,
        image: imageReference(props.image, cluster.images.registry),
        command: [K5START, '-Uf', `${ACS_MOUNTS.keytabs}/client`],
        args: ['node', props.script],
        env: [
          ...variables({
            KRB5_CONFIG: `${ACS_MOUNTS.kerberos}/krb5.conf`,
            ...nodeOptions(resources.memoryMiB[1]),
            NODE_EXTRA_CA_CERTS: config.authorityFile,
            VERBOSE: ACS_VERBOSE,
          }),
          ...config.variables(...props.told),
        ],
        ports: [],
        health: props.health,
        resources,
        mounts: [
          config.kerberos,
          ...config.authority,
          { name: 'keytabs', path: ACS_MOUNTS.keytabs, from: { secret } },
          { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 64 } },
        ],
        user: NODE_USER,
        token: true,
        affinity: ACS_AFFINITY,
        serviceAccount: this.account,
        priorityClass: EDGE_OPERATOR_PRIORITY,
      },
    });
  }
}
