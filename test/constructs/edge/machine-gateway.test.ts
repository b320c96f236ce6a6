import { App } from 'cdk8s';
import { BrokerChart, MachineChart, PublisherChart } from '../../../stacks/charts/plant-charts';
import { examplePlant } from '../../stacks/manifest/rendered';

const plant = examplePlant();
const [machine] = plant.machines;
if (!machine) throw new Error('the example has no machine');

describe('the gateway of a machine', () => {
  test('refuses to name a node that the plant does not have', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    expect(() => new MachineChart(app, plant, { ...machine, runsOn: 'c9' }, broker)).toThrow('plant leeds has no node c9');
  });

  test('opens a UDP port to a machine that speaks UDP', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    const chart = new MachineChart(app, plant, { ...machine, conduits: [{ protocol: 'UDP', port: 161, purpose: 'SNMP' }] }, broker);
    const policy = chart.toJson().find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy.spec.egress[0].ports).toEqual([{ port: 161, protocol: 'UDP' }]);
  });

  test('may not be declared twice', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    new PublisherChart(app, plant, broker);
    expect(() => new PublisherChart(app, plant, broker)).toThrow('data-publisher');
  });
});
