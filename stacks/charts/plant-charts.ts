import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import { COMMAND_RECEIVER_PEER } from '../../constructs/edge/command-receiver';
import { DataPublisher } from '../../constructs/edge/data-publisher';
import { ORCHESTRATOR_PEER } from '../../constructs/edge/job-orchestrator';
import { GATEWAY_COMPONENT, MachineGateway } from '../../constructs/edge/machine-gateway';
import { OEE_CALCULATOR_PEER, OeeCalculator } from '../../constructs/edge/oee-calculator';
import { PlantBroker, PUBLISHER_LABELS } from '../../constructs/edge/plant-broker';
import { MONITOR_LABELS } from '../../constructs/edge/plant-monitoring';
import { selectorLabels } from '../../constructs/kube/labels';
import { centralClientsOf } from '../../infra/kerberos/central-clients';
import { takesCommands } from '../../infra/model/command';
import { readByPlantBroker } from '../../infra/model/machine';
import { receiversOf } from '../../infra/model/monitoring';
import type { Plant } from '../../infra/model/plant';
import { DATA_PUBLISHER, MONITORING, OEE_CALCULATOR, PLANT_BROKER } from '../../infra/model/services';
import { type Gateway, planGateways } from '../../infra/placement/gateways';
import { agentCharts } from './agent-charts';
import { ComponentChart } from './component-chart';
import { edgeAgentCharts } from './edge-agent-charts';
import { type Extension, ExtensionChart } from './extension-chart';
import { factoryPlusCharts } from './factory-plus-charts';
import { edgeFluxCharts } from './flux-chart';
import { jobDatabaseCharts } from './job-charts';
import { operationsCharts } from './operations-charts';
import { PlatformChart } from './platform-chart';
import { sealedSecretsCharts } from './sealed-secrets-chart';
import { plantWorkloads } from './workloads';

/** The plant broker. */
export class BrokerChart extends ComponentChart {
  readonly broker: PlantBroker;

  constructor(scope: Construct, plant: Plant) {
    super(scope, PLANT_BROKER.name, 'data');
    this.broker = new PlantBroker(this, 'broker', {
      plant,
      clients: [
        // Every gateway by what it is and not by name, so that a new machine leaves the policy as it was.
        { namespace: 'machines', labels: { 'app.kubernetes.io/component': GATEWAY_COMPONENT } },
        { namespace: DATA_PUBLISHER.zone, labels: selectorLabels(PUBLISHER_LABELS) },
        ...(plant.machines.some(({ oee }) => oee) ? [OEE_CALCULATOR_PEER] : []),
        ...(takesCommands(plant) ? [COMMAND_RECEIVER_PEER, ORCHESTRATOR_PEER] : []),
      ],
      ...(receiversOf(plant.monitoring).length > 0
        ? { monitors: [{ namespace: MONITORING.zone, labels: selectorLabels(MONITOR_LABELS) }] }
        : {}),
    });
  }
}

/** The data publisher. */
export class PublisherChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, broker: PlantBroker) {
    super(scope, DATA_PUBLISHER.name, 'data');
    new DataPublisher(this, 'publisher', { plant, broker });
  }
}

/** The OEE calculator. */
export class OeeChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, broker: PlantBroker) {
    super(scope, OEE_CALCULATOR.name, 'data');
    new OeeCalculator(this, 'calculator', { plant, broker });
  }
}

/** The gateway of one machine, or of those that share one. */
export class MachineChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, gateway: Gateway, broker: PlantBroker) {
    super(scope, gateway.shared ? gateway.name : `machine-${gateway.name}`, 'machines');
    new MachineGateway(this, 'gateway', { plant, gateway, broker });
  }
}

/** All charts of a plant's cluster, in one App of their own. */
export function plantCharts(plant: Plant, extension?: Extension): ComponentChart[] {
  const app = new App();
  const platform = new PlatformChart(app, plant, plantWorkloads(plant));
  const broker = new BrokerChart(app, plant);
  const publisher = new PublisherChart(app, plant, broker.broker);
  const machines = planGateways(plant)
    .filter((gateway) => gateway.machines.every(readByPlantBroker))
    .map((gateway) => new MachineChart(app, plant, gateway, broker.broker));
  return [
    ...edgeFluxCharts(app, plant),
    platform,
    broker,
    publisher,
    ...(plant.machines.some(({ oee }) => oee) ? [new OeeChart(app, plant, broker.broker)] : []),
    ...machines,
    ...edgeAgentCharts(app, plant),
    ...agentCharts(app, plant, broker.broker),
    ...jobDatabaseCharts(app, plant),
    ...operationsCharts(app, plant, broker.broker),
    ...sealedSecretsCharts(app, plant),
    ...factoryPlusCharts(app, plant, centralClientsOf(plant)),
    ...(extension ? [new ExtensionChart(app, plant, extension)] : []),
  ];
}
