import type { AgentState } from '../../../infra/jobs/contract';
import { Agent, type Controller, ControllerAway, type RetentiveArea } from '../../support/jobs/agent';
import { MemoryStore } from '../../support/jobs/memory-store';
import { type AgentClient, Orchestrator } from '../../support/jobs/orchestrator';

const uuid = (n: number) => `22222222-2222-4222-8222-${`${n}`.padStart(12, '0')}`;
const LEASE = { leaseMs: 30_000, holdMs: 10_000 };
const PARAMETERS = { recipe: 'cap', parameters: { count: 1 } };

/** A controller that takes a job whose sequence is higher, and never ends one by itself. */
class Area implements Controller {
  area: RetentiveArea = { memory: 7, sequence: 0, job: null };
  began: string[] = [];
  away = false;

  async read() {
    if (this.away) throw new ControllerAway();
    return this.area;
  }
  async take({ jobId, sequence, digest }: Parameters<Controller['take']>[0]) {
    if (sequence <= this.area.sequence || this.area.job?.state === 'running') return;
    this.began.push(jobId);
    this.area = { memory: 7, sequence, job: { jobId, sequence, digest, state: 'running', progress: 0 } };
  }
  async cancel() {
    this.end('cancelled');
  }
  async hold() {}
  end(state: 'done' | 'cancelled') {
    if (this.area.job) this.area = { ...this.area, job: { ...this.area.job, state } };
  }
}

describe('an agent', () => {
  let now = 1_000;
  let controller: Area;
  let agent: Agent;
  const grant = (epoch: number, fromMs = now) => agent.grant({ instance: uuid(1), epoch, fromMs, leaseMs: 30_000 });
  const dispatch = (n: number, sequence = n, epoch = 1) => agent.dispatch(uuid(100 + n), { epoch, sequence, ...PARAMETERS });

  beforeEach(() => {
    now = 1_000;
    controller = new Area();
    agent = new Agent({ machine: 'press-1', instance: uuid(1), clock: () => now, controller });
  });

  test('commands for the length of its lease, counted from the clock that it told', async () => {
    await expect(dispatch(1)).rejects.toThrow('no-lease');
    await grant(1);
    now += 29_999;
    expect(await dispatch(1)).toMatchObject({ state: 'running', sequence: 1 });
    now += 1;
    expect((await agent.state()).commanding).toBe(false);
    await expect(agent.cancel(uuid(101), { epoch: 1 })).rejects.toThrow('no-lease');
  });

  test('is not lent more time by a grant that was long on its way, or by one of a time to come', async () => {
    const told = (await agent.state()).clockMs;
    now += 29_000;
    await grant(1, told);
    now += 1_000;
    expect(agent.commanding).toBe(false);
    await grant(1, now + 60_000);
    expect(agent.commanding).toBe(false);
  });

  test('refuses what is for another instance or from a former epoch', async () => {
    await grant(2);
    await expect(agent.grant({ instance: uuid(9), epoch: 3, fromMs: now, leaseMs: 30_000 })).rejects.toThrow('other-instance');
    await expect(grant(1)).rejects.toThrow('stale-epoch');
    await expect(dispatch(1, 1, 1)).rejects.toThrow('stale-epoch');
    await expect(dispatch(1, 1, 3)).rejects.toThrow('no-lease');
  });

  test('has its controller begin a job once, however often it is dispatched, and after a start anew', async () => {
    await grant(1);
    await Promise.all([dispatch(1), dispatch(1), dispatch(1)]);
    agent = new Agent({ machine: 'press-1', instance: uuid(1), clock: () => now, controller });
    await grant(1);
    expect(await dispatch(1)).toMatchObject({ jobId: uuid(101), state: 'running' });
    expect(controller.began).toEqual([uuid(101)]);
  });

  test('refuses another content under the same id, an earlier sequence, a second job, and a job that it does not hold', async () => {
    await grant(1);
    await dispatch(2);
    await expect(agent.dispatch(uuid(102), { epoch: 1, sequence: 2, recipe: 'lid', parameters: {} })).rejects.toThrow('content-differs');
    await expect(dispatch(1)).rejects.toThrow('stale-sequence');
    await expect(dispatch(3)).rejects.toThrow('busy');
    await expect(agent.job(uuid(101))).rejects.toThrow('unknown-job');
    controller.end('done');
    expect(await dispatch(3)).toMatchObject({ state: 'running', sequence: 3 });
    expect(controller.began).toEqual([uuid(102), uuid(103)]);
  });

  test('tells that its controller is away, and commands nothing after its lease was ended', async () => {
    await grant(1);
    controller.away = true;
    expect((await agent.state()).controller).toBeNull();
    await expect(dispatch(1)).rejects.toThrow('controller-away');
    controller.away = false;
    await agent.release({ instance: uuid(1), epoch: 1 });
    await expect(dispatch(1)).rejects.toThrow('no-lease');
  });
});

describe('an orchestrator', () => {
  let now = 0;
  let store: MemoryStore;
  let granted: [instance: string, epoch: number][];
  let instance: string;
  let agent: Agent;
  let controller: Area;
  let answers: string[];

  const start = () =>
    Orchestrator.start({
      store,
      machines: () => ['press-1'],
      agent: () => client(),
      publish: async (answer) => void answers.push(`${answer.kind} ${'reason' in answer ? answer.reason : ''}`.trim()),
      clock: () => now,
      now: () => new Date('2026-11-22T08:00:00Z'),
      ...LEASE,
    });
  const client = (): AgentClient => ({
    readState: async (): Promise<AgentState> => ({ ...(await agent.state()), instance }),
    grantLease: async (lease) => {
      granted.push([lease.instance, lease.epoch]);
      return agent.grant({ ...lease, instance: agent.instance });
    },
    dispatchJob: (id, job) => agent.dispatch(id, job),
    cancelJob: (id, cancel) => agent.cancel(id, cancel),
  });
  const times = { issuedAt: '2026-11-22T07:59:00.000Z', expiresAt: '2026-11-22T09:00:00.000Z', issuedBy: 'test' };
  const body = { jobId: uuid(50), machine: 'press-1', ...PARAMETERS };
  const command = { commandId: uuid(60), ...times, kind: 'start-job', body };

  beforeEach(() => {
    now = 0;
    store = new MemoryStore();
    granted = [];
    answers = [];
    instance = uuid(1);
    controller = new Area();
    agent = new Agent({ machine: 'press-1', instance: uuid(1), clock: () => now, controller });
  });

  test('grants another instance a lease only when the former has ended by any clock: lease and hold and one per cent', async () => {
    const orchestrator = await start();
    await orchestrator.attend('press-1');
    instance = uuid(2);
    now = 40_399;
    await orchestrator.attend('press-1');
    expect(granted).toEqual([[uuid(1), 1]]);
    now = 40_400;
    await orchestrator.attend('press-1');
    expect(granted).toEqual([
      [uuid(1), 1],
      [uuid(2), 2],
    ]);
  });

  test('waits as long after its own start, and renews at once the lease of the instance that has it', async () => {
    await (await start()).attend('press-1');
    now = 10_000;
    const next = await start();
    await next.attend('press-1');
    expect(granted).toEqual([
      [uuid(1), 1],
      [uuid(1), 1],
    ]);
    now = 20_000;
    const third = await start();
    instance = uuid(2);
    now = 60_399;
    await third.attend('press-1');
    expect(granted).toHaveLength(2);
    now = 60_400;
    await third.attend('press-1');
    expect(granted).toHaveLength(3);
  });

  test('that was superseded grants nothing, accepts nothing and reports nothing', async () => {
    const former = await start();
    await start();
    await expect(former.attend('press-1')).rejects.toThrow('term 1 is over');
    await expect(former.receive(JSON.stringify(command))).rejects.toThrow('term 1 is over');
    await expect(former.report()).rejects.toThrow('term 1 is over');
    expect(granted).toEqual([]);
  });

  test.each([
    ['accepted', {}],
    ['refused expired', { expiresAt: '2026-11-22T08:00:00.000Z' }],
    ['refused not-yet', { issuedAt: '2026-11-22T08:01:00.001Z' }],
    ['refused lives-too-long', { issuedAt: '2026-11-21T08:59:59.999Z' }],
    ['refused lives-too-long', { expiresAt: '2026-11-22T07:59:00.000Z' }],
    ['refused unknown-machine', { body: { ...body, machine: 'press-9' } }],
    ['refused unknown-job', { kind: 'cancel-job', body: { jobId: uuid(51) } }],
    ['refused malformed', { commandId: 'x' }],
    ['refused malformed', { kind: 'stop-plant' }],
    ['refused malformed', { more: 1 }],
  ])('answers %s to a command with %j, and the same when it comes again', async (answer, change) => {
    const orchestrator = await start();
    for (let i = 0; i < 2; i++) {
      await orchestrator.receive(JSON.stringify({ ...command, ...change }));
      await orchestrator.report();
    }
    expect(answers).toEqual([answer, answer]);
    expect(store.jobs.size).toBe(answer === 'accepted' ? 1 : 0);
  });

  test('refuses a command and a job that differ from those of the same id', async () => {
    const orchestrator = await start();
    const other = { ...body, recipe: 'lid' };
    for (const sent of [command, { ...command, body: other }, { ...command, commandId: uuid(61), body: other }]) {
      await orchestrator.receive(JSON.stringify(sent));
      await orchestrator.report();
    }
    expect(answers).toEqual(['accepted', 'refused command-differs', 'refused job-differs']);
  });

  test('ends a job in doubt, and does not begin it again, when the controller has forgotten its jobs', async () => {
    const orchestrator = await start();
    await orchestrator.receive(JSON.stringify(command));
    await orchestrator.attend('press-1');
    expect(controller.began).toEqual([uuid(50)]);
    controller.area = { memory: 8, sequence: 0, job: null };
    await orchestrator.attend('press-1');
    expect(store.jobs.get(uuid(50))?.state).toBe('failed');
    expect(controller.began).toEqual([uuid(50)]);
  });

  test('ends a job once: what comes later changes nothing', async () => {
    const orchestrator = await start();
    await orchestrator.receive(JSON.stringify(command));
    const at = new Date();
    await store.end(1, uuid(50), 'done', {}, at);
    await store.end(1, uuid(50), 'failed', {}, at);
    expect([store.jobs.get(uuid(50))?.state, store.ends.get(uuid(50))]).toEqual(['done', 1]);
  });
});
