/** The labels that Kubernetes recommends, as every object of Millwright has them. */
export interface ObjectLabels {
  /** Name of the thing: a machine, `plant-broker`. Together with `component` it selects the thing's pods. */
  readonly name: string;
  /** What it is: `machine-gateway`, `message-broker`. */
  readonly component: string;
}

/** Labels that select the pods of a workload. They never change, because selectors cannot. */
export function selectorLabels({ name, component }: ObjectLabels): Record<string, string> {
  return { 'app.kubernetes.io/component': component, 'app.kubernetes.io/name': name };
}

/** The label that says what an object is part of: a plant, unless its chart says otherwise. */
export const PART_OF = 'app.kubernetes.io/part-of';

/** The label that says who made an object. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'millwright' } as const;

/** Labels of an object: the selector's, and who made it. */
export function objectLabels(labels: ObjectLabels): Record<string, string> {
  return { ...selectorLabels(labels), ...MANAGED_BY, [PART_OF]: 'plant' };
}
