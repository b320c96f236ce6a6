import { App } from 'cdk8s';
import type { SoftGateways } from '../../infra/model/soft-gateways';
import type { ComponentChart } from './component-chart';

/** All charts of a cluster of soft gateways, in one App of their own. */
export function softGatewaysCharts(_cluster: SoftGateways): ComponentChart[] {
  new App();
  return [];
}
