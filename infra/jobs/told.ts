import { answerTopic, commandTopic } from '../model/command';
import { milliseconds } from '../model/duration';
import type { Machine } from '../model/machine';
import type { Plant } from '../model/plant';
import { JOB_AGENTS, JOB_DATABASE, JOB_ORCHESTRATOR, MOUNTS, PLANT_BROKER, serviceHost } from '../model/services';
import { AGENTS_FILE } from './agents-file';

/** What an agent is told, as environment variables; docs/jobs.md explains each. */
export function toldToAgent(plant: Pick<Plant, 'name' | 'jobs'>, machine: Pick<Machine, 'name' | 'address'>): Record<string, string> {
  return {
    MILLWRIGHT_PLANT: plant.name,
    MILLWRIGHT_MACHINE: machine.name,
    MILLWRIGHT_CONTROLLER: machine.address,
    MILLWRIGHT_PORT: `${JOB_AGENTS.port}`,
    MILLWRIGHT_TLS: MOUNTS.tls,
    MILLWRIGHT_CALLER: JOB_ORCHESTRATOR.name,
    MILLWRIGHT_HOLD_MS: `${milliseconds(plant.jobs?.hold ?? '10s')}`,
  };
}

/** What the orchestrator is told, as environment variables; docs/jobs.md explains each. */
export function toldToOrchestrator(plant: Pick<Plant, 'name' | 'jobs'>): Record<string, string> {
  return {
    MILLWRIGHT_PLANT: plant.name,
    MILLWRIGHT_TLS: MOUNTS.tls,
    MILLWRIGHT_AGENTS: `${MOUNTS.agents}/${AGENTS_FILE}`,
    MILLWRIGHT_LEASE_MS: `${milliseconds(plant.jobs?.lease ?? '30s')}`,
    MILLWRIGHT_HOLD_MS: `${milliseconds(plant.jobs?.hold ?? '10s')}`,
    MILLWRIGHT_DATABASE: `${serviceHost(JOB_DATABASE)}:${JOB_DATABASE.port}`,
    MILLWRIGHT_DATABASE_LOGIN: MOUNTS.jobDatabaseLogin,
    MILLWRIGHT_BROKER: `mqtts://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`,
    MILLWRIGHT_COMMANDS: commandTopic(plant.name),
    MILLWRIGHT_ANSWERS: answerTopic(plant.name),
  };
}
