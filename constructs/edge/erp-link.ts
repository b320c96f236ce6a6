import { Construct } from 'constructs';
import type { OwnContainer } from '../../infra/model/container';
import type { Plant } from '../../infra/model/plant';
import { ERP_LINK, JOB_DATABASE, MOUNTS, serviceHost } from '../../infra/model/services';
import { DATABASE } from '../../infra/mysql/schema';
import { selectorLabels } from '../kube/labels';
import type { Peer } from '../kube/network-policy';
import { requireSecret } from '../kube/requirements';
import { databaseLogin, JOB_DATABASE_PEER } from './job-database';
import { OwnWorkload } from './own-workload';

const LABELS = { name: ERP_LINK.name, component: ERP_LINK.name } as const;

/** The synchroniser's pods, for the conduits of the database. */
export const ERP_LINK_PEER: Peer = { namespace: ERP_LINK.zone, labels: selectorLabels(LABELS) };

/** What {@link ErpLink} takes. */
export interface ErpLinkProps {
  readonly plant: Plant;
  readonly synchroniser: OwnContainer;
}

/**
 * The ERP link: somebody else's program that carries orders into the exchange tables and reports out of them. It reaches the database, as
 * a user that sees those tables alone, and the addresses that the model names.
 */
export class ErpLink extends Construct {
  constructor(scope: Construct, id: string, { plant, synchroniser }: ErpLinkProps) {
    super(scope, id);
    const login = databaseLogin('erp');
    requireSecret(this, login);
    new OwnWorkload(this, 'workload', {
      plant,
      namespace: ERP_LINK.zone,
      labels: LABELS,
      container: synchroniser,
      containerName: 'synchroniser',
      told: {
        MILLWRIGHT_CA_FILE: `${MOUNTS.tls}/ca.crt`,
        MILLWRIGHT_DATABASE_HOST: serviceHost(JOB_DATABASE),
        MILLWRIGHT_DATABASE_LOGIN: MOUNTS.jobDatabaseLogin,
        MILLWRIGHT_DATABASE_NAME: DATABASE,
        MILLWRIGHT_DATABASE_PORT: String(JOB_DATABASE.port),
        MILLWRIGHT_PLANT: plant.name,
      },
      ingress: [],
      egress: [{ peer: JOB_DATABASE_PEER, ports: [JOB_DATABASE.port] }],
      certificate: { commonName: ERP_LINK.name, dnsNames: [], usages: ['client'] },
      mounts: [{ name: 'database-login', path: MOUNTS.jobDatabaseLogin, from: { secret: login.name } }],
      priorityClass: 'plant-jobs',
    });
  }
}
