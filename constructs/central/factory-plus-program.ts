import { Construct } from 'constructs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import { type CentralCluster, componentsOf } from '../../infra/model/central-cluster';
import { type CentralComponentName, componentAddress, servicesOf } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { imageReference } from '../../infra/model/image';
import { serviceHost } from '../../infra/model/services';
import { DATABASE_ADMINISTRATOR } from '../../infra/postgres/configuration';
import type { KerberosAccount } from '../imports/factory-plus';
import { ACS_MOUNTS, ACS_VERBOSE, K5START, NODE_USER, nodeOptions } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { Conduit } from '../kube/network-policy';
import type { FurtherContainer, HardenedPodProps, Mount, Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { CentralWorkload, type CentralWorkloadProps } from './central-workload';
import { publicAuthority } from './public-authority';

/** The Secret with the key of the database's administrator: of what makes a component's database. */
export const DATABASE_ADMIN_KEYS = { secret: 'postgres-admin-keytabs', key: 'dbadmin', principal: DATABASE_ADMINISTRATOR } as const;

/** Class of the accounts of central services (ACS 6.8.1, acs-service-setup). */
export const CENTRAL_SERVICE_CLASS = 'e463b4ae-a322-46cc-8976-4ba76838e908';

/** What {@link FactoryPlusProgram} takes. */
export interface FactoryPlusProgramProps {
  readonly central: CentralCluster;
  readonly name: CentralComponentName;
  /** Name of its container. */
  readonly containerName: string;
  /** One of `IMAGES`. */
  readonly image: string;
  /** What runs once it has a ticket, such as `node bin/authn.js`. */
  readonly program: readonly string[];
  /** Its own variables, beside those that follow from the rest; `undefined` takes one of those away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Variables that come from Secrets. @default - none */
  readonly secretEnv?: HardenedPodProps['env'];
  /**
   * Its principal as a client, without the realm; its account, where `service-setup` does not make it; and whose key it uses, where that
   * is of another component: a principal has one key.
   */
  readonly client: { readonly principal: string; readonly account?: KerberosAccount; readonly keyOf?: CentralComponentName };
  /** Whether it answers HTTP requests with logins by Kerberos: the host is that of its Service. @default false */
  readonly http?: boolean;
  /**
   * Its database, made at its start, and its role there; `madeBy` is the component that makes it, where it does not do so itself.
   * @default - it has none
   */
  readonly database?: { readonly name: string; readonly role: string; readonly madeBy?: CentralComponentName };
  /**
   * Whether the first administrator may do everything there whatever is granted. Only what `service-setup` writes to before anything can
   * be granted needs it; ACS 6.8.1 states it at every service. @default false
   */
  readonly administratorOverrides?: boolean;
  /** Runs before it, after its database is made. @default - nothing */
  readonly before?: readonly FurtherContainer[];
  /** Runs beside it. @default - nothing */
  readonly beside?: readonly FurtherContainer[];
  /** @default - of what answers HTTP, that it accepts connections: without a login every path answers 401 */
  readonly health?: HardenedPodProps['health'];
  readonly resources: Resources;
  /** What it sees beside keys, configuration and scratch. @default - nothing */
  readonly mounts?: readonly Mount[];
  /** Files beside `krb5.conf` in its configuration, mounted at {@link ACS_MOUNTS}.kerberos. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  readonly volumeGiB?: CentralWorkloadProps['volumeGiB'];
  /** What it reaches beside what the table of components says. @default - nothing */
  readonly egress?: readonly Conduit[];
  readonly user?: number;
}

/** URL of a component inside the cluster. */
export function internalUrl(name: CentralComponentName): string {
  return `http://${componentAddress(name, 'web').host}`;
}

/** URL of a component by its public name. */
export function publicUrl({ contract }: CentralCluster, host: string): string {
  return `${contract.tls ? 'https' : 'http'}://${host}.${contract.domain}`;
}

/** Where the identity provider says of itself what services need; empty where there is none: then no token of it is taken. */
export function discoveryUrl(central: CentralCluster): string {
  if (!componentsOf(central).includes('openid')) return '';
  return `${publicUrl(central, 'openid')}/realms/factory_plus/.well-known/openid-configuration`;
}

/**
 * A program of Factory+ (ACS 6.8.1) that acts under a principal of its own: k5start gets its ticket with its keytab, then runs it. Its keys
 * are in a Secret of its own, `NAME-keytabs`, where the chart of ACS gives most components the keys of all.
 */
export class FactoryPlusProgram extends Construct {
  readonly workload: CentralWorkload;
  /** Its configuration: `krb5.conf` and its own files. */
  readonly configuration: Configuration;

  constructor(scope: Construct, id: string, props: FactoryPlusProgramProps) {
    super(scope, id);
    const { central, name, client, http = false, database } = props;
    const { realm, domain } = central.contract;
    const namespace = CENTRAL_NAMESPACE;
    if (http && client.keyOf) throw new RangeError(`${name} answers requests, which takes keys of its own`);
    const secret = `${client.keyOf ?? name}-keytabs`;
    const keys = ['client', ...(http ? ['server'] : [])];
    const service = Object.keys(servicesOf(name))[0] ?? name;
    const host = serviceHost({ name: service, zone: namespace });
    const image = imageReference(props.image, central.images.registry);

    const labels = { name, component: 'configuration' };
    this.configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels,
      files: { 'krb5.conf': toKrb5Conf(centralKerberosConfiguration(central.contract)), ...props.files },
    });
    if (!client.keyOf) {
      new KerberosKey(this, 'client', {
        namespace,
        name: client.principal,
        labels,
        type: 'Random',
        principal: `${client.principal}@${realm}`,
        secret: { name: secret, key: 'client', keys },
        ...(client.account ? { account: client.account } : {}),
      });
    }
    if (http) {
      new KerberosKey(this, 'server', {
        namespace,
        name: `http.${service}`,
        labels,
        type: 'Random',
        principal: `HTTP/${host}@${realm}`,
        additionalPrincipals: [`HTTP/${service}.${domain}@${realm}`],
        secret: { name: secret, key: 'server', keys },
      });
    }
    const kerberos: Mount[] = [
      { name: 'configuration', path: ACS_MOUNTS.kerberos, from: { configMap: this.configuration.name } },
      {
        name: 'keytabs',
        path: ACS_MOUNTS.keytabs,
        from: { secret, items: Object.fromEntries((client.keyOf ? ['client'] : keys).map((key) => [key, key])) },
      },
      { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 64 } },
    ];
    const trust = publicAuthority(central);
    const [interpreter] = props.program;
    const env: Record<string, string | undefined> = {
      ...trust.env,
      DIRECTORY_URL: internalUrl('directory-webapi'),
      KRB5_CONFIG: `${ACS_MOUNTS.kerberos}/krb5.conf`,
      VERBOSE: ACS_VERBOSE,
      ...(http
        ? {
            HOSTNAME: host,
            OIDC_DISCOVERY_URL: discoveryUrl(central),
            PORT: '8080',
            REALM: realm,
            SERVER_KEYTAB: `${ACS_MOUNTS.keytabs}/server`,
          }
        : {}),
      ...(interpreter === 'node' ? nodeOptions(props.resources.memoryMiB[1]) : {}),
      ...(database
        ? {
            PGDATABASE: database.name,
            PGGSSENCMODE: 'require',
            PGHOST: componentAddress('postgres', 'postgres').host,
            PGUSER: database.role,
          }
        : {}),
      ...(props.administratorOverrides ? { ROOT_PRINCIPAL: `admin@${realm}` } : {}),
      ...props.env,
    };
    const health = props.health ?? (http ? { port: 8080, startSeconds: 300 } : undefined);
    this.workload = new CentralWorkload(this, 'workload', {
      central,
      name,
      ...(props.volumeGiB === undefined ? {} : { volumeGiB: props.volumeGiB }),
      ...(props.egress ? { egress: props.egress } : {}),
      podAnnotations: { ...this.configuration.podAnnotations, ...trust.podAnnotations },
      pod: {
        containerName: props.containerName,
        image,
        command: [K5START, '-Uf', `${ACS_MOUNTS.keytabs}/client`],
        args: [...props.program],
        user: props.user ?? NODE_USER,
        before: [
          ...(database && database.madeBy === undefined
            ? [
                databaseInit({
                  image,
                  script: '/home/node/app/sql/migrate.sql',
                  database,
                  kerberos: ACS_MOUNTS.kerberos,
                  mounts: kerberos.filter((mount) => mount.name !== 'keytabs'),
                }),
              ]
            : []),
          ...(props.before ?? []),
        ],
        ...(props.beside ? { beside: props.beside } : {}),
        env: [...variables(env), ...(props.secretEnv ?? [])],
        ...(health ? { health } : {}),
        resources: props.resources,
        mounts: [
          ...kerberos,
          ...trust.mounts,
          // MIT Kerberos keeps there which tickets a server was shown.
          ...(http ? [{ name: 'var-tmp', path: ACS_MOUNTS.varScratch, from: { scratchMiB: 16 } } satisfies Mount] : []),
          ...(props.mounts ?? []),
        ],
      },
    });
  }
}

/** What {@link databaseInit} takes. */
export interface DatabaseInitProps {
  /** Image with k5start and psql. */
  readonly image: string;
  /** Path of the script, which takes the variables SRV_DATABASE and SRV_USER. */
  readonly script: string;
  readonly database: { readonly name: string; readonly role: string };
  /** Where `krb5.conf` lies. */
  readonly kerberos: string;
  /** What it sees beside the administrator's key. */
  readonly mounts: readonly Mount[];
}

/** Makes a component's database and role as the database's administrator, or brings its tables to their version. */
export function databaseInit({ image, script, database, kerberos, mounts }: DatabaseInitProps): FurtherContainer {
  return {
    name: 'db-init',
    image,
    command: [K5START, '-Uf', `${ACS_MOUNTS.keytabs}/${DATABASE_ADMIN_KEYS.key}`, '/usr/local/bin/psql'],
    args: ['-w', '-q', '-X', '-f', script],
    env: variables({
      KRB5_CONFIG: `${kerberos}/krb5.conf`,
      PGDATABASE: 'postgres',
      PGGSSENCMODE: 'require',
      PGHOST: componentAddress('postgres', 'postgres').host,
      PGUSER: DATABASE_ADMIN_KEYS.principal,
      SRV_DATABASE: database.name,
      SRV_USER: database.role,
    }),
    user: NODE_USER,
    mounts: [...mounts, { name: 'admin-keytabs', path: ACS_MOUNTS.keytabs, from: { secret: DATABASE_ADMIN_KEYS.secret } }],
  };
}
