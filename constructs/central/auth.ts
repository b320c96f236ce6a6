import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { FactoryPlusProgram } from './factory-plus-program';

/** It keeps every account, group and grant in memory, and answers all services. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [192, 512] };

/** Auth: accounts, and who may do what. */
export class Auth extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'auth',
      containerName: 'webapi',
      image: IMAGES.acsAuth,
      program: ['node', 'bin/authn.js'],
      client: { principal: 'sv1auth' },
      http: true,
      database: { name: 'auth', role: 'sv1auth' },
      administratorOverrides: true,
      env: { CACHE_MAX_AGE: '300' },
      resources: RESOURCES,
    });
  }
}
