import type { Construct } from 'constructs';
import { ClusterConfig } from '../../constructs/edge/factory-plus/cluster-config';
import { EDGE_MONITOR_RESOURCES, EdgeMonitor } from '../../constructs/edge/factory-plus/edge-monitor';
import { EDGE_OPERATOR } from '../../constructs/edge/factory-plus/edge-operator';
import { EDGE_SYNC_RESOURCES, EdgeSync } from '../../constructs/edge/factory-plus/edge-sync';
import { FluxLogin } from '../../constructs/edge/factory-plus/flux-login';
import { EdgeKeysOperator, type ForeignSecrets } from '../../constructs/edge/factory-plus/keys-operator';
import { SealedSecretsCrd } from '../../constructs/edge/sealed-secrets';
import { FactoryPlusCrds } from '../../constructs/kube/factory-plus-crds';
import { FluxDefinitions } from '../../constructs/kube/flux/flux-definitions';
import { KEYS_OPERATOR_RESOURCES } from '../../constructs/kube/keys-operator-pod';
import type { Resources } from '../../constructs/kube/pod';
import { SecretTypesPolicy } from '../../constructs/kube/secret-types-policy';
import { pullsAsPrincipal } from '../../infra/factory-plus/git-repositories';
import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE } from '../../infra/flux/names';
import { CENTRAL_CLIENT_ZONES } from '../../infra/kerberos/central-clients';
import { type EdgeCluster, type FactoryPlusCluster, isUnderFactoryPlus } from '../../infra/model/edge-cluster';
import { CENTRAL_CLIENTS, type CentralClient, centralClientSecret, EDGE_KEYS_OPERATOR, EDGE_ZONE } from '../../infra/model/edge-services';
import { runsSealedSecrets } from '../../infra/model/sealed-secrets';
import { ComponentChart } from './component-chart';

/** Definitions of what the operators act on, and the policy that holds one of them, before any of it is applied. */
export class FactoryPlusDefinitionsChart extends ComponentChart {
  constructor(scope: Construct, cluster: FactoryPlusCluster) {
    super(scope, 'factory-plus-definitions', 'platform');
    new FactoryPlusCrds(this, 'factory-plus');
    const { name, zone: namespace } = EDGE_KEYS_OPERATOR;
    const labels = { name, component: EDGE_OPERATOR };
    new SecretTypesPolicy(this, 'secret-types', { account: { namespace, name }, labels, types: { only: ['Opaque'] } });
    // edge-sync lists objects of Flux, and ends where there is no such kind. Whoever installs Flux defines them otherwise.
    if (cluster.factoryPlus.sync === true && cluster.delivery !== 'flux') new FluxDefinitions(this, 'flux', { helmReleases: true });
    // The edge monitor watches sealed Secrets wherever it runs, and would complain every five seconds of a kind that is not there.
    if (cluster.factoryPlus.monitor === true && !runsSealedSecrets(cluster)) new SealedSecretsCrd(this, 'sealed-secrets');
  }
}

/** The operators of Factory+ in an edge cluster. */
export class FactoryPlusOperatorsChart extends ComponentChart {
  constructor(scope: Construct, cluster: FactoryPlusCluster, clients: readonly CentralClient[]) {
    super(scope, 'factory-plus-operators', 'factory-plus');
    const { ids } = cluster.contract;
    // The rule edge-ids-imported says so at the door.
    if (!ids) throw new RangeError(`the ids of the installation of ${cluster.contract.central} are not known; import them`);
    const config = new ClusterConfig(this, 'config', { cluster });
    new EdgeKeysOperator(this, 'keys', { cluster, config, elsewhere: foreignSecrets(cluster, clients) });
    if (pullsAsPrincipal(cluster)) new FluxLogin(this, 'flux', { cluster });
    if (cluster.factoryPlus.sync === true) new EdgeSync(this, 'sync', { cluster, config, ids });
    if (cluster.factoryPlus.monitor === true) new EdgeMonitor(this, 'monitor', { cluster, config, ids });
  }
}

/** The Secrets of other namespaces that the Kerberos keys operator makes. */
function foreignSecrets(cluster: FactoryPlusCluster, clients: readonly CentralClient[]): ForeignSecrets {
  const found: Record<string, string[]> = pullsAsPrincipal(cluster) ? { [FLUX_NAMESPACE]: [BOOTSTRAP_SECRETS.git] } : {};
  // Of a zone all that there may be: what leaves the plant must still be taken away.
  for (const zone of new Set(clients.map((client) => CENTRAL_CLIENT_ZONES[client])))
    found[zone] = CENTRAL_CLIENTS.filter((client) => CENTRAL_CLIENT_ZONES[client] === zone).map(centralClientSecret);
  return found;
}

/**
 * What an edge cluster runs of Factory+ beside its agents: nothing where it is not under Factory+.
 *
 * @param clients the programs of a plant that log in at the central broker; soft gateways have none
 */
export function factoryPlusCharts(scope: Construct, cluster: EdgeCluster, clients: readonly CentralClient[] = []): ComponentChart[] {
  if (!isUnderFactoryPlus(cluster)) return [];
  return [new FactoryPlusDefinitionsChart(scope, cluster), new FactoryPlusOperatorsChart(scope, cluster, clients)];
}

/** What the operators use, for the quota of their zone. */
export function factoryPlusOperatorWorkloads(
  cluster: EdgeCluster,
): { readonly zone: typeof EDGE_ZONE; readonly resources: Resources; readonly pods: number }[] {
  if (!isUnderFactoryPlus(cluster)) return [];
  const { sync, monitor } = cluster.factoryPlus;
  return [
    KEYS_OPERATOR_RESOURCES,
    ...(sync === true ? [EDGE_SYNC_RESOURCES] : []),
    ...(monitor === true ? [EDGE_MONITOR_RESOURCES] : []),
  ].map((resources) => ({ zone: EDGE_ZONE, resources, pods: 1 }));
}
