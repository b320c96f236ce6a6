import { summaryOf } from '../clusters';
import { type EstateOptions, openEstate, problemsJson, selectClusters } from '../door';
import { summaryText } from '../summary';
import type { Terminal } from '../terminal';

/** `millwright check`: tells every problem of the estate, and what each cluster is. Returns the exit code. */
export function check(options: EstateOptions, terminal: Terminal): number {
  const checked = openEstate(options, terminal);
  const clusters = checked.ok ? selectClusters(checked, options.only) : [];
  const summaries = clusters.map(summaryOf);
  if (options.json) {
    terminal.out(JSON.stringify({ ok: checked.ok, problems: problemsJson(checked.problems), clusters: summaries }, null, 2));
  } else {
    for (const summary of summaries) terminal.out(summaryText(summary));
    if (!checked.ok) terminal.say('The estate is not in order; nothing can be rendered from it.');
  }
  return checked.ok ? 0 : 1;
}
