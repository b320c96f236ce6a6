import { Construct } from 'constructs';
import { IDENTITY_PROVIDER_SECRET, identityProviderSecret } from '../../infra/factory-plus/service-setup';
import { dashboardProvider, dataSources, GRAFANA_PATHS, grafanaSettings } from '../../infra/grafana/configuration';
import { plantsDashboard } from '../../infra/grafana/dashboard';
import { toIni } from '../../infra/grafana/ini';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { Configuration } from '../kube/configuration';
import type { Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { CentralWorkload } from './central-workload';
import { accountSecret } from './historian';
import { HISTORIAN_AUTHORITY } from './historian-client';
import { publicAuthority } from './public-authority';

const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 512] };

/** User `grafana` of the image. */
const GRAFANA_USER = 472;

/** Its own administrator, for when nobody can log in at the identity provider. */
const ADMINISTRATOR = 'grafana-administrator';
const ENCRYPTION = 'grafana-encryption';

/** What {@link Grafana} takes. */
export interface GrafanaProps {
  readonly central: CentralCluster;
  /** Further dashboards: file name → JSON of Grafana. @default - none */
  readonly dashboards?: Readonly<Record<string, string>>;
}

/**
 * Grafana 12, on manifests of its own: the chart that ACS 6.8.1 uses gives it the historian's administrator's token, and a sidecar that may read
 * every ConfigMap and Secret of the cluster. Here it reads the historian with an account that may do nothing else, and its dashboards lie in
 * one ConfigMap.
 */
export class Grafana extends Construct {
  constructor(scope: Construct, id: string, { central, dashboards = {} }: GrafanaProps) {
    super(scope, id);
    const namespace = CENTRAL_NAMESPACE;
    const labels = { name: 'grafana', component: 'configuration' };
    const files = (name: string, content: Readonly<Record<string, string>>) =>
      new Configuration(this, name, { name, namespace, labels: { ...labels, name }, files: content });
    const settings = files('grafana', { 'grafana.ini': toIni(grafanaSettings(central)) });
    const sources = files('grafana-data-sources', { 'millwright.yaml': dataSources(central) });
    const providers = files('grafana-dashboard-providers', { 'millwright.yaml': dashboardProvider() });
    const boards = files('grafana-dashboards', { 'machines.json': plantsDashboard(central), ...dashboards });
    const secret = (name: string, username: string, purpose: string) =>
      requireSecret(this, { namespace, name, type: 'Opaque', keys: LOGIN_KEYS, content: { kind: 'password', username, purpose } });
    secret(ADMINISTRATOR, 'administrator', "Grafana's own administrator, for when nobody can log in at the identity provider");
    secret(ENCRYPTION, 'grafana', 'what Grafana encrypts passwords in its database with');
    const clients = identityProviderSecret(central);
    if (clients) requireSecret(this, clients);
    const trust = publicAuthority(central);
    const mounted = (name: string, path: string, from: Mount['from']): Mount => ({ name, path, from });
    new CentralWorkload(this, 'workload', {
      central,
      name: 'grafana',
      volumeGiB: central.storage.dashboardsGiB,
      podAnnotations: {
        ...settings.podAnnotations,
        'millwright/data-sources': sources.digest,
        ...trust.podAnnotations,
      },
      pod: {
        containerName: 'grafana',
        image: imageReference(IMAGES.grafana, central.images.registry),
        // Not the image's entry point, which reads settings from the environment.
        command: ['/usr/share/grafana/bin/grafana', 'server'],
        args: ['--homepath=/usr/share/grafana', `--config=${GRAFANA_PATHS.configuration}/grafana.ini`],
        user: GRAFANA_USER,
        // It answers 503 while it cannot reach its own database.
        health: { port: 8080, readinessPath: '/api/health', startSeconds: 300 },
        resources: RESOURCES,
        mounts: [
          mounted('data', GRAFANA_PATHS.data, { claim: true }),
          { ...mounted('settings', `${GRAFANA_PATHS.configuration}/grafana.ini`, { configMap: settings.name }), file: 'grafana.ini' },
          mounted('data-sources', GRAFANA_PATHS.dataSources, { configMap: sources.name }),
          mounted('dashboard-providers', GRAFANA_PATHS.providers, { configMap: providers.name }),
          mounted('dashboards', GRAFANA_PATHS.dashboards, { configMap: boards.name }),
          mounted('administrator', GRAFANA_PATHS.administrator, { secret: ADMINISTRATOR }),
          mounted('encryption', GRAFANA_PATHS.encryption, { secret: ENCRYPTION }),
          ...(clients
            ? [mounted('client', GRAFANA_PATHS.client, { secret: IDENTITY_PROVIDER_SECRET, items: { grafana: 'grafana' } })]
            : []),
          mounted('historian-login', CENTRAL_MOUNTS.historianLogin, { secret: accountSecret('grafana') }),
          HISTORIAN_AUTHORITY,
          ...trust.mounts,
          mounted('tmp', '/tmp', { scratchMiB: 64 }),
        ],
      },
    });
  }
}
