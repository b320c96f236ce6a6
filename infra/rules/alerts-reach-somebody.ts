import { receiversOf, takesHeartbeat } from '../model/monitoring';
import { overlaps } from '../model/network';
import type { Rule, RuleProblem } from './rule';

/** Alerts that nobody gets are none. */
export const alertsReachSomebody: Rule = {
  id: 'alerts-reach-somebody',
  invariant:
    'Each plant says who is paged, and who notices when it cannot page; receivers are not in the networks of its machines and pods.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant): RuleProblem[] => {
      const path = ['plants', plant.name, 'monitoring'];
      if (!isWhole(...path)) return [];
      if (plant.monitoring === undefined) {
        return [
          {
            severity: 'warning',
            path,
            message: 'is missing: nobody is paged when a machine falls silent, the store fills, a node dies or a certificate ends',
            remedy: 'name receivers, or state { off: true, reason: … }',
          },
        ];
      }
      const receivers = receiversOf(plant.monitoring);
      if (receivers.length === 0) return [];
      const at = [...path, 'receivers'];
      const networks = isWhole('plants', plant.name, 'networks')
        ? ([
            ['machines', plant.networks.machines],
            ['pods', [plant.networks.pods]],
            ['services', [plant.networks.services]],
          ] as const)
        : [];
      return [
        ...(receivers.every(takesHeartbeat)
          ? [{ path: at, message: 'all take the heartbeat alone: nobody gets alerts', remedy: 'add a receiver that takes alerts' }]
          : []),
        ...(receivers.some(takesHeartbeat)
          ? []
          : [
              {
                severity: 'warning' as const,
                path: at,
                message: 'none takes the heartbeat: a plant that cannot page, because it or its link is down, looks like one in order',
                remedy: 'add a webhook with takes: heartbeat, of a service that alarms when none comes',
              },
            ]),
        ...receivers.flatMap(({ name, addresses }) =>
          addresses.flatMap((address, index) =>
            networks.flatMap(([what, own]) =>
              own
                .filter((network) => overlaps(network, address))
                .map((network) => ({
                  path: [...at, name, 'addresses', index],
                  value: address,
                  message: `shares addresses with the network of the ${what}, ${network}, into which Alertmanager would be let`,
                  remedy: 'name the addresses of the receiver alone',
                })),
            ),
          ),
        ),
      ];
    }),
};
