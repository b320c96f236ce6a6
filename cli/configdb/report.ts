import type { ConfigDbReport, ItemReport } from './apply';

/** What is done and what a person must know, each with its remedy, in the order in which it is told. */
const WORDS: Readonly<Record<ItemReport['is'], { readonly done: string; readonly would: string; readonly remedy?: string }>> = {
  created: { done: 'created', would: 'would be created' },
  updated: { done: 'updated', would: 'would be updated' },
  removed: { done: 'removed', would: 'would be removed' },
  changed: {
    done: 'changed by a person; left as it is',
    would: 'changed by a person; left as it is',
    remedy: 'To have what the estate says, delete it there and run this with --restore.',
  },
  deleted: {
    done: 'deleted by a person; not put back',
    would: 'deleted by a person; not put back',
    remedy: "--restore puts it back; of the centre's own permissions the next run of service-setup does.",
  },
  left: { done: 'not in the estate any more', would: 'not in the estate any more', remedy: '--prune removes it.' },
  kept: {
    done: 'not in the estate any more, and changed or used by a person; left as it is',
    would: 'not in the estate any more, and changed or used by a person; left as it is',
    remedy: 'Remove it there when nobody needs it.',
  },
  missing: {
    done: 'not there yet',
    would: 'not there yet',
    remedy: 'service-setup makes it when the tree is applied: look at its Job.',
  },
  differs: {
    done: 'not what the tree says',
    would: 'not what the tree says',
    remedy: 'The next run of service-setup sets it back: the centre needs it to start.',
  },
  refused: { done: 'refused', would: 'refused' },
};

const ORDER = Object.keys(WORDS) as ItemReport['is'][];

/** The report for a person. */
export function configDbReportText({ unchanged, items }: ConfigDbReport, dryRun: boolean): string {
  const lines = ORDER.flatMap((is) => {
    const told = items.filter((item) => item.is === is);
    if (told.length === 0) return [];
    const { done, would, remedy } = WORDS[is];
    return [
      `${told.length} ${dryRun ? would : done}:`,
      ...told.map(({ label, path, said }) => `  ${label} (${path})${said === undefined ? '' : `: ${said}`}`),
      ...(remedy === undefined ? [] : [`  ${remedy}`]),
    ];
  });
  return [...lines, `${unchanged} unchanged.`].join('\n');
}

/** Whether nothing is refused or still missing. What a person changed or deleted is in order: he wanted it so. */
export function isInOrder({ items }: ConfigDbReport): boolean {
  return !items.some(({ is }) => is === 'refused' || is === 'missing' || is === 'differs');
}
