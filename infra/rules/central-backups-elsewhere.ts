import type { Rule } from './rule';

/** Backups of a centre may not die with what they are of. */
export const centralBackupsElsewhere: Rule = {
  id: 'central-backups-elsewhere',
  invariant:
    "Backups of a centre lie on storage of their own, or have a copy in a store: those of the KDC and of Git are made on these components' nodes.",
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap(({ name, backups, storage }) => {
      const path = ['centrals', name, 'cluster', 'backups'];
      if ('off' in backups || backups.store || !isWhole(...path) || (backups.class ?? storage.class) !== storage.class) return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: backups.class ?? `class ${storage.class}`,
          message:
            'is the storage of what is backed up: where its volumes lie on nodes, a lost node takes the KDC or Git and their backups',
          remedy: 'state a class of other storage, or a store',
        },
      ];
    }),
};
