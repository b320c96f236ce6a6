import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram } from './factory-plus-program';

const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [96, 384] };

/** Role of the service Files (ACS 6.8.1). */
const ROLE = '1356e8b9-c953-42ac-9ffc-ae26edb88e42';

/** Where its volume is mounted. */
const STORAGE = '/data';

/**
 * The service Files (acs-files 6.8.1): keeps files under the ids of objects of the ConfigDB, on a volume. A file has at most 1 GB: 500 kB in
 * ACS 6.8.1, whose comment takes the variable for something else, and 10 GB without it, two of which fill the volume.
 */
export class Files extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    new FactoryPlusProgram(this, 'program', {
      central,
      name: 'files',
      containerName: 'files',
      image: IMAGES.acsFiles,
      program: ['node', 'bin/api.js'],
      env: { BODY_LIMIT: '1GB', CACHE_MAX_AGE: '300', FILES_STORAGE: STORAGE },
      client: { principal: 'sv1files', account: { class: CENTRAL_SERVICE_CLASS, name: 'Files', groups: [ROLE] } },
      http: true,
      volumeGiB: central.storage.filesGiB,
      resources: RESOURCES,
      mounts: [{ name: 'data', path: STORAGE, from: { claim: true } }],
    });
  }
}
