import { type Signal, signalsOf } from '../model/signal';
import { listed, type Rule } from './rule';

/** Where a plant says that it wants a signal. */
const WANTED_BY: Readonly<Record<Signal, { readonly path: readonly string[]; readonly what: string }>> = {
  'data/v1': { path: ['central'], what: 'production data' },
  'oee/v1': { path: ['central'], what: 'the figures of machines with oee' },
  'logs/v1': { path: ['logs'], what: 'logs' },
  'command/v1': { path: ['jobs', 'orchestrator'], what: 'commands to the job orchestrator' },
};

/** What a plant sends to the centre and takes from it is served there. */
export const centralServes: Rule = {
  id: 'central-serves',
  invariant: 'The central cluster of a plant serves what the plant sends and takes: its data, figures, logs and commands.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { central, serves } = plant.contract;
      if (!isWhole('centrals', central, 'serves')) return [];
      return signalsOf(plant)
        .filter((signal) => !serves.includes(signal))
        .filter((signal) => isWhole('plants', plant.name, ...WANTED_BY[signal].path))
        .map((signal) => ({
          path: ['plants', plant.name, ...WANTED_BY[signal].path],
          message: `needs ${signal} for ${WANTED_BY[signal].what}, and ${central} serves ${listed(serves)} only`,
          remedy: `add ${signal} to centrals.${central}.serves once the centre takes it, or name another centre`,
        }));
    }),
};
