import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CUSTOM_RESOURCES, FACTORY_PLUS_GROUP } from '../../infra/factory-plus/crds';
import { objectLabels } from './labels';

/** The definitions of the custom resources of Factory+: KerberosKey, LocalSecret, SparkplugNode. What they are applied before: everything else of it. */
export class FactoryPlusCrds extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { kind, plural, shortNames, columns, spec, status } of CUSTOM_RESOURCES) {
      const singular = kind.toLowerCase();
      new ApiObject(this, singular, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `${plural}.${FACTORY_PLUS_GROUP}`, labels: objectLabels({ name: plural, component: 'identity' }) },
        spec: {
          group: FACTORY_PLUS_GROUP,
          scope: 'Namespaced',
          names: { kind, plural, singular, listKind: `${kind}List`, ...(shortNames ? { shortNames } : {}), categories: ['all'] },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              subresources: { status: {} },
              additionalPrinterColumns: Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath, type: 'string' })),
              schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
            },
          ],
        },
      });
    }
  }
}
