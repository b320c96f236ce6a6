import { Construct } from 'constructs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentAddress } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { DATABASE_ADMINISTRATOR, POSTGRES_PATHS, postgresFiles } from '../../infra/postgres/configuration';
import { ACS_MOUNTS } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { Mount, Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { CentralWorkload } from './central-workload';
import { DATABASE_ADMIN_KEYS } from './factory-plus-program';

/** Settings, roles and some ten thousand objects; shared_buffers is 256 MiB of it. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [100, 2000], memoryMiB: [512, 1024] };

/** User and group `postgres` of the image. `peer` logs in the owner of the process by the name that the image has for it. */
export const POSTGRES_USER = 999;

/** The Secret with the key of the server. */
const KEYTABS = 'postgres-keytabs';

/**
 * The database of the Directory, Auth, the ConfigDB and the identity provider: PostgreSQL 16, to which principals log in by Kerberos over
 * connections that it encrypts, and in no other way. ACS 6.8.1 runs it by an operator of its own (Kubegres) that may do much in the whole
 * cluster; one server needs none.
 */
export class Postgres extends Construct {
  readonly workload: CentralWorkload;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const namespace = CENTRAL_NAMESPACE;
    const { realm } = central.contract;
    const labels = { name: 'postgres', component: 'configuration' };
    const configuration = new Configuration(this, 'configuration', {
      name: 'postgres',
      namespace,
      labels,
      files: { 'krb5.conf': toKrb5Conf(centralKerberosConfiguration(central.contract)), ...postgresFiles(central) },
    });
    const { host } = componentAddress('postgres', 'postgres');
    new KerberosKey(this, 'server', {
      namespace,
      name: 'postgres.postgres',
      labels,
      type: 'Random',
      principal: `postgres/${host}@${realm}`,
      secret: { name: KEYTABS, key: 'server', keys: ['server'] },
    });
    new KerberosKey(this, 'administrator', {
      namespace,
      name: DATABASE_ADMIN_KEYS.principal,
      labels,
      type: 'Random',
      principal: `${DATABASE_ADMIN_KEYS.principal}@${realm}`,
      secret: { name: DATABASE_ADMIN_KEYS.secret, key: DATABASE_ADMIN_KEYS.key, keys: [DATABASE_ADMIN_KEYS.key] },
    });
    const paths = POSTGRES_PATHS;
    const data: Mount = { name: 'data', path: paths.volume, from: { claim: true } };
    const files: Mount = { name: 'configuration', path: paths.configuration, from: { configMap: configuration.name } };
    const run: Mount = { name: 'run', path: paths.run, from: { scratchMiB: 1 } };
    const scratch: Mount = { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 16 } };
    const answers = ['pg_isready', '--quiet', `--host=${paths.run}`];
    this.workload = new CentralWorkload(this, 'workload', {
      central,
      name: 'postgres',
      volumeGiB: central.storage.databaseGiB,
      podAnnotations: configuration.podAnnotations,
      pod: {
        containerName: 'postgres',
        image: imageReference(IMAGES.postgres, central.images.registry),
        // Not the image's entry point: see PREPARE_SCRIPT.
        command: ['postgres'],
        args: ['-D', paths.data, '-c', `config_file=${paths.configuration}/postgresql.conf`],
        user: POSTGRES_USER,
        before: [
          {
            name: 'prepare',
            command: ['sh', `${paths.configuration}/prepare.sh`],
            env: variables({
              ADMINISTRATOR: DATABASE_ADMINISTRATOR,
              DATA: paths.data,
              RUN: paths.run,
              SQL: `${paths.configuration}/first-roles.sql`,
            }),
            resources: { cpuMillis: [100, 1000], memoryMiB: [128, 512] },
            mounts: [data, files, run, scratch],
          },
        ],
        env: variables({ KRB5_CONFIG: `${paths.configuration}/krb5.conf` }),
        health: {
          // 1: it recovers from a crash and takes nobody yet, in which nothing may end it. 2: it does not answer.
          liveness: ['sh', '-c', `${answers.join(' ')}; [ $? -le 1 ]`],
          readiness: answers,
          startSeconds: 600,
        },
        resources: RESOURCES,
        mounts: [
          data,
          files,
          run,
          scratch,
          { name: 'keytabs', path: paths.keytabs, from: { secret: KEYTABS } },
          // MIT Kerberos keeps there which tickets a server was shown.
          { name: 'var-tmp', path: ACS_MOUNTS.varScratch, from: { scratchMiB: 16 } },
        ],
        // It writes what it holds in memory before it ends.
        terminationGraceSeconds: 120,
      },
    });
  }
}
