import { nearest } from '../model/nearest';
import { signalsOf } from '../model/signal';
import { listed, type Rule } from './rule';

/** The web application of a centre may command plants that there are, and that take commands. */
export const webApplicationCommands: Rule = {
  id: 'web-application-commands',
  invariant:
    'Every plant that the web application of a centre may command is one of that centre, and has a job orchestrator to carry commands out.',
  check: ({ centralClusters, data, isWhole }) =>
    centralClusters.flatMap(({ name: central, webApplication, plants }) =>
      (webApplication?.commands ?? []).flatMap((name, index) => {
        const path = ['centrals', central, 'cluster', 'webApplication', 'commands', index];
        const plant = plants.find((one) => one.name === name);
        if (plant) {
          if (!isWhole('plants', name, 'jobs') || signalsOf(plant).includes('command/v1')) return [];
          return [
            {
              path,
              value: name,
              message: 'takes no commands: it has no job orchestrator',
              remedy: `describe plants.${name}.jobs.orchestrator, or take it from the list`,
            },
          ];
        }
        if (!isWhole('plants')) return [];
        const other = data.plants[name]?.central;
        const names = plants.map((one) => one.name);
        const near = nearest(name, names);
        return [
          {
            path,
            value: name,
            message: other === undefined ? `is no plant; ${central} has ${listed(names)}` : `is a plant of ${other}, not of ${central}`,
            remedy: near === undefined ? 'name a plant of this centre' : `write ${near}, or another plant of this centre`,
          },
        ];
      }),
    ),
};
