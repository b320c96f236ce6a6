import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Plant } from '../../infra/model/plant';
import { ComponentChart } from './component-chart';

/**
 * Objects of an owner's own in a plant's cluster: the way out when the model cannot say something, so that nobody patches the tree.
 * They pass the same checks as all others, and are applied with the machines, where they block nothing.
 */
export type Extension = (chart: Chart, plant: Plant) => void;

/** The component `extension`: what an owner's own function adds. */
export class ExtensionChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, extend: Extension) {
    super(scope, 'extension', 'machines');
    extend(this, plant);
  }
}
