import { Construct } from 'constructs';
import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE } from '../../../infra/flux/names';
import { edgePrincipals } from '../../../infra/kerberos/principals';
import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { KerberosKey } from '../../kube/kerberos-key';
import { EDGE_OPERATOR } from './edge-operator';

/**
 * The principal with which Flux reads the cluster's repository. It and its password are made when the cluster is set up; the Kerberos keys
 * operator keeps them, and makes a new password when it is told to. The account is that of `millwright configdb`.
 */
export class FluxLogin extends Construct {
  constructor(scope: Construct, id: string, { cluster }: { readonly cluster: FactoryPlusCluster }) {
    super(scope, id);
    new KerberosKey(this, 'key', {
      namespace: FLUX_NAMESPACE,
      name: 'op1flux',
      labels: { name: 'op1flux', component: EDGE_OPERATOR },
      type: 'Password',
      principal: edgePrincipals(cluster.name, cluster.contract.realm).flux,
      secret: { name: BOOTSTRAP_SECRETS.git, key: 'password', keys: ['password', 'username'] },
    });
  }
}
