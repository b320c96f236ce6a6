import type { Command } from '../../../infra/jobs/messages';
import { seededRandom } from '../../daemons/support/random';
import { seeds } from '../../support/campaign';
import { simulate } from '../../support/jobs/simulation';

const id = (n: number) => `11111111-1111-4111-8111-${`${n}`.padStart(12, '0')}`;
const times = { issuedAt: '2026-11-22T07:59:00.000Z', expiresAt: '2026-11-23T07:00:00.000Z', issuedBy: 'test' };
const start = (n: number, machine = 'press-1'): Command => ({
  commandId: id(100 + n),
  ...times,
  kind: 'start-job',
  body: { jobId: id(n), machine, recipe: 'cap', parameters: { count: n } },
});
const cancel = (n: number): Command => ({ commandId: id(200 + n), ...times, kind: 'cancel-job', body: { jobId: id(n) } });
const texts = (...commands: Command[]) => commands.map((command) => JSON.stringify(command));

/** What must hold whatever died: each job was executed at most once, ended once, and reported in one way; what was done was executed. */
async function holds(scenario: Parameters<typeof simulate>[0]): Promise<Awaited<ReturnType<typeof simulate>>> {
  const seen = await simulate(scenario);
  expect(seen.conflicts).toEqual([]);
  const ended = new Map<string, Set<string>>();
  for (const text of seen.answers) {
    const answer = JSON.parse(text);
    if (answer.kind === 'ended') ended.set(answer.jobId, (ended.get(answer.jobId) ?? new Set()).add(text));
  }
  for (const { id: jobId, state } of seen.store.jobs.values()) {
    expect([jobId, seen.store.ends.get(jobId)]).toEqual([jobId, 1]);
    expect([jobId, ended.get(jobId)?.size]).toEqual([jobId, 1]);
    const executions = seen.executions.get(jobId) ?? 0;
    if (state === 'done') expect([jobId, executions]).toEqual([jobId, 1]);
    else expect([jobId, state, executions <= 1]).toEqual([jobId, 'cancelled', true]);
  }
  return seen;
}

describe('a job is executed once and reported once', () => {
  const one = { machines: ['press-1'], commands: texts(start(1)), trouble: 0 };

  test('when nothing dies', async () => {
    const seen = await holds({ ...one, chance: seededRandom(1) });
    expect(seen.store.jobs.get(id(1))?.state).toBe('done');
    expect(seen.executions.get(id(1))).toBe(1);
  });

  test('whichever side dies at any one step', async () => {
    const { effects } = await simulate({ ...one, chance: seededRandom(1), dieAt: [] });
    expect(effects).toBeGreaterThan(40);
    for (let at = 0; at < effects; at++) await holds({ ...one, chance: seededRandom(1), dieAt: [at] });
  }, 30_000);

  test('whatever dies, is lost, comes twice, stands still or is replaced while it lives on', async () => {
    const counts = { jobs: 0, cancelled: 0 };
    const tried = seeds(8, 500);
    for (const seed of tried) {
      const commands = texts(start(1), start(2), start(1), cancel(2), start(3, 'press-2'), start(4), cancel(2), start(4));
      const { store } = await holds({ machines: ['press-1', 'press-2'], commands, chance: seededRandom(seed), trouble: 0.3 });
      counts.jobs += store.jobs.size;
      counts.cancelled += [...store.jobs.values()].filter(({ state }) => state === 'cancelled').length;
    }
    expect(counts.jobs).toBe(4 * tried.length);
    expect(counts.cancelled).toBeGreaterThan(1);
  }, 300_000);
});
