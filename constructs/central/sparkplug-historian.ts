import { Construct } from 'constructs';
import { brokerConnection } from '../../infra/factory-plus/broker-connection';
import { FORWARD_ENV, FORWARD_PORT, FORWARD_SCRIPT } from '../../infra/influxdb/forward';
import { SPARKPLUG_BUCKET } from '../../infra/influxdb/setup';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentAddress } from '../../infra/model/central-components';
import { HISTORIAN } from '../../infra/model/central-services';
import { IMAGES } from '../../infra/model/image';
import { ACS_MOUNTS } from '../kube/acs-image';
import type { FurtherContainer, Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { FactoryPlusProgram } from './factory-plus-program';
import { HISTORIAN_AUTHORITY, HISTORIAN_AUTHORITY_FILE, historianToken } from './historian-client';

const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [128, 384] };
const FORWARD_RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [48, 128] };
const FILE = 'forward.cjs';

/**
 * The Sparkplug historian of Factory+ (historian-sparkplug 6.8.1): writes every metric of every Sparkplug node to the bucket `default` of the
 * historian, with a token that may do nothing else. It holds up to 5000 values for up to 10 seconds, and those are lost when it ends; what
 * plants send by the contract goes through `PlantDataIngester`, which loses nothing. It can speak to InfluxDB only without TLS, so that a second
 * container of its pod carries that to the historian over TLS.
 */
export class SparkplugHistorian extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    new FactoryPlusProgram(this, 'program', {
      central,
      name: 'historian-sparkplug',
      containerName: 'historian-sparkplug',
      image: IMAGES.historianSparkplug,
      program: ['node', '--es-module-specifier-resolution=node', 'bin/ingester.js'],
      env: {
        BATCH_SIZE: '5000',
        FLUSH_INTERVAL: '10000',
        INFLUX_BUCKET: SPARKPLUG_BUCKET,
        INFLUX_ORG: HISTORIAN.organisation,
        INFLUX_URL: `http://127.0.0.1:${FORWARD_PORT}`,
        LOG_LEVEL: 'info',
      },
      secretEnv: [historianToken('historian-sparkplug', 'INFLUX_TOKEN')],
      // service-setup makes its account.
      client: { principal: 'sv1warehouse' },
      files: { [FILE]: FORWARD_SCRIPT },
      beside: [this.#forward()],
      health: brokerConnection(),
      resources: RESOURCES,
    });
  }

  #forward(): FurtherContainer {
    const { host, port } = componentAddress(HISTORIAN.name, 'https');
    const script = `${ACS_MOUNTS.kerberos}/${FILE}`;
    return {
      name: 'forward',
      command: ['node', script],
      env: variables({
        [FORWARD_ENV.authority]: HISTORIAN_AUTHORITY_FILE,
        [FORWARD_ENV.host]: host,
        [FORWARD_ENV.port]: `${port}`,
      }),
      health: { liveness: ['node', script, 'alive'], readiness: ['node', script, 'ready'], readinessSeconds: 15 },
      resources: FORWARD_RESOURCES,
      mounts: [{ name: 'configuration', path: ACS_MOUNTS.kerberos, from: { configMap: 'historian-sparkplug' } }, HISTORIAN_AUTHORITY],
    };
  }
}
