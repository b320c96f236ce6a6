import { toToml } from '../formats/toml';
import { readByPlantBroker } from '../model/machine';
import { planGateways } from '../placement/gateways';
import { gatewayConfiguration } from '../telegraf/gateway';
import type { Rule } from './rule';

/** etcd refuses objects above 1.5 MiB and Kubernetes a ConfigMap above 1 MiB (core/v1 MaxSecretSize); room is left for the rest of it. */
export const MAX_CONFIGURATION_BYTES = 1_000_000;

/** A generated configuration must fit into a ConfigMap. */
export const configMapSize: Rule = {
  id: 'config-map-size',
  invariant: 'The configuration of every gateway fits into a ConfigMap.',
  check: ({ plants }) =>
    plants.flatMap((plant) =>
      planGateways(plant).flatMap((gateway) => {
        // A program of the plant's own has none, and that of an edge agent is in the ConfigDB.
        if (gateway.machines.some((machine) => machine.program || !readByPlantBroker(machine))) return [];
        // Certificates that the process trusts stand there twice.
        const files = gateway.machines.flatMap((machine) => machine.files ?? []);
        const fileBytes = files.reduce((sum, { text, trusted }) => sum + Buffer.byteLength(text) * (trusted ? 2 : 1), 0);
        const bytes = Buffer.byteLength(toToml(gatewayConfiguration(plant, gateway))) + fileBytes;
        if (bytes <= MAX_CONFIGURATION_BYTES) return [];
        const points = gateway.machines.reduce((sum, machine) => sum + machine.points.length, 0);
        return [
          {
            path: ['plants', plant.name, 'machines', gateway.machines[0]?.name ?? ''],
            message: `has ${gateway.shared ? `with others in ${gateway.name} ` : ''}${points} data points, and a gateway configuration of ${bytes} bytes; at most ${MAX_CONFIGURATION_BYTES} fit into a ConfigMap`,
            remedy: gateway.shared
              ? 'read fewer points, or give machines a gateway of their own'
              : 'read fewer points, or describe the machine as two',
          },
        ];
      }),
    ),
};
