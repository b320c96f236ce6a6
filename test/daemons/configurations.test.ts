import { examplePlant, withOneBroker } from './support/example';
import { PlantOnTrial } from './support/plant';

const machines = [
  ...['press-1', 'press-2', 'press-3', 'press-4', 'lathe-1', 'lathe-2'],
  ...['furnace-1', 'furnace-2', 'station-1', 'station-2', 'station-3'],
];
/** What else runs Telegraf; logs.test.ts has the collector. */
const others = {
  'oee-calculator': 'Deployment processing/oee-calculator',
  'command-receiver': 'Deployment uplink/command-receiver',
  'plant-monitor': 'Deployment monitoring/plant-monitor',
};
const checkBroker = ['-t', '--config', '/etc/nats/nats.conf'];
const checkTelegraf = ['config', 'check', '--config', '/etc/telegraf/telegraf.conf'];

describe('generated configurations, checked by the programs themselves', () => {
  test.each([
    [3, examplePlant()],
    [1, examplePlant(withOneBroker)],
  ])('NATS takes the configuration of %d servers without a warning about a setting', async (servers, plant) => {
    const trial = await PlantOnTrial.of(plant);
    try {
      expect(trial.brokers).toHaveLength(servers);
      for (const broker of trial.brokers) {
        const { code, said } = await broker.runToEnd(checkBroker);
        expect([code, said]).toEqual([0, expect.stringContaining('configuration file /etc/nats/nats.conf is valid')]);
        expect(said).not.toMatch(/ignored|unknown|deprecated/i);
      }
    } finally {
      await trial.end();
    }
  });

  test('Telegraf takes the configurations of all gateways of the example, of the publisher, the calculator, the receiver and the monitor', async () => {
    const plant = examplePlant();
    expect(plant.machines.map(({ name }) => name).sort()).toEqual([...machines].sort());
    const trial = await PlantOnTrial.of(plant, { machines, workloads: Object.values(others) });
    try {
      for (const pod of [...trial.gateways.values(), trial.publisher, ...Object.keys(others).map((name) => trial.workload(name))]) {
        const { code, said } = await pod.runToEnd(checkTelegraf);
        expect([pod.name, code, said]).toEqual([pod.name, 0, expect.not.stringMatching(/error|E!|deprecat/i)]);
      }
    } finally {
      await trial.end();
    }
  });

  test.each([
    ['a setting that does not exist', (text: string) => text.replace('keep_alive = 30', 'keep_alives = 30'), /keep_alives/],
    ['a value that cannot be', (text: string) => text.replace('qos = 1', 'qos = 3'), /qos/],
    ['a plug-in that does not exist', (text: string) => text.replace('outputs.health', 'outputs.heath'), /heath/],
  ])('Telegraf refuses %s, so that the check can fail', async (_, rewrite, reason) => {
    const trial = await PlantOnTrial.of(examplePlant(withOneBroker), { machines: ['press-1'], rewrite });
    try {
      for (const pod of [trial.gateway('press-1'), trial.publisher]) {
        const { code, said } = await pod.runToEnd(checkTelegraf);
        expect([pod.name, code, said]).toEqual([pod.name, 1, expect.stringMatching(reason)]);
      }
    } finally {
      await trial.end();
    }
  });

  test('NATS refuses a setting that does not exist, so that the check can fail', async () => {
    const rewrite = (text: string) => text.replace('"sync_interval"', '"sync_intervall"');
    const trial = await PlantOnTrial.of(examplePlant(withOneBroker), { rewrite });
    try {
      const { code, said } = (await trial.brokers[0]?.runToEnd(checkBroker)) ?? {};
      expect([code, said]).toEqual([1, expect.stringContaining('sync_intervall')]);
    } finally {
      await trial.end();
    }
  });
});
