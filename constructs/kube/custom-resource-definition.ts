import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from './labels';

/** What {@link CustomResourceDefinition} takes. */
export interface CustomResourceDefinitionProps {
  readonly group: string;
  /** The one version that is served and stored. */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** @default - none */
  readonly shortNames?: readonly string[];
  /** Groups of kinds that `kubectl get` takes together, such as `all`. @default - none */
  readonly categories?: readonly string[];
  /** Columns of `kubectl get`. */
  readonly columns: readonly { readonly name: string; readonly jsonPath: string; readonly type: string }[];
  /** Schema of an object, less what every object has. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** What it is part of: the label `component`. */
  readonly component: string;
}

/** The definition of a kind of custom resource of a namespace, with a status of its own: applied before the first object of it. */
export class CustomResourceDefinition extends Construct {
  constructor(scope: Construct, id: string, props: CustomResourceDefinitionProps) {
    super(scope, id);
    const { group, version, kind, plural, shortNames, categories, columns, schema, component } = props;
    new ApiObject(this, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}`, labels: objectLabels({ name: plural, component }) },
      spec: {
        group,
        scope: 'Namespaced',
        names: {
          kind,
          plural,
          singular: kind.toLowerCase(),
          listKind: `${kind}List`,
          ...(shortNames ? { shortNames } : {}),
          ...(categories ? { categories } : {}),
        },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: columns,
            schema: { openAPIV3Schema: { type: 'object', ...schema } },
          },
        ],
      },
    });
  }
}

/** Columns of texts: title → path. */
export function textColumns(columns: Readonly<Record<string, string>>): CustomResourceDefinitionProps['columns'] {
  return Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath, type: 'string' }));
}
