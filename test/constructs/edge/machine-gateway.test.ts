import { App } from 'cdk8s';
import { gatewayResources } from '../../../constructs/edge/machine-gateway';
import { BrokerChart, MachineChart, PublisherChart } from '../../../stacks/charts/plant-charts';
import { examplePlant } from '../../stacks/manifest/rendered';

const plant = examplePlant();
const [machine] = plant.machines;
if (!machine) throw new Error('the example has no machine');
const gateway = { name: machine.name, machines: [machine], shared: false };

describe('the gateway of a machine', () => {
  test('refuses to name a node that the plant does not have', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    expect(() => new MachineChart(app, plant, { ...gateway, runsOn: 'c9' }, broker)).toThrow('plant leeds has no node c9');
  });

  test('opens a UDP port to a machine that speaks UDP', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    const chart = new MachineChart(
      app,
      plant,
      { ...gateway, machines: [{ ...machine, conduits: [{ protocol: 'UDP', port: 161, purpose: 'SNMP' }] }] },
      broker,
    );
    const policy = chart.toJson().find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy.spec.egress[0].ports).toEqual([{ port: 161, protocol: 'UDP' }]);
  });

  test('that several machines share reaches each of them, mounts the logins of each, and asks for one certificate, its own', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    const login = { id: 'login', purpose: 'reading', keys: ['password'], content: { kind: 'other' as const, purpose: 'reading' } };
    const machines = plant.machines.slice(0, 3).map((one, n) => ({ ...one, secrets: n === 1 ? [] : [login] }));
    const chart = new MachineChart(app, plant, { name: 'a1-gateways', machines, shared: true, runsOn: 'a1' }, broker);
    const kind = (wanted: string) => chart.toJson().find((object: { kind: string }) => object.kind === wanted);

    const peers = kind('NetworkPolicy').spec.egress.flatMap(({ to }: { to: { ipBlock?: { cidr: string } }[] }) => to);
    expect(peers.flatMap(({ ipBlock }: { ipBlock?: { cidr: string } }) => (ipBlock ? [ipBlock.cidr] : []))).toEqual(
      machines.map(({ address }) => `${address}/32`),
    );
    const pod = kind('Deployment').spec.template.spec;
    const [first, , third] = machines.map(({ name }) => name);
    const paths = pod.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(paths.filter((path: string) => path.startsWith('/run/machine-secrets'))).toEqual([
      `/run/machine-secrets/${first}/login`,
      `/run/machine-secrets/${third}/login`,
    ]);
    const secrets = pod.volumes.flatMap(({ secret }: { secret?: { secretName: string } }) => secret?.secretName ?? []);
    expect(secrets).toEqual(['a1-gateways-client-tls', `${first}-login`, `${third}-login`]);
    expect(pod.nodeSelector).toEqual({ 'kubernetes.io/hostname': 'a1' });
    expect(gatewayResources({ name: 'a1-gateways', machines, shared: true })).toEqual({ cpuMillis: [70, 700], memoryMiB: [96, 288] });
  });

  test('may not be declared twice', () => {
    const app = new App();
    const { broker } = new BrokerChart(app, plant);
    new PublisherChart(app, plant, broker);
    expect(() => new PublisherChart(app, plant, broker)).toThrow('data-publisher');
  });
});
