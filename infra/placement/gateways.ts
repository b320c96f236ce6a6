import { type Machine, readByPlantBroker } from '../model/machine';
import type { Plant } from '../model/plant';

/** One pod that reads machines: the gateway of a machine, or of all machines of a group. */
export interface Gateway {
  /** Name of its objects, and its user on the plant broker: the machine's, or `<node>-gateways`, `<rack>-gateways`. */
  readonly name: string;
  /** At least one, ordered by name. */
  readonly machines: readonly Machine[];
  /** Whether it is one that machines share. */
  readonly shared: boolean;
  /** Node that it must run on. */
  readonly runsOn?: string;
  /** Rack whose nodes may run it. */
  readonly rack?: string;
}

/** Name of the gateway that the machines of a node or rack share. */
export function sharedGatewayName(place: string): string {
  return `${place}-gateways`;
}

/**
 * The gateways of a plant, ordered by name: one for each machine, or one for the machines that state the same node or rack where
 * `gateways` says so. A gateway of the plant's own making always has one machine, and so has an edge agent.
 *
 * @param plant a plant; or a cluster of soft gateways, where each has its own
 */
export function planGateways(plant: Pick<Plant, 'machines'> & Partial<Pick<Plant, 'gateways'>>): Gateway[] {
  const gateways = new Map<string, Gateway>();
  for (const machine of plant.machines) {
    const { name, runsOn, rack } = machine;
    const place =
      machine.program || !readByPlantBroker(machine)
        ? undefined
        : plant.gateways === 'node'
          ? runsOn
          : plant.gateways === 'rack' && !runsOn
            ? rack
            : undefined;
    const where = { ...(runsOn === undefined ? {} : { runsOn }), ...(rack === undefined ? {} : { rack }) };
    if (place === undefined) {
      gateways.set(`machine ${name}`, { name, machines: [machine], shared: false, ...where });
      continue;
    }
    const others = gateways.get(place)?.machines ?? [];
    gateways.set(place, {
      name: sharedGatewayName(place),
      machines: [...others, machine],
      shared: true,
      ...(plant.gateways === 'node' ? { runsOn: place } : { rack: place }),
    });
  }
  return [...gateways.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
