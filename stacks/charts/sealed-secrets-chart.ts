import type { Construct } from 'constructs';
import { SealedSecrets, SealedSecretsCrd } from '../../constructs/edge/sealed-secrets';
import { SEALED_SECRETS } from '../../infra/model/edge-services';
import { runsSealedSecrets, unsealedNamespaces } from '../../infra/model/sealed-secrets';
import { type ZonedCluster, zonesOf } from '../../infra/model/zone';
import { ComponentChart } from './component-chart';

/** The definition of SealedSecret: before what is sealed is applied. */
export class SealedSecretsCrdChart extends ComponentChart {
  constructor(scope: Construct) {
    super(scope, `${SEALED_SECRETS.name}-crd`, 'platform');
    new SealedSecretsCrd(this, 'crd');
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
