import { Construct } from 'constructs';
import { mirrorSecret, mirrorsWithLogin } from '../../infra/factory-plus/git-mirrors';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { portOf } from '../../infra/model/git-mirror';
import { IMAGES } from '../../infra/model/image';
import type { Conduit } from '../kube/network-policy';
import type { Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram, publicUrl } from './factory-plus-program';

/** Half of it is for git itself, which packs beside the server. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [100, 2000], memoryMiB: [256, 1024] };

/** Its group (ACS 6.8.1, acs-service-setup). */
const REQUIREMENT = 'a461ef62-0560-4be2-8d97-1a56916ce4f8';

/** Where its things lie. */
const GIT_PATHS = { data: '/data', repositories: '/data/repo', changed: '/data/changed', logins: '/git-secrets' } as const;

/**
 * Makes what the server finds on its volume at each start: the folder of repositories, and the pipe by which the hook of a push tells what
 * changed. What checkouts for hooks were left by a server that was killed is removed.
 */
const PREPARE = [
  'set -eu',
  'umask 077',
  `mkdir -p ${GIT_PATHS.repositories}`,
  `rm -rf ${GIT_PATHS.data}/checkouts`,
  `rm -f ${GIT_PATHS.changed}`,
  `mkfifo -m 600 ${GIT_PATHS.changed}`,
].join('\n');

/**
 * The Git server of Factory+: a repository of each edge cluster, the Helm charts, and mirrors of external repositories. Its volume is
 * opened to its group by the kubelet, where ACS 6.8.1 has an init container of root.
 */
export class GitServer extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const data: Mount = { name: 'data', path: GIT_PATHS.data, from: { claim: true } };
    const logins = mirrorsWithLogin(central);
    for (const name of logins) {
      requireSecret(this, {
        namespace: CENTRAL_NAMESPACE,
        name: mirrorSecret(name),
        type: 'Opaque',
        keys: [name],
        source: 'given',
        content: { kind: 'other', purpose: `login at the repository that the mirror ${name} copies: USER:PASSWORD` },
      });
    }
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'git',
      containerName: 'git',
      image: IMAGES.acsGit,
      program: ['node', 'bin/git-server.js'],
      client: {
        principal: 'sv1git',
        account: {
          class: CENTRAL_SERVICE_CLASS,
          name: 'Git repository server',
          groups: [REQUIREMENT],
          sparkplug: { group: `${central.contract.organisation}-Service-Core`, node: 'Git' },
        },
      },
      http: true,
      before: [{ name: 'prepare', command: ['sh', '-c', PREPARE], mounts: [data] }],
      env: {
        DATA_CHANGED_FIFO: GIT_PATHS.changed,
        DATA_DIR: GIT_PATHS.data,
        GIT_EXEC_PATH: '/usr/libexec/git-core',
        // git finds there that it runs the hook after each push.
        HOME: '/home/node',
        HTTP_API_URL: publicUrl(central, 'git'),
        NODE_OPTIONS: `--max-old-space-size=${RESOURCES.memoryMiB[1] / 2}`,
        SECRETS_DIR: logins.length > 0 ? GIT_PATHS.logins : undefined,
      },
      // It listens once it has its account and has reached the broker, which takes service-setup.
      health: { port: 8080, startSeconds: 1800 },
      resources: RESOURCES,
      mounts: [
        data,
        ...(logins.length > 0
          ? [
              {
                name: 'logins',
                path: GIT_PATHS.logins,
                from: { together: { configMaps: [], secrets: logins.map(mirrorSecret) } },
              } satisfies Mount,
            ]
          : []),
      ],
      egress: mirrorConduits(central),
      volumeGiB: central.storage.gitGiB,
    });
  }
}

/** To the servers of the external repositories. */
function mirrorConduits({ git }: CentralCluster): Conduit[] {
  const byPeer = new Map<string, Conduit>();
  for (const [, { addresses, url }] of Object.entries(git.mirrors).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const networks = [...addresses].sort();
    const port = portOf(url);
    byPeer.set(JSON.stringify([networks, port]), { peer: { networks }, ports: [port] });
  }
  return [...byPeer.values()];
}
