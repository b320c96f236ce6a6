import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES, imageReference } from '../../infra/model/image';
import { NODE_USER } from '../kube/acs-image';
import type { Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { CentralWorkload } from './central-workload';
import { discoveryUrl, publicUrl } from './factory-plus-program';

const RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [48, 128] };

/**
 * The visualiser of Factory+ (acs-visualiser 6.8.1): a page that shows what goes through the broker, which runs in the browser. Without an
 * identity provider the page asks for user name and password itself. Started without npm, which writes into its home folder.
 */
export class Visualiser extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const discovery = discoveryUrl(central);
    new CentralWorkload(this, 'workload', {
      central,
      name: 'visualiser',
      pod: {
        containerName: 'visualiser',
        image: imageReference(IMAGES.acsVisualiser, central.images.registry),
        command: ['node'],
        args: ['bin/server.js'],
        user: NODE_USER,
        env: variables({
          DIRECTORY_EXTERNAL_URL: publicUrl(central, 'directory'),
          ...(discovery === '' ? {} : { OIDC_CLIENT_ID: 'visualiser', OIDC_DISCOVERY_URL: discovery }),
          PORT: '8080',
        }),
        health: { port: 8080, readinessPath: '/config.json' },
        resources: RESOURCES,
        mounts: [{ name: 'tmp', path: '/tmp', from: { scratchMiB: 16 } }],
      },
    });
  }
}
