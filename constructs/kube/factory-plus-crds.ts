import { Construct } from 'constructs';
import { CUSTOM_RESOURCES, FACTORY_PLUS_GROUP } from '../../infra/factory-plus/crds';
import { CustomResourceDefinition, textColumns } from './custom-resource-definition';

/** The definitions of the custom resources of Factory+: KerberosKey, LocalSecret, SparkplugNode. What they are applied before: everything else of it. */
export class FactoryPlusCrds extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { columns, spec, status, ...names } of CUSTOM_RESOURCES) {
      new CustomResourceDefinition(this, names.kind.toLowerCase(), {
        ...names,
        group: FACTORY_PLUS_GROUP,
        version: 'v1',
        categories: ['all'],
        columns: textColumns(columns),
        schema: { required: ['spec'], properties: { spec, status } },
        component: 'identity',
      });
    }
  }
}
