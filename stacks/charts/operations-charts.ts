import type { Construct } from 'constructs';
import { LogCollector } from '../../constructs/edge/log-collector';
import type { PlantBroker } from '../../constructs/edge/plant-broker';
import { PlantMonitoring } from '../../constructs/edge/plant-monitoring';
import { PortScan } from '../../constructs/edge/port-scan';
import type { Logs } from '../../infra/model/logs';
import { type Monitoring, receiversOf } from '../../infra/model/monitoring';
import type { Plant } from '../../infra/model/plant';
import type { PortScan as PortScanSettings } from '../../infra/model/port-scan';
import { LOG_COLLECTOR, MONITORING, PORT_SCAN } from '../../infra/model/services';
import { ComponentChart } from './component-chart';

/** The log collectors. */
export class LogsChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, logs: Logs) {
    super(scope, LOG_COLLECTOR.name, 'machines');
    new LogCollector(this, 'collector', { plant, logs });
  }
}

/** What watches the plant and pages somebody. */
export class MonitoringChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, monitoring: Monitoring, broker: PlantBroker) {
    super(scope, MONITORING.zone, 'machines');
    new PlantMonitoring(this, 'monitoring', { plant, monitoring, broker });
  }
}

/** A port scan that was asked for. */
export class PortScanChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, scan: PortScanSettings) {
    super(scope, PORT_SCAN.name, 'machines');
    new PortScan(this, 'scan', { plant, scan });
  }
}

/** What looks after a plant without being needed for its data. */
export function operationsCharts(scope: Construct, plant: Plant, broker: PlantBroker): ComponentChart[] {
  return [
    ...(plant.monitoring && receiversOf(plant.monitoring).length > 0 ? [new MonitoringChart(scope, plant, plant.monitoring, broker)] : []),
    ...(plant.logs ? [new LogsChart(scope, plant, plant.logs)] : []),
    ...(plant.portScan ? [new PortScanChart(scope, plant, plant.portScan)] : []),
  ];
}
