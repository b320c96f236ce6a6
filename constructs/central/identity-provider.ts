import { Construct } from 'constructs';
import { IDENTITY_PROVIDER_SECRET, identityProviderSecret } from '../../infra/factory-plus/service-setup';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import { DATABASE_SCRIPT, IDENTITY_PROVIDER_DATABASE } from '../../infra/keycloak/database';
import { toJaas } from '../../infra/keycloak/jaas';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentAddress } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { variables } from '../kube/variables';
import { CentralWorkload } from './central-workload';
import { databaseInit, publicUrl } from './factory-plus-program';

/** A Java program, which also builds itself anew at each start. */
const RESOURCES: Resources = { cpuMillis: [250, 2000], memoryMiB: [768, 1536] };

/** User `keycloak` of the image (quay.io/keycloak/keycloak 26). */
const KEYCLOAK_USER = 1000;

/** The Secret with the key of its principal. */
const KEYTABS = 'openid-keytabs';

/** Port on which Keycloak answers how it is, apart from that which people use; no conduit leads there but the kubelet's. */
const MANAGEMENT_PORT = 9000;

/**
 * Where things lie in its container. The user storage of Factory+ reads the key at `/etc/keytabs/client`, because `service-setup` tells it so
 * (acs-service-setup 6.8.1, lib/openid.js).
 */
const PATHS = { program: '/opt/keycloak', copy: '/copy', kerberos: '/config/krb5-conf', keytabs: '/etc/keytabs' } as const;

/** Connections to its database at most; Keycloak 26 takes up to 100. */
const CONNECTIONS = 20;

/**
 * The identity provider: Keycloak with the user storage of Factory+ (acs-keycloak 6.8.1), so that people log in everywhere with the password
 * that the KDC knows. It builds itself anew below `/opt/keycloak` at each start: a copy of it, so that its root stays read-only. It logs in to
 * its database by Kerberos; no password of it exists.
 */
export class IdentityProvider extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const namespace = CENTRAL_NAMESPACE;
    const { realm } = central.contract;
    const labels = { name: 'openid', component: 'configuration' };
    const { name: database, role } = IDENTITY_PROVIDER_DATABASE;
    const configuration = new Configuration(this, 'configuration', {
      name: 'openid',
      namespace,
      labels,
      files: {
        'database.sql': DATABASE_SCRIPT,
        'krb5.conf': toKrb5Conf(centralKerberosConfiguration(central.contract)),
        'login.conf': toJaas({
          pgjdbc: [
            {
              module: 'com.sun.security.auth.module.Krb5LoginModule',
              flag: 'required',
              options: {
                useKeyTab: true,
                keyTab: `${PATHS.keytabs}/client`,
                principal: `${role}@${realm}`,
                storeKey: true,
                doNotPrompt: true,
                refreshKrb5Config: true,
              },
            },
          ],
        }),
      },
    });
    new KerberosKey(this, 'client', {
      namespace,
      name: role,
      labels,
      type: 'Random',
      principal: `${role}@${realm}`,
      secret: { name: KEYTABS, key: 'client', keys: ['client'] },
    });
    const clients = identityProviderSecret(central);
    if (clients) requireSecret(this, clients);
    const files: Mount = { name: 'configuration', path: PATHS.kerberos, from: { configMap: configuration.name } };
    const program = (path: string): Mount => ({ name: 'program', path, from: { scratchMiB: 1024 } });
    const scratch: Mount = { name: 'tmp', path: '/tmp', from: { scratchMiB: 128 } };
    new CentralWorkload(this, 'workload', {
      central,
      name: 'openid',
      podAnnotations: configuration.podAnnotations,
      pod: {
        containerName: 'keycloak',
        image: imageReference(IMAGES.acsKeycloak, central.images.registry),
        args: ['start', '--optimized=false'],
        user: KEYCLOAK_USER,
        before: [
          databaseInit({
            // psql of the image of Auth: that of Keycloak has none.
            image: imageReference(IMAGES.acsAuth, central.images.registry),
            script: `${PATHS.kerberos}/database.sql`,
            database: IDENTITY_PROVIDER_DATABASE,
            kerberos: PATHS.kerberos,
            mounts: [files, { ...scratch, name: 'database-tmp' }],
          }),
          { name: 'copy', command: ['/bin/sh', '-ec'], args: [`cp -R ${PATHS.program}/. ${PATHS.copy}/`], mounts: [program(PATHS.copy)] },
        ],
        env: [
          ...variables({
            JAVA_OPTS_APPEND: [
              `-Djava.security.krb5.conf=${PATHS.kerberos}/krb5.conf`,
              `-Djava.security.auth.login.config=${PATHS.kerberos}/login.conf`,
              '-Djavax.security.auth.useSubjectCredsOnly=false',
            ].join(' '),
            KC_BOOTSTRAP_ADMIN_USERNAME: '_bootstrap',
            // One server has nobody to share its cache with, and opens no port for it.
            KC_CACHE: 'local',
            KC_DB: 'postgres',
            // The driver asks for one, and Kerberos takes its place.
            KC_DB_PASSWORD: '',
            KC_DB_POOL_MAX_SIZE: `${CONNECTIONS}`,
            KC_DB_URL_DATABASE: database,
            KC_DB_URL_HOST: componentAddress('postgres', 'postgres').host,
            KC_DB_URL_PROPERTIES: '?gssEncMode=require&jaasApplicationName=pgjdbc',
            KC_DB_USERNAME: role,
            KC_HEALTH_ENABLED: 'true',
            KC_HOSTNAME: publicUrl(central, 'openid'),
            KC_HTTP_ENABLED: 'true',
            KC_PROXY_HEADERS: 'xforwarded',
          }),
          {
            name: 'KC_BOOTSTRAP_ADMIN_PASSWORD',
            valueFrom: { secretKeyRef: { name: IDENTITY_PROVIDER_SECRET, key: '_bootstrap' } },
          },
        ],
        ports: [
          { name: 'web', port: 8080 },
          { name: 'management', port: MANAGEMENT_PORT },
        ],
        health: { port: MANAGEMENT_PORT, livenessPath: '/health/live', readinessPath: '/health/ready', startSeconds: 600 },
        resources: RESOURCES,
        mounts: [program(PATHS.program), files, { name: 'keytabs', path: PATHS.keytabs, from: { secret: KEYTABS } }, scratch],
        terminationGraceSeconds: 60,
      },
    });
  }
}
