import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../infra/formats/toml';
import { gatewayConfiguration } from '../../../infra/telegraf/gateway';
import { examplePlant, plantArbitrary } from '../../support/plants';
import { asTelegrafReads } from '../formats/tables';

describe('the configuration of a gateway', () => {
  test('reads back from TOML as it was', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        for (const machine of plant.machines) {
          const table = gatewayConfiguration(plant, machine);
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
          // biome-ignore lint/suspicious/noExplicitAny: what a program of another language reads
          const { inputs } = gatewayConfiguration(plant, machine) as any;
          const metrics = inputs.s7comm.flatMap((input: { metric: { tags: Record<string, string> }[] }) => input.metric);
          const told = metrics.map(({ tags }: { tags: Record<string, string> }) => tags);
          const meant = machine.points.map(({ name, sourceType, unit }) => ({ point: name, type: sourceType, ...(unit ? { unit } : {}) }));
          const byPoint = (a: { point: string }, b: { point: string }) => (a.point < b.point ? -1 : 1);
          expect(told.sort(byPoint)).toEqual(meant.sort(byPoint));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('publishes on the one topic that its certificate allows, at least once', () => {
    const plant = examplePlant();
    for (const machine of plant.machines) {
      expect(gatewayConfiguration(plant, machine)).toMatchObject({
        global_tags: { machine: machine.name, plant: 'leeds' },
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
    const mends = Object.fromEntries(plant.machines.map((machine) => [machine.name, 'processors' in gatewayConfiguration(plant, machine)]));
    expect(mends).toMatchObject({ 'press-1': true, 'lathe-1': false });
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
      return gatewayConfiguration(plant, { ...machine, points: many }).agent;
    };
    expect([1, 10, 1000].map(limit)).toEqual([
      expect.objectContaining({ metric_buffer_limit: 1000 }),
      expect.objectContaining({ metric_buffer_limit: 9000 }),
      expect.objectContaining({ metric_buffer_limit: 20_000 }),
    ]);
  });
});
