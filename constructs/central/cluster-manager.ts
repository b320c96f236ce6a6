import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram, internalUrl, publicUrl } from './factory-plus-program';

/** It keeps a shallow copy of the repository of a cluster while it writes to it. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 512] };

/** Folder of its copies of repositories. */
const CHECKOUTS = '/data';

/** Its group (ACS 6.8.1, acs-service-setup). */
const REQUIREMENT = '26d192cf-73c1-4c14-93cf-1e63743bab08';

/**
 * The Cluster Manager: makes repository, accounts and bootstrap of an edge cluster that is described in the ConfigDB. Its Service is
 * `clusters`, the name by which its key, the Directory and its route know it; ACS 6.8.1 names the Service `cluster-manager`. It ends every
 * two minutes until `service-setup` ran.
 */
export class ClusterManager extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { domain, organisation } = central.contract;
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'cluster-manager',
      containerName: 'cluster-manager',
      image: IMAGES.acsClusterManager,
      program: ['node', 'bin/edge-deployment.js'],
      client: {
        principal: 'sv1clustermanager',
        account: { class: CENTRAL_SERVICE_CLASS, name: 'Cluster Manager', groups: [REQUIREMENT] },
      },
      http: true,
      env: {
        EXTERNAL_DOMAIN: domain,
        EXTERNAL_URL: publicUrl(central, 'clusters'),
        GIT_CHECKOUTS_DIR: CHECKOUTS,
        GIT_EMAIL: `sv1clustermanager@${domain}`,
        HTTP_API_URL: internalUrl('cluster-manager'),
        KRBKEYS_IMAGE: imageReference(IMAGES.acsKrbKeysOperator, central.images.registry),
        ORGANISATION_PREFIX: organisation,
      },
      // It listens once it has read what service-setup writes.
      health: { port: 8080, startSeconds: 1800 },
      resources: RESOURCES,
      mounts: [{ name: 'checkouts', path: CHECKOUTS, from: { scratchMiB: 256 } }],
    });
  }
}
