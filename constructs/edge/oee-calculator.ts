import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import type { Plant } from '../../infra/model/plant';
import { OEE_CALCULATOR } from '../../infra/model/services';
import { oeeConfiguration } from '../../infra/telegraf/oee';
import { selectorLabels } from '../kube/labels';
import type { Peer } from '../kube/network-policy';
import type { Resources } from '../kube/pod';
import type { PlantBroker } from './plant-broker';
import { TelegrafWorkload } from './telegraf-workload';

/** What the OEE calculator uses: a Telegraf whose buffer holds at most 20 000 lines. */
export const OEE_CALCULATOR_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [96, 256] };

const LABELS = { name: OEE_CALCULATOR.name, component: 'oee-calculator' } as const;

/** Its pods, for the plant broker's conduits. */
export const OEE_CALCULATOR_PEER: Peer = { namespace: OEE_CALCULATOR.zone, labels: selectorLabels(LABELS) };

/** What {@link OeeCalculator} takes. */
export interface OeeCalculatorProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The OEE calculator: computes availability, performance and quality of the plant's machines from their data points. One pod without a
 * volume: what it has reckoned is kept by the plant broker (docs/oee.md). It may move to any node.
 */
export class OeeCalculator extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: OeeCalculatorProps) {
    super(scope, id);
    new TelegrafWorkload(this, 'telegraf', {
      plant,
      broker,
      namespace: OEE_CALCULATOR.zone,
      labels: LABELS,
      files: { 'telegraf.conf': toToml(oeeConfiguration(plant)) },
      resources: OEE_CALCULATOR_RESOURCES,
      priorityClass: 'plant-data',
      // Its own judgement ends it: see `health` in telegraf/oee.ts.
      judgesItself: true,
    });
  }
}
