import { answerTopic, commandTopic, takesCommands } from '../model/command';
import { dataTopic, plantDataFilter } from '../model/data-topic';
import { readByPlantBroker } from '../model/machine';
import { receiversOf } from '../model/monitoring';
import { oeeTopic, plantOeeFilter, plantOeeStateFilter } from '../model/oee';
import type { Plant } from '../model/plant';
import { COMMAND_RECEIVER, DATA_PUBLISHER, JOB_ORCHESTRATOR, MONITORING, OEE_CALCULATOR } from '../model/services';
import { planGateways } from '../placement/gateways';

/** A client of the plant broker: what its certificate says it is, and what it may do. Everything else is forbidden to it. */
export interface BrokerUser {
  /** Common name of its certificate, which is all of its subject. */
  readonly commonName: string;
  /** MQTT topics that it may publish on; `+` and `#` as in a filter. */
  readonly publish: readonly string[];
  /** MQTT filters that it may subscribe to. */
  readonly subscribe: readonly string[];
}

/** All clients of a plant's broker, ordered by name. */
export function brokerUsers(plant: Plant): BrokerUser[] {
  const reckoned = plant.machines.filter(({ oee }) => oee).map(({ name }) => name);
  const users: BrokerUser[] = [
    {
      commonName: DATA_PUBLISHER.name,
      publish: [],
      subscribe: [plantDataFilter(plant.name), ...(reckoned.length > 0 ? [plantOeeFilter(plant.name)] : [])],
    },
    ...planGateways(plant)
      .filter(({ machines }) => machines.every(readByPlantBroker))
      .map(({ name, machines }) => ({
        commonName: name,
        publish: machines.map((machine) => dataTopic(plant.name, machine.name)),
        subscribe: [],
      })),
  ];
  if (reckoned.length > 0) {
    const states = plantOeeStateFilter(plant.name);
    users.push({
      commonName: OEE_CALCULATOR.name,
      publish: [...reckoned.map((machine) => oeeTopic(plant.name, machine)), states],
      subscribe: [plantDataFilter(plant.name), states],
    });
  }
  if (takesCommands(plant)) {
    const [commands, answers] = [commandTopic(plant.name), answerTopic(plant.name)];
    users.push(
      { commonName: COMMAND_RECEIVER.name, publish: [commands], subscribe: [answers] },
      { commonName: JOB_ORCHESTRATOR.name, publish: [answers], subscribe: [commands] },
    );
  }
  if (receiversOf(plant.monitoring).length > 0) {
    users.push({ commonName: MONITORING.monitor.name, publish: [], subscribe: [plantDataFilter(plant.name)] });
  }
  return users.sort((a, b) => (a.commonName < b.commonName ? -1 : 1));
}
