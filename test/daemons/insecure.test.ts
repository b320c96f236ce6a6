import { examplePlant } from './support/example';
import { PlantOnTrial } from './support/plant';

/** What talks to the centre, beside the data publisher. */
const others = { 'command-receiver': 'Deployment uplink/command-receiver', 'plant-monitor': 'Deployment monitoring/plant-monitor' };

test('Telegraf takes the configurations of a plant whose centre is reached without TLS', async () => {
  const plant = examplePlant(({ centrals: { sheffield } }) =>
    Object.assign(sheffield, { transport: { insecure: true, reason: 'trial in a closed network' } }),
  );
  expect(plant.contract).toMatchObject({ tls: false, mqtt: { port: 1883 } });
  const trial = await PlantOnTrial.of(plant, { workloads: Object.values(others) });
  try {
    for (const pod of [trial.publisher, ...Object.keys(others).map((name) => trial.workload(name))]) {
      const { code, said } = await pod.runToEnd(['config', 'check', '--config', '/etc/telegraf/telegraf.conf']);
      expect([pod.name, code, said]).toEqual([pod.name, 0, expect.not.stringMatching(/error|E!|deprecat/i)]);
    }
  } finally {
    await trial.end();
  }
});
