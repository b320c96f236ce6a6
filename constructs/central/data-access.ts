import { Construct } from 'constructs';
import { SPARKPLUG_BUCKET } from '../../infra/influxdb/setup';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { HISTORIAN } from '../../infra/model/central-services';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram } from './factory-plus-program';
import { historianToken, historianUrl, trustingHistorian } from './historian-client';
import { publicAuthority } from './public-authority';

const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [128, 512] };

/** Role of the service Data Access (ACS 6.8.1). */
const ROLE = 'dd18050c-a9ab-4287-8af2-e983f20e89c8';

/**
 * The service Data Access (acs-data-access 6.8.1): gives out data sets, described in the ConfigDB, from the historian. Its token reads the bucket
 * `default` alone: text of the ConfigDB stands in its queries as it is. It takes tokens of the identity provider, where the chart of ACS
 * forgets to say where that is.
 */
export class DataAccess extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { env, mounts, before } = trustingHistorian(publicAuthority(central));
    new FactoryPlusProgram(this, 'program', {
      central,
      name: 'data-access',
      containerName: 'data-access',
      image: IMAGES.acsDataAccess,
      program: ['node', 'bin/api.js'],
      env: {
        ...env,
        CACHE_MAX_AGE: '300',
        INFLUXDB_BUCKET: SPARKPLUG_BUCKET,
        INFLUXDB_ORG: HISTORIAN.organisation,
        INFLUXDB_URL: historianUrl(),
      },
      secretEnv: [historianToken('data-access', 'INFLUXDB_TOKEN')],
      client: { principal: 'sv1dataaccess', account: { class: CENTRAL_SERVICE_CLASS, name: 'Data Access', groups: [ROLE] } },
      http: true,
      before,
      resources: RESOURCES,
      mounts,
    });
  }
}
