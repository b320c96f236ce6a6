import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toldToAgent } from '../../infra/jobs/told';
import { AGENT_COMMON_NAME, type JobAgent as JobAgentSettings } from '../../infra/model/job-agent';
import type { Machine } from '../../infra/model/machine';
import type { Plant } from '../../infra/model/plant';
import { JOB_AGENTS, serviceHost } from '../../infra/model/services';
import { RACK_LABEL } from '../../infra/placement/kube-node';
import { objectLabels, selectorLabels } from '../kube/labels';
import type { Conduit } from '../kube/network-policy';
import { AGENT_COMPONENT, ORCHESTRATOR_PEER } from './job-orchestrator';
import { OwnWorkload } from './own-workload';

/** What {@link JobAgent} takes. */
export interface JobAgentProps {
  readonly plant: Plant;
  readonly machine: Machine;
  readonly agent: JobAgentSettings;
}

/**
 * The job agent of a machine: the plant's own program, which carries out jobs at the machine's controller. The orchestrator reaches it,
 * over TLS with certificates on both sides, and nobody else; it reaches the ports of its machine that it states. One pod, recreated
 * rather than rolled, where the machine's gateway would be.
 */
export class JobAgent extends Construct {
  constructor(scope: Construct, id: string, { plant, machine, agent }: JobAgentProps) {
    super(scope, id);
    const { zone: namespace, port } = JOB_AGENTS;
    const { name, address } = machine;
    const labels = { name, component: AGENT_COMPONENT };
    new OwnWorkload(this, 'workload', {
      plant,
      namespace,
      labels,
      container: agent,
      containerName: 'agent',
      told: toldToAgent(plant, machine),
      ports: [{ name: 'jobs', port }],
      ingress: [{ peer: ORCHESTRATOR_PEER, ports: [port] }],
      egress: agent.commands.map(
        ({ port: commanded, protocol }): Conduit => ({ peer: { networks: [address] }, ports: [commanded], protocol }),
      ),
      // A server only: no broker takes it for a client.
      certificate: { commonName: AGENT_COMMON_NAME, dnsNames: [serviceHost({ name, zone: namespace })], usages: ['server'] },
      priorityClass: 'plant-jobs',
      place: agentPlace(plant, machine),
    });
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        selector: selectorLabels(labels),
        ports: [{ name: 'jobs', port, targetPort: k8s.IntOrString.fromString('jobs'), protocol: 'TCP' }],
      },
    });
  }
}

/** Where an agent may run: at its machine's node or rack, or wherever agents are fewest. */
function agentPlace(plant: Plant, { runsOn, rack }: Machine) {
  if (runsOn !== undefined) {
    const node = plant.nodes.find(({ name }) => name === runsOn);
    if (!node) throw new RangeError(`plant ${plant.name} has no node ${runsOn}`);
    return { node };
  }
  return {
    ...(rack === undefined ? {} : { rack }),
    spread: [RACK_LABEL, 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { 'app.kubernetes.io/component': AGENT_COMPONENT } },
    })),
  };
}
