import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { FactoryPlusProgram, internalUrl } from './factory-plus-program';

/** It keeps classes and what clients watch in memory, and validates every entry by its schema. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [192, 768] };

/** The ConfigDB's own device (ACS 6.8.1). */
const DEVICE = '36861e8d-9152-40c4-8f08-f51c2d7e3c25';

/**
 * What Auth may read before Auth can say who may read what: lines of principal, permission and target, by the names that acs-configdb
 * 6.8.1 has for them.
 */
const BOOTSTRAP_ACL = [
  'sv1auth:Perm.ReadApp:App.Registration',
  'sv1auth:Perm.ReadApp:App.SparkplugAddress',
  'sv1auth:Perm.ReadMembers:SpecialObj.Wildcard',
  'sv1auth:Perm.ReadSubclasses:SpecialObj.Wildcard',
];

/** The ConfigDB: objects, their classes, and what is configured of them. */
export class ConfigDb extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'configdb',
      containerName: 'webapi',
      image: IMAGES.acsConfigdb,
      program: ['node', 'bin/api.js'],
      client: { principal: 'sv1configdb' },
      http: true,
      database: { name: 'configdb', role: 'sv1configdb' },
      administratorOverrides: true,
      env: {
        BODY_LIMIT: '100kb',
        BOOTSTRAP_ACL: BOOTSTRAP_ACL.join('\n'),
        CACHE_MAX_AGE: '300',
        DEVICE_UUID: DEVICE,
        HTTP_API_URL: internalUrl('configdb'),
        SPARKPLUG_ADDRESS: `${central.contract.organisation}-Service-Core/Config_DB`,
      },
      resources: RESOURCES,
    });
  }
}
