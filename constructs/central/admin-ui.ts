import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES, imageReference } from '../../infra/model/image';
import { Configuration } from '../kube/configuration';
import type { Mount, Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { CentralWorkload } from './central-workload';

const RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [16, 64] };

/** User `nginx` of the image nginx:alpine, from which that of the pages is made. */
const NGINX_USER = 101;

/** Where the pages lie in their image, and where the copy lies while it is made. */
const PAGES = { served: '/usr/share/nginx/html', copied: '/pages' } as const;

/** Where the file with the addresses lies, from which `env.js` is written. */
const ENVIRONMENT = '/run/admin-environment';

/**
 * The administration pages of Factory+ (acs-admin 6.8.1), which run in the browser: nginx gives them out. The image runs as root and writes
 * the domain into the pages where they lie; here a copy is written to before nginx starts, which runs as no root, from a read-only root.
 */
export class AdminUi extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { domain, tls } = central.contract;
    const configuration = new Configuration(this, 'configuration', {
      name: 'admin',
      namespace: 'factory-plus',
      labels: { name: 'admin', component: 'configuration' },
      files: { '.env': environmentFile({ BASEURL: domain, SCHEME: tls ? 'https' : 'http' }) },
    });
    const pages = (path: string): Mount => ({ name: 'pages', path, from: { scratchMiB: 128 } });
    const scratch = (name: string, path: string): Mount => ({ name, path, from: { scratchMiB: 32 } });
    new CentralWorkload(this, 'workload', {
      central,
      name: 'admin',
      podAnnotations: configuration.podAnnotations,
      pod: {
        containerName: 'admin',
        image: imageReference(IMAGES.acsAdmin, central.images.registry),
        // Not the image's entry point, whose scripts change the configuration of nginx.
        command: ['nginx'],
        args: ['-g', 'daemon off;'],
        user: NGINX_USER,
        before: [
          {
            name: 'pages',
            command: ['/bin/sh', '-ec'],
            // As the image's own command: keys and values come from the file `.env` of the folder in which it runs.
            args: [
              `cp -R ${PAGES.served}/. ${PAGES.copied}/ && cd ${ENVIRONMENT} && /import-meta-env-alpine -x .env -p ${PAGES.copied}/env.js`,
            ],
            // The program unpacks parts of itself into the home folder.
            env: variables({ HOME: '/tmp' }),
            resources: { cpuMillis: [50, 1000], memoryMiB: [64, 256] },
            mounts: [
              pages(PAGES.copied),
              { name: 'environment', path: ENVIRONMENT, from: { configMap: configuration.name } },
              { name: 'tmp', path: '/tmp', from: { scratchMiB: 128 } },
            ],
          },
        ],
        // A file that only the start above writes: the pages work when it is there.
        health: { port: 8080, readinessPath: '/env.js' },
        resources: RESOURCES,
        mounts: [
          { ...pages(PAGES.served) },
          scratch('cache', '/var/cache/nginx'),
          scratch('run', '/run'),
          { name: 'tmp', path: '/tmp', from: { scratchMiB: 128 } },
        ],
      },
    });
  }
}

/**
 * A file of variables, as the program import-meta-env reads it.
 *
 * @throws RangeError when a value has a character that such a file would have to escape
 */
function environmentFile(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (!/^[A-Za-z0-9.:-]+$/.test(value)) throw new RangeError(`${name} would have to be escaped: ${value}`);
      return `${name}=${value}\n`;
    })
    .join('');
}
