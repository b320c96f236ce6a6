import type { Construct } from 'constructs';
import { CommandReceiver } from '../../constructs/edge/command-receiver';
import { JobAgent } from '../../constructs/edge/job-agent';
import { JobOrchestrator } from '../../constructs/edge/job-orchestrator';
import type { PlantBroker } from '../../constructs/edge/plant-broker';
import type { OwnContainer } from '../../infra/model/container';
import type { JobAgent as JobAgentSettings } from '../../infra/model/job-agent';
import type { Machine } from '../../infra/model/machine';
import type { Plant } from '../../infra/model/plant';
import { COMMAND_RECEIVER, JOB_ORCHESTRATOR } from '../../infra/model/services';
import { ComponentChart } from './component-chart';

/** The job orchestrator: among the machines, because a program of the plant's own that does not start must not block gateways. */
export class OrchestratorChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, orchestrator: OwnContainer, broker: PlantBroker) {
    super(scope, JOB_ORCHESTRATOR.name, 'machines');
    new JobOrchestrator(this, 'orchestrator', { plant, orchestrator, broker });
  }
}

/** The command receiver. */
export class CommandReceiverChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, broker: PlantBroker) {
    super(scope, COMMAND_RECEIVER.name, 'machines');
    new CommandReceiver(this, 'receiver', { plant, broker });
  }
}

/** The job agent of one machine. */
export class AgentChart extends ComponentChart {
  constructor(scope: Construct, plant: Plant, machine: Machine, agent: JobAgentSettings) {
    super(scope, `agent-${machine.name}`, 'machines');
    new JobAgent(this, 'agent', { plant, machine, agent });
  }
}

/** What carries out jobs and takes commands in a plant: its orchestrator with the command receiver, and the agents of its machines. */
export function agentCharts(scope: Construct, plant: Plant, broker: PlantBroker): ComponentChart[] {
  const orchestrator = plant.jobs?.orchestrator;
  return [
    ...(orchestrator ? [new OrchestratorChart(scope, plant, orchestrator, broker), new CommandReceiverChart(scope, plant, broker)] : []),
    ...plant.machines.flatMap((machine) => (machine.agent ? [new AgentChart(scope, plant, machine, machine.agent)] : [])),
  ];
}
