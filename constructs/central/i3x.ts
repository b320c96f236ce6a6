import { Construct } from 'constructs';
import { SPARKPLUG_BUCKET } from '../../infra/influxdb/setup';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { HISTORIAN } from '../../infra/model/central-services';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram } from './factory-plus-program';
import { historianToken, historianUrl, trustingHistorian } from './historian-client';
import { publicAuthority } from './public-authority';

/** It keeps all objects and their last values in memory. */
const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [192, 768] };

/** Role of the service i3X (ACS 6.8.1). */
const ROLE = '0eb1f761-6b81-4757-a458-c0257c905a20';

/**
 * The service i3X (acs-i3x 6.8.1): objects, values and history of Factory+ by the interface of CESMII, and by MCP. It knows no permissions for
 * single objects: whoever may log in reads all. Its token reads the bucket `default` alone.
 */
export class I3x extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { organisation, domain } = central.contract;
    const { env, mounts, before } = trustingHistorian(publicAuthority(central));
    new FactoryPlusProgram(this, 'program', {
      central,
      name: 'i3x',
      containerName: 'i3x',
      image: IMAGES.acsI3x,
      program: ['node', '--es-module-specifier-resolution=node', 'bin/api.js'],
      env: {
        ...env,
        I3X_NAMESPACE_NAME: organisation,
        // A name, not an address: the same with TLS and without.
        I3X_NAMESPACE_URI: `https://${domain}/i3x`,
        I3X_STALE_THRESHOLD: '300000',
        I3X_SUBSCRIPTION_TTL: '300000',
        INFLUX_BUCKET: SPARKPLUG_BUCKET,
        INFLUX_ORG: HISTORIAN.organisation,
        INFLUX_URL: historianUrl(),
      },
      secretEnv: [historianToken('i3x', 'INFLUX_TOKEN')],
      client: {
        principal: 'sv1i3x',
        account: {
          class: CENTRAL_SERVICE_CLASS,
          name: 'i3X',
          groups: [ROLE],
          sparkplug: { group: `${organisation}-Service-Core`, node: 'i3X' },
        },
      },
      http: true,
      before,
      // The one path that answers without a login. It listens once it has its objects and is connected to the broker.
      health: { port: 8080, readinessPath: '/v1/info', startSeconds: 600 },
      resources: RESOURCES,
      mounts,
    });
  }
}
