import type { Construct } from 'constructs';
import { ERP_LINK_PEER, ErpLink } from '../../constructs/edge/erp-link';
import { BACKUP_PEERS, BACKUP_RESOURCES, JobBackup } from '../../constructs/edge/job-backup';
import { databaseResources, JobDatabase } from '../../constructs/edge/job-database';
import { ORCHESTRATOR_PEER } from '../../constructs/edge/job-orchestrator';
import type { Resources } from '../../constructs/kube/pod';
import type { OwnContainer } from '../../infra/model/container';
import type { Jobs } from '../../infra/model/jobs';
import type { Plant } from '../../infra/model/plant';
import { ERP_LINK, JOB_DATABASE } from '../../infra/model/services';
import { planJobDatabase } from '../../infra/placement/job-database';
import { ComponentChart } from './component-chart';

/** The job database, its backups, and what restores them. */
export class JobDatabaseChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, jobs: Jobs) {
    super(scope, JOB_DATABASE.name, 'data');
    const { backups } = jobs.database;
    new JobDatabase(this, 'database', {
      plant,
      jobs,
      clients: [
        ...(jobs.orchestrator ? [ORCHESTRATOR_PEER] : []),
        ...(synchroniserOf(jobs) ? [ERP_LINK_PEER] : []),
        ...('off' in backups ? [] : BACKUP_PEERS),
      ],
    });
    if (!('off' in backups)) new JobBackup(this, 'backup', { plant, jobs, backups });
  }
}

/** The synchroniser of the ERP; applied with the machines, because nothing waits for it. */
export class ErpLinkChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, synchroniser: OwnContainer) {
    super(scope, ERP_LINK.name, 'machines');
    new ErpLink(this, 'link', { plant, synchroniser });
  }
}

/** The charts of a plant's job database and ERP link; none where the plant has no job manager. */
export function jobDatabaseCharts(scope: Construct, plant: Plant): ComponentChart[] {
  const { jobs } = plant;
  if (!jobs) return [];
  const synchroniser = synchroniserOf(jobs);
  return [new JobDatabaseChart(scope, plant, jobs), ...(synchroniser ? [new ErpLinkChart(scope, plant, synchroniser)] : [])];
}

/** What they run, for the quota of their zone. Beside the dump there may be a copy, and a restore that somebody started. */
export function jobDatabaseWorkloads(plant: Plant): { readonly zone: 'jobs'; readonly resources: Resources; readonly pods: number }[] {
  const { jobs } = plant;
  if (!jobs) return [];
  const zone = JOB_DATABASE.zone;
  const { backups } = jobs.database;
  const synchroniser = synchroniserOf(jobs);
  return [
    { zone, resources: databaseResources(jobs), pods: planJobDatabase(plant, jobs).design === 'replica' ? 2 : 1 },
    ...(synchroniser ? [{ zone, resources: synchroniser.resources, pods: 1 }] : []),
    ...('off' in backups
      ? []
      : [
          { zone, resources: BACKUP_RESOURCES.follow, pods: 1 },
          { zone, resources: BACKUP_RESOURCES.run, pods: backups.store ? 4 : 2 },
        ]),
  ];
}

function synchroniserOf({ erp }: Jobs): OwnContainer | undefined {
  return erp && 'synchroniser' in erp ? erp.synchroniser : undefined;
}
