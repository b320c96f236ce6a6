import { toToml } from '../formats/toml';
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
      plant.machines.flatMap((machine) => {
        const bytes = Buffer.byteLength(toToml(gatewayConfiguration(plant, machine)));
        if (bytes <= MAX_CONFIGURATION_BYTES) return [];
        return [
          {
            path: ['plants', plant.name, 'machines', machine.name],
            message: `has ${machine.points.length} data points, and a gateway configuration of ${bytes} bytes; at most ${MAX_CONFIGURATION_BYTES} fit into a ConfigMap`,
            remedy: 'read fewer points, or describe the machine as two',
          },
        ];
      }),
    ),
};
