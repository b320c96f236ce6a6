import type { Construct } from 'constructs';
import { SealedSecrets, SealedSecretsCrd } from '../../constructs/edge/sealed-secrets';
import { SecretTypesPolicy, TOKEN_TYPES } from '../../constructs/kube/secret-types-policy';
import { SEALED_SECRETS } from '../../infra/model/edge-services';
import { runsSealedSecrets, unsealedNamespaces } from '../../infra/model/sealed-secrets';
import { type ZonedCluster, zonesOf } from '../../infra/model/zone';
import { ComponentChart } from './component-chart';

/** The definition of SealedSecret, and the policy that holds what opens one: before what is sealed is applied. */
export class SealedSecretsCrdChart extends ComponentChart {
  constructor(scope: Construct) {
    super(scope, `${SEALED_SECRETS.name}-crd`, 'platform');
    new SealedSecretsCrd(this, 'crd');
    const { name, zone: namespace } = SEALED_SECRETS;
    // What is sealed may be of any type that a program asks for; a login at the API server is none.
    new SecretTypesPolicy(this, 'secret-types', {
      account: { namespace, name },
      labels: { name, component: name },
      types: { allBut: TOKEN_TYPES },
    });
  }
}

/** The controller of Sealed Secrets. */
export class SealedSecretsChart extends ComponentChart {
  constructor(scope: Construct, cluster: ZonedCluster) {
    super(scope, SEALED_SECRETS.name, 'operators');
    new SealedSecrets(this, 'controller', { cluster, namespaces: unsealedNamespaces(cluster, zonesOf(cluster)) });
  }
}

/** What opens sealed Secrets in an edge cluster: nothing where none are sealed. */
export function sealedSecretsCharts(scope: Construct, cluster: ZonedCluster): ComponentChart[] {
  return runsSealedSecrets(cluster) ? [new SealedSecretsCrdChart(scope), new SealedSecretsChart(scope, cluster)] : [];
}
