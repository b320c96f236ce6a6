import type { Construct } from 'constructs';
import { FluxSystem, type FluxSystemProps } from '../../constructs/kube/flux/flux-system';
import { gitServer } from '../../infra/flux/git-server';
import { FLUX_COMPONENT } from '../../infra/flux/names';
import type { CentralCluster } from '../../infra/model/central-cluster';
import type { EdgeCluster } from '../../infra/model/edge-cluster';
import { API_SERVER_PORT } from '../../infra/model/kubernetes';
import { apiServerNetworks } from '../../infra/placement/api-server';
import { ComponentChart } from './component-chart';

/** Flux itself. */
class FluxChart extends ComponentChart {
  constructor(
    scope: Construct,
    override readonly partOf: ComponentChart['partOf'],
    props: FluxSystemProps,
  ) {
    super(scope, FLUX_COMPONENT, 'flux');
    new FluxSystem(this, 'flux', props);
  }
}

/** Whether Millwright installs and upgrades Flux in a cluster. */
const installsFlux = ({ delivery, flux }: Pick<EdgeCluster, 'delivery' | 'flux'>) => delivery === 'flux' && flux.by === 'millwright';

/** Flux in a plant or a cluster of soft gateways: one chart; none where something else delivers, or the owner installs Flux. */
export function edgeFluxCharts(scope: Construct, cluster: EdgeCluster): ComponentChart[] {
  if (!installsFlux(cluster)) return [];
  return [
    new FluxChart(scope, 'plant', {
      images: cluster.images,
      kubernetesVersion: cluster.kubernetes.version,
      apiServer: { networks: apiServerNetworks(cluster), port: API_SERVER_PORT },
      git: gitServer(cluster),
      helmReleases: cluster.factoryPlus?.sync === true,
    }),
  ];
}

/** Flux in a central cluster: one chart; none where something else delivers, or the owner installs Flux. */
export function centralFluxCharts(scope: Construct, central: CentralCluster): ComponentChart[] {
  if (!installsFlux(central)) return [];
  const { addresses, port } = central.apiServer;
  return [
    new FluxChart(scope, 'factory-plus', {
      images: central.images,
      kubernetesVersion: central.kubernetes.version,
      apiServer: { networks: [...addresses].sort(), port },
      git: gitServer(central),
      helmReleases: false,
    }),
  ];
}
