import { AGENT_LOGIN, EDGE_AGENT_PROTOCOL } from '../../model/edge-agent';
import { defineProtocol, type MachineSecret } from '../protocol';
import { edgeAgent } from './agent';
import { deviceOf } from './device';
import { duplicateRule, factoryPlusRules } from './rules';
import { type FactoryPlusMachine, factoryPlusSettings } from './settings';

/**
 * Machines that an edge agent of Factory+ reads: a Sparkplug node that publishes to the central broker by itself. What it reads is said as
 * for the other gateways. What it costs, and what an agent cannot do, is in docs/protocols/factoryplus.md.
 */
export const factoryplus = defineProtocol({
  id: EDGE_AGENT_PROTOCOL,
  title: 'Edge agent of Factory+',
  settings: factoryPlusSettings,
  check: (machine, pathOf) => {
    const device = deviceOf(machine);
    const found = [...device.check(pathOf), ...factoryPlusRules.flatMap((rule) => rule(machine, device, pathOf))];
    // What cannot be read has no place that another could have too.
    return found.some(({ severity }) => severity === 'error') ? found : [...found, ...duplicateRule(machine, device, pathOf)];
  },
  conduits: (machine) => deviceOf(machine).conduits(),
  points: (machine) => deviceOf(machine).points(),
  inputs: () => [],
  secrets,
  edgeAgent,
});

/** The login that the machine asks for, in the Secret of the agent and in the form that the agent reads. */
function secrets(machine: FactoryPlusMachine): MachineSecret[] {
  const { login } = deviceOf(machine);
  if (login === undefined) return [];
  const keys = [AGENT_LOGIN.password, AGENT_LOGIN.username].sort();
  return [{ id: 'login', purpose: login, content: { kind: 'login', purpose: login, inJson: AGENT_LOGIN }, keys }];
}
