import { Construct } from 'constructs';
import { AGENTS_FILE, agentsFile } from '../../infra/jobs/agents-file';
import { toldToOrchestrator } from '../../infra/jobs/told';
import type { OwnContainer } from '../../infra/model/container';
import type { Plant } from '../../infra/model/plant';
import { JOB_AGENTS, JOB_DATABASE, JOB_ORCHESTRATOR, MOUNTS } from '../../infra/model/services';
import { Configuration } from '../kube/configuration';
import { selectorLabels } from '../kube/labels';
import type { Peer } from '../kube/network-policy';
import { OwnWorkload } from './own-workload';
import type { PlantBroker } from './plant-broker';

/** Label `component` of every agent: what the orchestrator reaches. */
export const AGENT_COMPONENT = 'job-agent';

const LABELS = { name: JOB_ORCHESTRATOR.name, component: 'job-orchestrator' } as const;

/** The orchestrator's pods, for the conduits of those that it connects to. */
export const ORCHESTRATOR_PEER: Peer = { namespace: JOB_ORCHESTRATOR.zone, labels: selectorLabels(LABELS) };

/** Secret with its user name and password at the job database. */
export const ORCHESTRATOR_DATABASE_LOGIN = `${JOB_DATABASE.name}-orchestrator`;

/** What {@link JobOrchestrator} takes. */
export interface JobOrchestratorProps {
  readonly plant: Plant;
  readonly orchestrator: OwnContainer;
  readonly broker: PlantBroker;
}

/**
 * The job orchestrator: the plant's own program, which has agents carry out jobs. One pod; it reaches agents, the job database and the
 * plant broker, and nobody reaches it. It may move to any node: what it must not forget is in the job database.
 */
export class JobOrchestrator extends Construct {
  constructor(scope: Construct, id: string, { plant, orchestrator, broker }: JobOrchestratorProps) {
    super(scope, id);
    const { name, zone: namespace } = JOB_ORCHESTRATOR;
    // No digest on the pod: the program reads the file again when it changes, so that a new machine stops no other.
    const agents = new Configuration(this, 'agents', {
      name: 'job-agents',
      namespace,
      labels: LABELS,
      files: { [AGENTS_FILE]: agentsFile(plant) },
    });
    new OwnWorkload(this, 'workload', {
      plant,
      namespace,
      labels: LABELS,
      container: orchestrator,
      containerName: 'orchestrator',
      told: toldToOrchestrator(plant),
      ingress: [],
      egress: [
        { peer: { namespace: JOB_AGENTS.zone, labels: { 'app.kubernetes.io/component': AGENT_COMPONENT } }, ports: [JOB_AGENTS.port] },
        {
          peer: { namespace: JOB_DATABASE.zone, labels: { 'app.kubernetes.io/name': JOB_DATABASE.name } },
          ports: [JOB_DATABASE.port],
        },
        { peer: broker.peer, ports: [broker.port] },
      ],
      certificate: { commonName: name, dnsNames: [], usages: ['client'] },
      mounts: [
        { name: 'agents', path: MOUNTS.agents, from: { configMap: agents.name } },
        { name: 'database-login', path: MOUNTS.jobDatabaseLogin, from: { secret: ORCHESTRATOR_DATABASE_LOGIN } },
      ],
      priorityClass: 'plant-jobs',
    });
  }
}
