import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import { CentralNamespace } from '../../constructs/central/central-namespace';
import { Historian } from '../../constructs/central/historian';
import { MqttBroker } from '../../constructs/central/mqtt-broker';
import { PlantDataIngester } from '../../constructs/central/plant-data-ingester';
import { PlantPermissions } from '../../constructs/central/plant-permissions';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_BROKER, HISTORIAN, PLANT_DATA_INGESTER } from '../../infra/model/central-services';
import { ComponentChart } from './component-chart';

/** The namespace of the centre, closed, and its priority class. */
export class CentralPlatformChart extends ComponentChart {
  constructor(scope: Construct, central: CentralCluster) {
    super(scope, 'platform', 'platform');
    new CentralNamespace(this, 'namespace', { central });
  }
}

/** The central MQTT broker. */
export class MqttBrokerChart extends ComponentChart {
  constructor(scope: Construct, central: CentralCluster) {
    super(scope, CENTRAL_BROKER.name, 'data');
    new MqttBroker(this, 'broker', { central });
  }
}

/** What Factory+ must know of the plants, so that its broker grants what the contract says. */
export class PermissionsChart extends ComponentChart {
  constructor(scope: Construct, central: CentralCluster) {
    super(scope, 'plant-permissions', 'data');
    new PlantPermissions(this, 'permissions', { central });
  }
}

/** The historian. */
export class HistorianChart extends ComponentChart {
  readonly historian: Historian;

  constructor(scope: Construct, central: CentralCluster) {
    super(scope, HISTORIAN.name, 'data');
    this.historian = new Historian(this, 'historian', { central });
  }
}

/** What makes rows of the historian of what plants send. */
export class IngesterChart extends ComponentChart {
  constructor(scope: Construct, central: CentralCluster, historian: Historian) {
    super(scope, PLANT_DATA_INGESTER.name, 'data');
    new PlantDataIngester(this, 'ingester', { central, historian });
  }
}

/** All charts of a central cluster, in one App of their own. */
export function centralCharts(central: CentralCluster): ComponentChart[] {
  const app = new App();
  const historian = new HistorianChart(app, central);
  return [
    new CentralPlatformChart(app, central),
    new MqttBrokerChart(app, central),
    new PermissionsChart(app, central),
    historian,
    new IngesterChart(app, central, historian.historian),
  ];
}
