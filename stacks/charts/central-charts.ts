import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import { AdminUi } from '../../constructs/central/admin-ui';
import { Auth } from '../../constructs/central/auth';
import { CentralBackups } from '../../constructs/central/central-backups';
import { CentralNamespace } from '../../constructs/central/central-namespace';
import { CentrePermissions } from '../../constructs/central/centre-permissions';
import { ClusterManager } from '../../constructs/central/cluster-manager';
import { CommandEscalation } from '../../constructs/central/command-escalation';
import { ConfigDb } from '../../constructs/central/configdb';
import { DataAccess } from '../../constructs/central/data-access';
import { DirectoryMqtt, DirectoryWebApi } from '../../constructs/central/directory';
import { Files } from '../../constructs/central/files';
import { GitServer } from '../../constructs/central/git-server';
import { Grafana } from '../../constructs/central/grafana';
import { Historian } from '../../constructs/central/historian';
import { I3x } from '../../constructs/central/i3x';
import { Identity } from '../../constructs/central/identity';
import { IdentityProvider } from '../../constructs/central/identity-provider';
import { Ingress } from '../../constructs/central/ingress';
import { KerberosKeysOperator } from '../../constructs/central/kerberos-keys-operator';
import { Monitor } from '../../constructs/central/monitor';
import { MqttBroker } from '../../constructs/central/mqtt-broker';
import { PlantDataIngester } from '../../constructs/central/plant-data-ingester';
import { Postgres } from '../../constructs/central/postgres';
import { PublicAuthority } from '../../constructs/central/public-authority';
import { ServiceSetup } from '../../constructs/central/service-setup';
import { SparkplugHistorian } from '../../constructs/central/sparkplug-historian';
import { UnsIngester } from '../../constructs/central/uns-ingester';
import { Visualiser } from '../../constructs/central/visualiser';
import { WebApplication } from '../../constructs/central/web-application';
import { FactoryPlusCrds } from '../../constructs/kube/factory-plus-crds';
import { SecretTypesPolicy } from '../../constructs/kube/secret-types-policy';
import { type CentralCluster, componentsOf } from '../../infra/model/central-cluster';
import { type CentralComponentName, componentFacts } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { ComponentChart, type Phase } from './component-chart';
import { centralFluxCharts } from './flux-chart';

/** A chart of the centre: its folder in the tree, and when it is applied. */
interface CentralChartFacts {
  readonly phase: Phase;
  /** The component without which there is no chart. @default - it is always there */
  readonly of?: CentralComponentName;
  readonly make: (chart: Construct, central: CentralCluster) => unknown;
}

type Made = new (scope: Construct, id: string, props: { readonly central: CentralCluster }) => unknown;

/** A component that is one construct, in the chart of its name. */
const one = (Construct: Made, of: CentralComponentName, phase: Phase = 'data'): CentralChartFacts => ({
  phase,
  of,
  make: (chart, central) => new Construct(chart, of, { central }),
});

/** What makes Secrets in the cluster: keys, passwords, and tokens of the historian, which are none of Kubernetes. */
const MAKERS_OF_SECRETS = ['historian-setup', 'kdc', 'krb-keys-operator'] as const satisfies readonly CentralComponentName[];

/** Every chart of a central cluster, by its name. */
const CHARTS: Readonly<Record<string, CentralChartFacts>> = {
  platform: {
    phase: 'platform',
    make(chart, central) {
      new CentralNamespace(chart, 'namespace', { central });
      new FactoryPlusCrds(chart, 'factory-plus');
      for (const name of MAKERS_OF_SECRETS.filter((maker) => componentsOf(central).includes(maker))) {
        new SecretTypesPolicy(chart, `secret-types-${name}`, {
          account: { namespace: CENTRAL_NAMESPACE, name },
          labels: { name, component: componentFacts(name).component },
          types: { only: ['Opaque'] },
        });
      }
      new PublicAuthority(chart, 'public-authority', { central });
    },
  },
  kdc: one(Identity, 'kdc', 'operators'),
  'krb-keys-operator': one(KerberosKeysOperator, 'krb-keys-operator', 'operators'),
  ingress: one(Ingress, 'ingress'),
  postgres: one(Postgres, 'postgres'),
  directory: {
    phase: 'data',
    make(chart, central) {
      new DirectoryWebApi(chart, 'webapi', { central });
      new DirectoryMqtt(chart, 'mqtt', { central });
    },
  },
  auth: one(Auth, 'auth'),
  configdb: one(ConfigDb, 'configdb'),
  mqtt: one(MqttBroker, 'mqtt'),
  'service-setup': {
    phase: 'data',
    make(chart, central) {
      const { configurations: dumps } = new CentrePermissions(chart, 'permissions', { central });
      new ServiceSetup(chart, 'setup', { central, dumps });
    },
  },
  git: one(GitServer, 'git'),
  'cluster-manager': one(ClusterManager, 'cluster-manager'),
  cmdescd: one(CommandEscalation, 'cmdescd'),
  monitor: one(Monitor, 'monitor'),
  files: one(Files, 'files'),
  historian: one(Historian, 'historian'),
  'plant-data-ingester': one(PlantDataIngester, 'plant-data-ingester'),
  'historian-sparkplug': one(SparkplugHistorian, 'historian-sparkplug'),
  'uns-ingester-sparkplug': one(UnsIngester, 'uns-ingester-sparkplug'),
  'data-access': one(DataAccess, 'data-access'),
  i3x: one(I3x, 'i3x'),
  openid: one(IdentityProvider, 'openid'),
  admin: one(AdminUi, 'admin'),
  visualiser: one(Visualiser, 'visualiser'),
  grafana: one(Grafana, 'grafana'),
  'web-application': {
    phase: 'data',
    of: 'web-application',
    make: (chart, central) =>
      central.webApplication && new WebApplication(chart, 'web-application', { central, webApplication: central.webApplication }),
  },
  backups: {
    phase: 'scheduled',
    of: 'kdc-backup',
    make: (chart, { backups, ...central }) =>
      'schedule' in backups && new CentralBackups(chart, 'backups', { central: { ...central, backups }, backups }),
  },
};

/** One component of the centre. */
class CentralComponentChart extends ComponentChart {
  override readonly partOf = 'factory-plus';

  constructor(scope: Construct, central: CentralCluster, name: string, { phase, make }: CentralChartFacts) {
    super(scope, name, phase);
    make(this, central);
  }
}

/** All charts of a central cluster, in one App of their own. */
export function centralCharts(central: CentralCluster): ComponentChart[] {
  const app = new App();
  const present: readonly string[] = componentsOf(central);
  const components = Object.entries(CHARTS)
    .filter(([, { of }]) => of === undefined || present.includes(of))
    .map(([name, facts]) => new CentralComponentChart(app, central, name, facts));
  return [...centralFluxCharts(app, central), ...components];
}
