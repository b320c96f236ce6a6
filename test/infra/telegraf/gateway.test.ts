import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../infra/formats/toml';
import type { Machine } from '../../../infra/model/machine';
import { gatewayConfiguration } from '../../../infra/telegraf/gateway';
import { examplePlant, plantArbitrary } from '../../support/plants';
import { asTelegrafReads } from '../formats/tables';

/** A gateway with one machine. */
const alone = (machine: Machine) => ({ machines: [machine], shared: false });

// biome-ignore lint/suspicious/noExplicitAny: what a program of another language reads
const configurationOf = (plant: { name: string }, ...machines: Machine[]): any =>
  gatewayConfiguration(plant, { machines, shared: machines.length > 1 });

function machineNamed(name: string): Machine {
  const machine = examplePlant().machines.find((candidate) => candidate.name === name);
  if (!machine) throw new Error(`the example has no machine ${name}`);
  return machine;
}

describe('the configuration of a gateway', () => {
  test('reads back from TOML as it was', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        for (const machine of plant.machines) {
          const table = gatewayConfiguration(plant, alone(machine));
          expect(parse(asTelegrafReads(toToml(table)))).toEqual(table);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('reads every point once, and tags it with its name, type and unit', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        for (const machine of plant.machines) {
          const { inputs, processors } = configurationOf(plant, machine);
          const metrics = inputs.s7comm.flatMap((input: { metric: { tags: Record<string, string> }[] }) => input.metric);
          const told = metrics.map(({ tags }: { tags: Record<string, string> }) => tags);
          const meant = machine.points.map(({ name, sourceType, unit }) => ({ point: name, type: sourceType, ...(unit ? { unit } : {}) }));
          const byPoint = (a: { point: string }, b: { point: string }) => (a.point < b.point ? -1 : 1);
          expect(told.sort(byPoint)).toEqual(meant.sort(byPoint));
          // What is said of scans that fail is said of the same points, under the alias of the input that reads them.
          const { constants } = processors.starlark[0];
          const judged = inputs.s7comm.map(({ alias, metric }: { alias: string; metric: { tags: Record<string, string> }[] }) => [
            alias,
            metric.map(({ tags }) => [tags.point, tags.type, ...(tags.unit === undefined ? [] : [tags.unit])]).sort(),
          ]);
          expect(Object.entries<{ points: string[][] }>(constants.inputs).map(([alias, { points }]) => [alias, points.toSorted()])).toEqual(
            judged,
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test('publishes on the one topic that its certificate allows, at least once', () => {
    const plant = examplePlant();
    for (const machine of plant.machines) {
      expect(gatewayConfiguration(plant, alone(machine))).toMatchObject({
        outputs: {
          mqtt: [
            {
              servers: ['mqtts://plant-broker.messaging.svc.cluster.local:8883'],
              topic: `data/v1/leeds/${machine.name}`,
              client_id: machine.name,
              qos: 1,
              tls_ca: '/run/plant-tls/ca.crt',
            },
          ],
        },
      });
    }
  });

  test('mends texts only where a machine has texts', () => {
    const plant = examplePlant();
    const mends = Object.fromEntries(
      plant.machines.map((machine) => [machine.name, 'strings' in configurationOf(plant, machine).processors]),
    );
    expect(mends).toMatchObject({ 'press-1': true, 'lathe-1': false });
  });

  test('calls what was read good, unless its protocol says otherwise, and lets nothing but readings go to the broker', () => {
    const { processors, outputs } = configurationOf(examplePlant(), machineNamed('press-1'));
    expect(processors.defaults).toEqual([{ order: 999, namepass: ['point'], fields: { quality: 192 } }]);
    expect(outputs.mqtt[0].namepass).toEqual(['point']);
    expect(processors.starlark[0].namepass).toEqual(['internal_gather']);
  });

  test('tells of the points of an input that names none: those of its interval, or else all of its machine', () => {
    const plant = examplePlant();
    const press = machineNamed('press-1');
    const input = (alias: string, interval?: string) => ({
      plugin: 'sql',
      settings: { alias, ...(interval === undefined ? {} : { interval }) },
    });
    const inputs = [input('press-1/a', '250ms'), input('press-1/b', '30s'), input('press-1/c'), input('press-1/d', '7m')];
    const told = configurationOf(plant, { ...press, inputs }).processors.starlark[0].constants.inputs;
    const points = (alias: string) => told[alias].points.map(([name]: string[]) => name);
    expect(points('press-1/a')).toEqual(press.points.filter(({ scanMs }) => scanMs === 250).map(({ name }) => name));
    expect(points('press-1/b')).toEqual(press.points.filter(({ scanMs }) => scanMs === 30_000).map(({ name }) => name));
    expect(points('press-1/c')).toEqual(press.points.map(({ name }) => name));
    expect(points('press-1/d')).toEqual([]);
    // Inputs of one alias are one; one of them with times of the machine's own makes it one that has them.
    const both = [input('press-1/a', '250ms'), { ...input('press-1/a', '30s'), ownTimes: true }];
    const joined = configurationOf(plant, { ...press, inputs: both }).processors.starlark[0].constants.inputs;
    expect(joined).toMatchObject({ 'press-1/a': { own_times: true } });
    expect(joined['press-1/a'].points).toHaveLength(press.points.filter(({ scanMs }) => scanMs !== 1_000).length);
  });

  test('says again that points are bad every minute, and never more often than their scan', () => {
    const press = machineNamed('press-1');
    const points = press.points.map((point) => ({ ...point, scanMs: point.scanMs === 30_000 ? 3_600_000 : point.scanMs }));
    const told = configurationOf(examplePlant(), { ...press, points }).processors.starlark[0].constants.inputs;
    expect(told).toMatchObject({
      'press-1/fast': { repeat_s: 60 },
      'press-1/normal': { repeat_s: 60 },
      'press-1/slow': { repeat_s: 3_600 },
    });
  });

  test('that several machines share keeps them apart: inputs, processors, buffers and connections', () => {
    const plant = examplePlant();
    const [a, b] = [machineNamed('press-1'), machineNamed('press-2')];
    const own = { plugin: 'rename', settings: { replace: [] } };
    const { inputs, processors, outputs } = configurationOf(plant, { ...a, processors: [own] }, b);
    expect(inputs.s7comm.map(({ tags }: { tags: object }) => tags)).toEqual(
      [a, b].flatMap(({ name, inputs: its }) => its.map(() => ({ machine: name, plant: 'leeds' }))),
    );
    expect(processors.rename).toEqual([{ order: 1, replace: [], tagpass: { machine: ['press-1'] } }]);
    expect(outputs.mqtt).toMatchObject(
      [a, b].map(({ name }) => ({
        alias: name,
        client_id: name,
        topic: `data/v1/leeds/${name}`,
        tagpass: { machine: [name] },
        metric_buffer_limit: expect.any(Number),
      })),
    );
  });

  test('holds readings in memory for minutes, within bounds', () => {
    const plant = examplePlant();
    const [machine] = plant.machines;
    if (!machine) throw new Error('the example has no machine');
    const limit = (points: number) => {
      const many = Array.from({ length: points }, (_, n) => ({
        name: `p-${n}`,
        valueType: 'integer' as const,
        sourceType: 'INT',
        scanMs: 1000,
      }));
      return gatewayConfiguration(plant, alone({ ...machine, points: many })).agent;
    };
    expect([1, 10, 1000].map(limit)).toEqual([
      expect.objectContaining({ metric_buffer_limit: 1000 }),
      expect.objectContaining({ metric_buffer_limit: 9000 }),
      expect.objectContaining({ metric_buffer_limit: 20_000 }),
    ]);
  });
});
