import type { DataPoint } from '../../../infra/model/data-point';
import { calendarSchema, oeeBytesPerSecond, oeeProblems, oeeSchema, resolveOee } from '../../../infra/model/oee';
import { problemText } from '../../../infra/model/problem';
import { isTimeZone } from '../../../infra/model/time-zones';
import { found, minimalWith } from '../rules/found';

const point = (name: string, valueType: DataPoint['valueType'], scanMs = 1_000): DataPoint => ({
  name,
  valueType,
  sourceType: valueType,
  scanMs,
});
const POINTS = [
  point('state', 'integer'),
  point('strokes', 'integer'),
  point('rejects', 'real'),
  point('mode', 'string', 30_000),
  point('on', 'boolean'),
];
const OEE = {
  state: { point: 'state', running: [2], plannedStops: [0], unplannedStops: [3] },
  total: { point: 'strokes' },
  rejected: { point: 'rejects' },
  idealCycle: '6s',
};

const problems = (change: object) =>
  oeeProblems(oeeSchema.parse({ ...OEE, ...change }), POINTS, (...steps) => ['machineTypes', 'press', ...steps]).map(problemText);

describe('what a machine’s figures are computed from', () => {
  test.each([
    ['a state without a running value', { state: { point: 'state', running: [] } }, 'state.running'],
    ['a value of a state that is a fraction', { state: { point: 'state', running: [1.5] } }, 'state.running.0'],
    ['an ideal cycle of nothing', { idealCycle: '0s' }, 'idealCycle'],
    ['an ideal cycle below nothing', { idealCycle: '-1s' }, 'idealCycle'],
    ['an ideal cycle of more than a day', { idealCycle: '2d' }, 'idealCycle'],
    ['a counter of one value', { total: { point: 'strokes', wraps: 1 } }, 'total.wraps'],
    ['no total', { total: undefined }, 'total'],
  ])('%s is refused', (_, change, path) => {
    expect(oeeSchema.safeParse({ ...OEE, ...change }).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  test.each([
    [
      'a point that does not exist',
      { total: { point: 'parts' } },
      'machineTypes.press.oee.total.point: "parts" is not a data point of this machine; it has mode, on, rejects, state, strokes; name one that exists, or describe it under points',
    ],
    [
      'a counter that is a text',
      { rejected: { point: 'mode' } },
      'machineTypes.press.oee.rejected.point: "mode" is of type string, and a counter is a number; name another point',
    ],
    [
      'a state that is a measured value',
      { state: { ...OEE.state, point: 'rejects' }, rejected: undefined },
      'machineTypes.press.oee.state.point: "rejects" is of type real, and a state is a whole number, a boolean or a text; name another point',
    ],
    [
      'a point in two places',
      { rejected: { point: 'strokes' } },
      'machineTypes.press.oee.rejected.point: "strokes" is the point of total already; name another point',
    ],
    [
      'a value in two lists',
      { state: { ...OEE.state, unplannedStops: [3, 2] } },
      'machineTypes.press.oee.state.unplannedStops[1]: 2 is among running already; leave it in one list',
    ],
    [
      'a value of another kind',
      { state: { ...OEE.state, plannedStops: [0, 'off'] } },
      'machineTypes.press.oee.state.plannedStops[1]: "off" is no value of state, which is of type integer; write a number, or name another point',
    ],
    [
      'rejected and good parts together',
      { good: { point: 'on' } },
      [
        'machineTypes.press.oee.good.point: "on" is of type boolean, and a counter is a number; name another point',
        'machineTypes.press.oee.good: stands beside rejected, and one of the two tells the other; remove one of them',
      ],
    ],
  ])('%s is told', (_, change, message) => {
    expect(problems(change)).toEqual([message].flat());
  });

  test('the typical use is no problem', () => {
    expect(problems({})).toEqual([]);
  });

  test('is resolved: values as texts in order, a reading holds for three scans but at least three seconds', () => {
    expect(resolveOee(oeeSchema.parse(OEE), POINTS)).toEqual({
      state: 'state',
      classes: [
        ['0', 'planned'],
        ['2', 'running'],
        ['3', 'unplanned'],
      ],
      holdSeconds: 3,
      total: { point: 'strokes' },
      defects: { point: 'rejects', counts: 'rejected' },
      idealCycleMs: 6_000,
    });
    const state = (change: object) => ({ ...OEE, state: { ...OEE.state, plannedStops: [], unplannedStops: [], ...change } });
    expect(resolveOee(oeeSchema.parse(state({ point: 'mode', running: ['b', 'B'] })), POINTS)).toMatchObject({
      classes: [
        ['B', 'running'],
        ['b', 'running'],
      ],
      holdSeconds: 90,
    });
    const flag = resolveOee(oeeSchema.parse(state({ point: 'on', running: [true], plannedStops: [false], holds: '1500ms' })), POINTS);
    expect(flag).toMatchObject({
      classes: [
        ['False', 'planned'],
        ['True', 'running'],
      ],
      holdSeconds: 2,
    });
  });

  test('stands in the machine type, and where a machine differs the mistake stands with the machine; null takes it away', () => {
    // biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
    const estate = (machine: any) =>
      minimalWith((estate) => {
        estate.machineTypes.press.oee = { ...OEE, rejected: undefined };
        estate.machineTypes.press.points = {
          state: { address: 'DB10.DBW0', type: 'INT' },
          strokes: { address: 'DB10.DBD2', type: 'UDINT' },
        };
        estate.plants.york.machines['press-1'] = { type: 'press', address: '10.20.1.11', ...machine };
      });
    expect(found('oee', estate({}))).toEqual([]);
    expect(found('oee', estate({ differs: { points: { strokes: null } } }))).toEqual([
      'error: plants.york.machines.press-1.differs.oee.total.point: "strokes" is not a data point of this machine; it has state; name one that exists, or describe it under points',
    ]);
    expect(found('oee', estate({ differs: { points: { strokes: null }, oee: null } }))).toEqual([]);
  });
});

describe('days and shifts of a plant', () => {
  test.each([
    ['a time zone that is none', { timeZone: 'Europe/Leeds' }, 'must be a time zone of the IANA database, such as Europe/London'],
    ['a time zone by its letters', { timeZone: 'CEST' }, 'must be a time zone of the IANA database, such as Europe/London'],
    ['a shift that begins at 24:00', { shifts: { late: '24:00' } }, 'must be a time of day such as 06:00'],
    ['a shift that begins at 6', { shifts: { early: '6:00' } }, 'must be a time of day such as 06:00'],
  ])('%s is refused', (_, calendar, message) => {
    expect(calendarSchema.safeParse(calendar).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test('are those of UTC, without shifts, unless stated', () => {
    expect(calendarSchema.parse({})).toEqual({ timeZone: 'UTC', shifts: {} });
  });

  test('every time zone that this Node.js knows is one', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(300);
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
    expect(['', '/', 'Europe', 'Europe/', 'constructor', '__proto__', 'europe/london'].filter(isTimeZone)).toEqual([]);
  });

  test('decide with the number of machines what figures add to the store', () => {
    expect(oeeBytesPerSecond(0, { timeZone: 'UTC', shifts: {} })).toBe(0);
    const [without, with3] = [{}, { early: '06:00', late: '14:00', night: '22:00' }].map((shifts) =>
      oeeBytesPerSecond(6, { timeZone: 'UTC', shifts }),
    );
    expect(with3).toBeGreaterThan(without ?? 0);
  });
});
