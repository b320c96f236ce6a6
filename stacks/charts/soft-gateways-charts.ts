import { App } from 'cdk8s';
import type { SoftGateways } from '../../infra/model/soft-gateways';
import type { ComponentChart } from './component-chart';
import { edgeAgentCharts } from './edge-agent-charts';
import { factoryPlusCharts } from './factory-plus-charts';
import { edgeFluxCharts } from './flux-chart';
import { PlatformChart } from './platform-chart';
import { sealedSecretsCharts } from './sealed-secrets-chart';
import { factoryPlusWorkloads } from './workloads';

/** All charts of a cluster of soft gateways, in one App of their own: what every edge cluster has, and nothing of a plant's. */
export function softGatewaysCharts(cluster: SoftGateways): ComponentChart[] {
  const app = new App();
  return [
    ...edgeFluxCharts(app, cluster),
    new PlatformChart(app, cluster, factoryPlusWorkloads(cluster)),
    ...sealedSecretsCharts(app, cluster),
    ...factoryPlusCharts(app, cluster),
    ...edgeAgentCharts(app, cluster),
  ];
}
