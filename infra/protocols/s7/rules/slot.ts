import type { Problem } from '../../../model/problem';
import { controllerFacts } from '../controllers';
import { slotOf } from '../settings';
import type { S7Rule } from './rule';

/** Rack and slot are where the CPU of the family sits. A warning: communication processors may answer for another place. */
export const slotRule: S7Rule = ({ settings }, pathOf) => {
  const { slots } = controllerFacts(settings.controller);
  if (!slots) return [];
  const problems: Problem[] = [];
  const slot = slotOf(settings);
  if (!slots.includes(slot)) {
    problems.push({
      rule: 's7/slot',
      severity: 'warning',
      path: pathOf('slot'),
      value: slot,
      message: `is not where the CPU of an ${settings.controller} is; it is in slot ${slots.join(' or ')}`,
      remedy: 'remove the slot unless the hardware configuration says so',
    });
  }
  if (settings.rack !== 0) {
    problems.push({
      rule: 's7/slot',
      severity: 'warning',
      path: pathOf('rack'),
      value: settings.rack,
      message: `is not where the CPU of an ${settings.controller} is; it is in rack 0`,
      remedy: 'remove the rack unless the hardware configuration says so',
    });
  }
  return problems;
};
