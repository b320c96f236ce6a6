import { GRAFANA_PERMISSIONS, IDENTITY_PROVIDER } from '../factory-plus/service-setup';
import { SPARKPLUG_BUCKET } from '../influxdb/setup';
import { type CentralCluster, componentsOf } from '../model/central-cluster';
import { componentAddress } from '../model/central-components';
import { CENTRAL_MOUNTS } from '../model/central-services';
import { storedSignals } from '../model/rows';
import type { IniConfiguration } from './ini';

/** Where files lie in Grafana's container. */
export const GRAFANA_PATHS = {
  /** Its volume: its own database, and what people make. */
  data: '/var/lib/grafana',
  /** `grafana.ini`, and `datasources/` and `dashboards/` beside it. */
  configuration: '/etc/millwright-grafana',
  dataSources: '/etc/millwright-grafana/provisioning/datasources',
  providers: '/etc/millwright-grafana/provisioning/dashboards',
  dashboards: '/etc/millwright-grafana/dashboards',
  /** User name and password of its own administrator. */
  administrator: '/run/grafana-administrator',
  /** What it encrypts passwords in its database with, as the file `password`. */
  encryption: '/run/grafana-encryption',
  /** Its secret at the identity provider, as the file `grafana`. */
  client: '/run/grafana-client',
} as const;

/** Kinds of data source by the database of the historian that each reads: the id by which dashboards name it. */
export const dataSourceId = (database: string) => `millwright-${database}`;

/**
 * Grafana's settings: it asks nobody outside the centre, and people log in at the identity provider, where Factory+ says who they are. Without
 * one they log in with the password of its own administrator, who may give them accounts.
 */
export function grafanaSettings(central: CentralCluster): IniConfiguration {
  const { tls, domain, certificateAuthority } = central.contract;
  const scheme = tls ? 'https' : 'http';
  const openid = componentsOf(central).includes('openid');
  const realm = `${scheme}://openid.${domain}/realms/${IDENTITY_PROVIDER.realm}/protocol/openid-connect`;
  const url = `${scheme}://grafana.${domain}`;
  return {
    paths: {
      data: GRAFANA_PATHS.data,
      plugins: `${GRAFANA_PATHS.data}/plugins`,
      provisioning: `${GRAFANA_PATHS.configuration}/provisioning`,
    },
    server: { http_port: 8080, root_url: url },
    log: { mode: 'console', level: 'info' },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    news: { news_feed_enabled: false },
    plugins: { preinstall_disabled: true, plugin_admin_enabled: false, public_key_retrieval_disabled: true },
    snapshots: { external_enabled: false },
    security: {
      admin_user: { file: `${GRAFANA_PATHS.administrator}/username` },
      admin_password: { file: `${GRAFANA_PATHS.administrator}/password` },
      secret_key: { file: `${GRAFANA_PATHS.encryption}/password` },
      cookie_secure: tls,
      cookie_samesite: 'lax',
      strict_transport_security: tls,
      disable_gravatar: true,
    },
    users: { allow_sign_up: false, allow_org_create: false },
    auth: {
      disable_login_form: openid,
      // A person is known by a name that the KDC vouches for, and gets a role anew at each login.
      oauth_allow_insecure_email_lookup: openid,
    },
    'auth.anonymous': { enabled: false },
    'auth.basic': { enabled: !openid },
    ...(openid
      ? {
          'auth.generic_oauth': {
            enabled: true,
            name: 'Factory+',
            allow_sign_up: true,
            client_id: 'grafana',
            client_secret: { file: `${GRAFANA_PATHS.client}/grafana` },
            scopes: 'openid profile email',
            use_pkce: true,
            // Accounts of Factory+ have no address of e-mail.
            email_attribute_path: 'preferred_username',
            login_attribute_path: 'preferred_username',
            auth_url: `${realm}/auth`,
            token_url: `${realm}/token`,
            api_url: `${realm}/userinfo`,
            signout_redirect_url: `${realm}/logout?client_id=grafana&post_logout_redirect_uri=${encodeURIComponent(url)}`,
            role_attribute_path: rolePath(),
            role_attribute_strict: true,
            ...(tls && certificateAuthority !== undefined ? { tls_client_ca: `${CENTRAL_MOUNTS.authority}/ca.crt` } : {}),
          },
        }
      : {}),
    // Grafana 12 moves its dashboards into a new store, for good, when they are few; the version after it can be chosen freely so.
    'unified_storage.folders.folder.grafana.app': { autoMigrationThreshold: 1 },
    'unified_storage.dashboards.dashboard.grafana.app': { autoMigrationThreshold: 1 },
  };
}

/** Which role the claim `fp_permissions` gives, as JMESPath; a person without permissions has no such claim. */
function rolePath(): string {
  const may = (permission: string) => `contains(not_null(fp_permissions, ['']), '${permission}')`;
  return `${may(GRAFANA_PERMISSIONS.admin)} && 'Admin' || ${may(GRAFANA_PERMISSIONS.editor)} && 'Editor' || 'Viewer'`;
}

/** Databases of the historian that dashboards read: what plants send, and what Factory+ writes. */
export function grafanaDatabases(central: Pick<CentralCluster, 'contract'>): string[] {
  return [...storedSignals(central.contract.serves).map(({ bucket }) => bucket), SPARKPLUG_BUCKET];
}

/** The data sources, as Grafana provisions them: the historian by InfluxQL, each database one. A file of JSON, which is YAML. */
export function dataSources(central: Pick<CentralCluster, 'contract'>): string {
  const { host, port } = componentAddress('historian', 'https');
  const names: Readonly<Record<string, string>> = { [SPARKPLUG_BUCKET]: 'Sparkplug' };
  const datasources = grafanaDatabases(central).map((database, index) => ({
    name: names[database] ?? `Plants: ${database.replace('plant-', '')}`,
    uid: dataSourceId(database),
    type: 'influxdb',
    access: 'proxy',
    url: `https://${host}:${port}`,
    user: `$__file{${CENTRAL_MOUNTS.historianLogin}/username}`,
    isDefault: index === 0,
    editable: false,
    jsonData: { dbName: database, httpMode: 'GET', tlsAuthWithCACert: true, version: 'InfluxQL' },
    secureJsonData: {
      password: `$__file{${CENTRAL_MOUNTS.historianLogin}/password}`,
      tlsCACert: `$__file{${CENTRAL_MOUNTS.tls}/ca.crt}`,
    },
  }));
  // Data sources of Millwright that are no longer told go; those that people made stay.
  return `${JSON.stringify({ apiVersion: 1, prune: true, datasources }, null, 2)}\n`;
}

/** What Grafana loads dashboards from, as it provisions them. */
export function dashboardProvider(): string {
  const provider = {
    name: 'Millwright',
    type: 'file',
    folder: 'Plants',
    disableDeletion: true,
    allowUiUpdates: false,
    updateIntervalSeconds: 60,
    options: { path: GRAFANA_PATHS.dashboards },
  };
  return `${JSON.stringify({ apiVersion: 1, providers: [provider] }, null, 2)}\n`;
}
