import { controllerFacts } from '../controllers';
import { scansOf } from '../reading';
import type { S7Rule } from './rule';

/** The gateway leaves connections of the controller to panels and engineers. A warning: how many there are depends on the CPU. */
export const connectionsRule: S7Rule = ({ settings }, pathOf) => {
  const { connections } = controllerFacts(settings.controller);
  const used = scansOf(settings).map((scan) => scan.name);
  if (used.length <= connections) return [];
  return [
    {
      rule: 's7/connections',
      severity: 'warning',
      path: pathOf('scans'),
      value: used,
      message: `are ${used.length} scan classes with points, and each takes a connection of the controller; an ${settings.controller} should give the gateway at most ${connections}`,
      remedy: 'put the points into fewer scan classes',
    },
  ];
};
