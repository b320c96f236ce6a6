import { s7 } from '../../../../infra/protocols/s7/index';
import { machineOf, PRESS, pathOf } from './machine';

describe('the S7 protocol', () => {
  test('nothing is wrong with the typical press', () => {
    expect(s7.check(machineOf(PRESS), pathOf)).toEqual([]);
  });

  test('a machine is reached at the port of its type', () => {
    expect(s7.conduits(machineOf())).toEqual([{ protocol: 'TCP', port: 102, purpose: 'S7 communication (RFC 1006)' }]);
    expect(s7.conduits(machineOf({ port: 10102 }))).toMatchObject([{ port: 10102 }]);
  });

  test('the points are told by name with what readers need to know', () => {
    expect(s7.points(machineOf(PRESS))).toEqual([
      { name: 'main-pressure', valueType: 'real', sourceType: 'REAL', unit: 'bar', scanMs: 250 },
      { name: 'order', valueType: 'string', sourceType: 'STRING[20]', scanMs: 30_000, maxBytes: 20 },
      { name: 'running', valueType: 'boolean', sourceType: 'BOOL', scanMs: 1000 },
      { name: 'state', valueType: 'integer', sourceType: 'INT', scanMs: 1000 },
      { name: 'stroke-counter', valueType: 'integer', sourceType: 'UDINT', scanMs: 1000 },
    ]);
  });

  test('every metric of the inputs is one of the points, with the field that the point promises', () => {
    const machine = machineOf(PRESS);
    const metrics = s7
      .inputs(machine)
      .flatMap(({ settings }) => settings.metric as unknown as { tags: { point: string; type: string }; fields: { name: string }[] }[]);
    const told = metrics.map(({ tags, fields }) => [tags.point, tags.type, fields.map((field) => field.name).join()].join(' ')).sort();
    expect(told).toEqual(s7.points(machine).map((point) => [point.name, point.sourceType, point.valueType].join(' ')));
  });

  test('all problems of a machine are reported together', () => {
    const points = {
      a: { address: 'E0.0', type: 'BOOL' },
      b: { address: 'M0.0', type: 'SINT', scan: 'never' },
      c: { address: 'MW0', type: 'BOOL' },
    };
    const rules = s7.check(machineOf({ points, slot: 4 }), pathOf).map((problem) => problem.rule);
    expect(rules.sort()).toEqual(['s7/address', 's7/scan', 's7/slot', 's7/type', 's7/type-width']);
  });
});
