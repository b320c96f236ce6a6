import { AGENT_CONFIGURATION_BYTES, agentConfiguration } from '../factory-plus/content-edge-agent';
import type { Json } from '../factory-plus/content-item';
import type { EdgeCluster } from '../model/edge-cluster';
import type { Rule, RuleProblem } from './rule';

/** An edge agent's configuration must be one entry of the ConfigDB. */
export const edgeAgentConfigurationFits: Rule = {
  id: 'edge-agent-configuration-fits',
  invariant: 'The configuration of every edge agent is taken by the ConfigDB.',
  check: ({ plants, softGateways }) => [
    ...plants.flatMap((plant) => tooLarge(['plants', plant.name, 'machines'], plant)),
    ...softGateways.flatMap((cluster) => tooLarge(['softGateways', cluster.name, 'agents'], cluster)),
  ],
};

function tooLarge(path: readonly string[], { name: cluster, machines, contract: { realm } }: EdgeCluster): RuleProblem[] {
  return machines.flatMap(({ name, points, edgeAgent }) => {
    if (!edgeAgent) return [];
    const configuration = edgeAgent.configuration as Readonly<Record<string, Json>>;
    const bytes = Buffer.byteLength(JSON.stringify(agentConfiguration({ realm, cluster, name, configuration })));
    if (bytes <= AGENT_CONFIGURATION_BYTES) return [];
    return [
      {
        path: [...path, name],
        message: `has ${points.length} data points, and a configuration of its edge agent of ${bytes} bytes; the ConfigDB takes at most ${AGENT_CONFIGURATION_BYTES}`,
        remedy: 'read fewer points, give points shorter names, or describe the machine as two',
      },
    ];
  });
}
