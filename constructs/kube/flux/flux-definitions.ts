import { Construct } from 'constructs';
import { FLUX_KINDS, HELM_RELEASE } from '../../../infra/flux/crds';
import { CustomResourceDefinition, textColumns } from '../custom-resource-definition';

/** How `kubectl get` shows the state of every object of Flux. */
const STATE = [
  { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date' },
  { name: 'Ready', jsonPath: '.status.conditions[?(@.type=="Ready")].status', type: 'string' },
  { name: 'Status', jsonPath: '.status.conditions[?(@.type=="Ready")].message', type: 'string' },
];

/** The definitions of the custom resources of Flux: what its two programs look for when they start. */
export class FluxDefinitions extends Construct {
  /** @param props.helmReleases whether there is the definition of HelmRelease too, for edge-sync */
  constructor(scope: Construct, id: string, { helmReleases }: { readonly helmReleases: boolean }) {
    super(scope, id);
    for (const { columns, spec, status, ...names } of [...FLUX_KINDS, ...(helmReleases ? [HELM_RELEASE] : [])]) {
      new CustomResourceDefinition(this, names.kind.toLowerCase(), {
        ...names,
        columns: [...textColumns(columns), ...STATE],
        schema: { properties: { spec, status } },
        component: 'flux',
      });
    }
  }
}
