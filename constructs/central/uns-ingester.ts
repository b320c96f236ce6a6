import { Construct } from 'constructs';
import { brokerConnection } from '../../infra/factory-plus/broker-connection';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';

import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram } from './factory-plus-program';

const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [128, 384] };

/** Role of the ingester, which may read every Sparkplug node and write to the unified namespace (ACS 6.8.1). */
const ROLE = 'e414d355-b991-429b-8f5d-97e823ff71f5';

/** Publishes what Sparkplug nodes send under the topics of the unified namespace, `UNS/v1/…` (uns-ingester-sparkplug 6.8.1). */
export class UnsIngester extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    new FactoryPlusProgram(this, 'program', {
      central,
      name: 'uns-ingester-sparkplug',
      containerName: 'uns-ingester-sparkplug',
      image: IMAGES.unsIngesterSparkplug,
      program: ['node', '--es-module-specifier-resolution=node', 'bin/ingester.js'],
      env: { LOG_LEVEL: 'info' },
      client: {
        principal: 'sv1sparkplugingester',
        account: { class: CENTRAL_SERVICE_CLASS, name: 'Sparkplug ingester', groups: [ROLE] },
      },
      health: brokerConnection(),
      resources: RESOURCES,
    });
  }
}
