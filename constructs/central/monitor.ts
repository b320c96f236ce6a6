import { Construct } from 'constructs';
import { brokerConnection } from '../../infra/factory-plus/broker-connection';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS, FactoryPlusProgram } from './factory-plus-program';

/** One watch an edge cluster. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [128, 384] };

/** Its group (ACS 6.8.1, acs-service-setup). */
const REQUIREMENT = '1bc3dbca-68fe-48d2-9590-3a528c111827';

/** The Monitor: watches the monitors of the edge clusters, and raises an alert when one is silent. It listens on nothing. */
export class Monitor extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'monitor',
      containerName: 'monitor',
      image: IMAGES.acsMonitor,
      program: ['node', 'bin/central-monitor.js'],
      client: {
        principal: 'sv1monitor',
        account: {
          class: CENTRAL_SERVICE_CLASS,
          name: 'Central Monitor',
          groups: [REQUIREMENT],
          sparkplug: { group: `${central.contract.organisation}-Service-Core`, node: 'Monitor' },
        },
      },
      health: brokerConnection(),
      resources: RESOURCES,
    });
  }
}
