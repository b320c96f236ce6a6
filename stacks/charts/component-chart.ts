import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * When a component is applied: each phase waits for the one before it where it needs it.
 * - `flux`: Flux itself; a leaf that nothing waits for, since what applies it is what it is
 * - `platform`: custom resource definitions, namespaces, and what holds for all of them
 * - `operators`: programs that act on custom resources
 * - `factory-plus`: operators of an edge cluster that need the centre; a leaf, because nothing of a plant may wait for the centre
 * - `data`: what keeps and carries data
 * - `machines`: gateways; a leaf that nothing waits for, because a machine that is off must not block anything
 * - `scheduled`: what only runs at its time; a leaf as well, because a volume may not be there before its first run
 */
export const PHASES = ['flux', 'platform', 'operators', 'factory-plus', 'data', 'machines', 'scheduled'] as const;

/** A phase of the deployment. */
export type Phase = (typeof PHASES)[number];

/** A chart that knows which component it renders and when that is applied. Names of objects are stated, never hashed. */
export abstract class ComponentChart extends Chart {
  /** Name of the component: its folder in the tree. */
  readonly component: string;
  readonly phase: Phase;
  /** What its objects are part of: their label `app.kubernetes.io/part-of`. */
  readonly partOf: 'plant' | 'factory-plus' = 'plant';

  protected constructor(scope: Construct, component: string, phase: Phase) {
    super(scope, component, { disableResourceNameHashes: true });
    this.component = component;
    this.phase = phase;
  }
}
