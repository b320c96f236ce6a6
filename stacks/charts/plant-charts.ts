import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import { AccessRoles } from '../../constructs/edge/access-roles';
import { DataPublisher, PUBLISHER_RESOURCES } from '../../constructs/edge/data-publisher';
import { GATEWAY_COMPONENT, GATEWAY_RESOURCES, MachineGateway } from '../../constructs/edge/machine-gateway';
import { BROKER_RESOURCES, PlantBroker, PUBLISHER_LABELS } from '../../constructs/edge/plant-broker';
import { PriorityTiers } from '../../constructs/edge/priority-tiers';
import { Zone } from '../../constructs/edge/zone';
import { selectorLabels } from '../../constructs/kube/labels';
import type { Machine } from '../../infra/model/machine';
import type { Plant } from '../../infra/model/plant';
import { DATA_PUBLISHER, PLANT_BROKER } from '../../infra/model/services';
import { ZONE_NAMES, type Zone as ZoneName } from '../../infra/model/zone';
import { planBroker } from '../../infra/placement/broker';
import { ComponentChart } from './component-chart';
import { type Extension, ExtensionChart } from './extension-chart';

/** Zones with their quotas and closed doors, priority classes, and the roles of people. */
export class PlatformChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant) {
    super(scope, 'platform', 'platform');
    const workloads = {
      machines: [{ resources: GATEWAY_RESOURCES, pods: plant.machines.length }],
      messaging: [{ resources: BROKER_RESOURCES, pods: planBroker(plant).replicas }],
      uplink: [{ resources: PUBLISHER_RESOURCES, pods: 1 }],
    } satisfies Record<ZoneName, unknown>;
    new PriorityTiers(this, 'priorities');
    new AccessRoles(this, 'access', { plant });
    for (const zone of ZONE_NAMES) new Zone(this, zone, { plant, zone, workloads: workloads[zone] });
  }
}

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
      ],
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

/** The gateway of one machine. */
export class MachineChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, machine: Machine, broker: PlantBroker) {
    super(scope, `machine-${machine.name}`, 'machines');
    new MachineGateway(this, 'gateway', { plant, machine, broker });
  }
}

/** All charts of a plant's cluster, in one App of their own. */
export function plantCharts(plant: Plant, extension?: Extension): ComponentChart[] {
  const app = new App();
  const platform = new PlatformChart(app, plant);
  const broker = new BrokerChart(app, plant);
  const publisher = new PublisherChart(app, plant, broker.broker);
  const machines = plant.machines.map((machine) => new MachineChart(app, plant, machine, broker.broker));
  return [platform, broker, publisher, ...machines, ...(extension ? [new ExtensionChart(app, plant, extension)] : [])];
}
