import { Construct } from 'constructs';
import { brokerConnection } from '../../infra/factory-plus/broker-connection';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { FactoryPlusProgram, internalUrl } from './factory-plus-program';

/** A small web service: some hundred sessions of Sparkplug and addresses of services in PostgreSQL. ACS 6.8.1 states nothing. */
const WEB_RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 384] };

/** It sees every birth and data message of every Sparkplug node. */
const MQTT_RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 512] };

const DATABASE = { name: 'directory', role: 'sv1directory' } as const;

/** It finds services in its own database, and until somebody advertised Auth there, here. */
const DISCOVERY = { AUTHN_URL: internalUrl('auth'), DIRECTORY_URL: undefined } as const;

/** The Directory's web service: where services are, and which devices are online. */
export class DirectoryWebApi extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'directory-webapi',
      containerName: 'webapi',
      image: IMAGES.acsDirectory,
      program: ['node', 'bin/directory-webapi'],
      client: { principal: 'sv1directory' },
      http: true,
      database: DATABASE,
      administratorOverrides: true,
      env: { CACHE_MAX_AGE: '300', ...DISCOVERY },
      resources: WEB_RESOURCES,
    });
  }
}

/**
 * What writes down for the Directory which Sparkplug nodes are there. It shares principal and database with {@link DirectoryWebApi}, which
 * alone brings the database to its version: a second migration takes the rights of their role away from under the first one's feet (ACS
 * 6.8.1, acs-directory/sql). It ends when the database is not there yet, or its account, and is started again.
 */
export class DirectoryMqtt extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'directory-mqtt',
      containerName: 'mqtt',
      image: IMAGES.acsDirectory,
      program: ['node', 'bin/directory-mqtt'],
      client: { principal: 'sv1directory', keyOf: 'directory-webapi' },
      database: { ...DATABASE, madeBy: 'directory-webapi' },
      env: DISCOVERY,
      health: brokerConnection(),
      resources: MQTT_RESOURCES,
    });
  }
}
