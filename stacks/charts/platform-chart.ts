import type { Construct } from 'constructs';
import { AccessRoles } from '../../constructs/edge/access-roles';
import { PriorityTiers } from '../../constructs/edge/priority-tiers';
import { Zone } from '../../constructs/edge/zone';
import { type ZonedCluster, zonesOf } from '../../infra/model/zone';
import { ComponentChart } from './component-chart';
import type { ZoneWorkload } from './workloads';

/** Zones of an edge cluster with their quotas and closed doors, priority classes, and the roles of people. */
export class PlatformChart extends ComponentChart {
  /** @param workloads everything that runs in its zones */
  constructor(scope: Construct, cluster: ZonedCluster, workloads: readonly ZoneWorkload[]) {
    super(scope, 'platform', 'platform');
    new PriorityTiers(this, 'priorities');
    new AccessRoles(this, 'access', { cluster });
    for (const zone of zonesOf(cluster)) {
      new Zone(this, zone, { cluster, zone, workloads: workloads.filter((workload) => workload.zone === zone) });
    }
  }
}
