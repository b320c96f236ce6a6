import { takesCommands } from '../model/command';
import { CENTRAL_CLIENTS, type CentralClient } from '../model/edge-services';
import type { Plant } from '../model/plant';
import { COMMAND_RECEIVER, DATA_PUBLISHER, LOG_COLLECTOR } from '../model/services';

/** The zone in which each client of the central broker runs, and with it the Secret with its password. */
export const CENTRAL_CLIENT_ZONES = {
  'command-receiver': COMMAND_RECEIVER.zone,
  'data-publisher': DATA_PUBLISHER.zone,
  'log-collector': LOG_COLLECTOR.zone,
} as const satisfies Record<CentralClient, string>;

/** The programs of a plant that log in at the central broker by themselves, ordered by name. */
export function centralClientsOf(plant: Pick<Plant, 'jobs' | 'logs'>): CentralClient[] {
  const used: Readonly<Record<CentralClient, boolean>> = {
    'command-receiver': takesCommands(plant),
    'data-publisher': true,
    'log-collector': plant.logs !== undefined,
  };
  return CENTRAL_CLIENTS.filter((client) => used[client]);
}
