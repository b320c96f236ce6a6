import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { FLUX_KINDS, type FluxKind, HELM_RELEASE } from '../../../infra/flux/crds';
import { objectLabels } from '../labels';

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
    for (const definition of [...FLUX_KINDS, ...(helmReleases ? [HELM_RELEASE] : [])]) this.#define(definition);
  }

  #define({ group, version, kind, plural, shortNames, columns, spec, status }: FluxKind): void {
    const singular = kind.toLowerCase();
    new ApiObject(this, singular, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}`, labels: objectLabels({ name: plural, component: 'flux' }) },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular, listKind: `${kind}List`, ...(shortNames ? { shortNames } : {}) },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: [
              ...Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath, type: 'string' })),
              ...STATE,
            ],
            schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
          },
        ],
      },
    });
  }
}
