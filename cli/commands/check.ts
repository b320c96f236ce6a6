import { type EstateOptions, openEstate, problemsJson, selectPlants } from '../door';
import { summarise, summaryText } from '../summary';
import type { Terminal } from '../terminal';

/** `millwright check`: tells every problem of the estate, and what each plant is. Returns the exit code. */
export function check(options: EstateOptions, terminal: Terminal): number {
  const checked = openEstate(options, terminal);
  const summaries = checked.ok ? selectPlants(checked, options.only).map(summarise) : [];
  if (options.json) {
    terminal.out(JSON.stringify({ ok: checked.ok, problems: problemsJson(checked.problems), plants: summaries }, null, 2));
  } else {
    for (const summary of summaries) terminal.out(summaryText(summary));
    if (!checked.ok) terminal.say('The estate is not in order; nothing can be rendered from it.');
  }
  return checked.ok ? 0 : 1;
}
