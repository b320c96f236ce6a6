import { App } from 'cdk8s';
import { OwnWorkload } from '../../../constructs/edge/own-workload';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { checkEstate } from '../../../infra/estate/check';
import type { OwnContainer } from '../../../infra/model/container';
import { planGateways } from '../../../infra/placement/gateways';
import { BrokerChart, MachineChart } from '../../../stacks/charts/plant-charts';
import { SAW } from '../../infra/protocols/custom/machine';
import { withChange } from '../../support/estates';
import { examplePlant } from '../../support/plants';
import { rendered } from '../rendered';

const CONTAINER: OwnContainer = {
  image: 'registry.example.com/gateways/saw:1.4.0',
  args: [],
  env: {},
  resources: { cpuMillis: [50, 500], memoryMiB: [64, 192] },
  secrets: {},
  reaches: [],
  health: { port: 8080 },
  scratchMiB: 64,
};

/** What is rendered of a container that differs, by kind. */
const objects = (change: Partial<OwnContainer>, props: object = {}) => {
  const found = rendered((chart) => {
    new OwnWorkload(chart, 'own', {
      plant: examplePlant(),
      namespace: 'machines',
      labels: { name: 'saw-1', component: 'machine-gateway' },
      container: { ...CONTAINER, ...change },
      containerName: 'gateway',
      ingress: [],
      egress: [],
      priorityClass: 'plant-machines',
      ...props,
    });
  });
  const [pod] = found.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template.spec);
  return { pod, container: pod.containers[0], policy: found.find(({ kind }) => kind === 'NetworkPolicy').spec };
};

/** What a kubelet makes of a text (k8s.io/kubernetes, third_party/forked/golang/expansion, `Expand`). */
const expanded = (text: string, variables: Readonly<Record<string, string>>) =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name: string | undefined) => (name === undefined ? '$' : (variables[name] ?? all)));

describe('a program of the plant’s own', () => {
  test.each(['$(HOME)', '$$(HOME)', '$$$(HOME)', '$', '$$', 'a$b', '$(', '$(A)$(B)', 'cost: 5$'])(
    'is given the text %s as it is stated, in a variable and as an argument',
    (text) => {
      const { container } = objects({ env: { TEXT: text }, args: [text] });
      const variables = { HOME: '/root', A: 'a', B: 'b' };
      expect(expanded(container.env[0].value, variables)).toBe(text);
      expect(expanded(container.args[0], variables)).toBe(text);
    },
  );

  test('has its variables and what it is told in one order, whatever order they were stated in', () => {
    const { container } = objects({ env: { B: '1', A: '2' } }, { told: { MILLWRIGHT_X: '3' } });
    expect(container.env.map(({ name }: { name: string }) => name)).toEqual(['A', 'B', 'MILLWRIGHT_X']);
  });

  test('may fill its scratch without being evicted: the limit of its temporary storage has room for it beside the logs', () => {
    const { pod, container } = objects({});
    expect(pod.volumes.at(-1)).toEqual({ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } });
    expect([container.resources.requests, container.resources.limits].map((of) => of['ephemeral-storage'])).toEqual(['96Mi', '320Mi']);
  });

  test('is alive while it accepts connections, and ready when its path answers', () => {
    expect(objects({}).container.readinessProbe).toMatchObject({ tcpSocket: { port: 8080 } });
    const { container } = objects({ health: { port: 8081, path: '/health' } });
    expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: 8081 } });
    expect(container.readinessProbe).toMatchObject({ httpGet: { port: 8081, path: '/health' } });
    expect(container.ports).toEqual([{ name: 'health', containerPort: 8081, protocol: 'TCP' }]);
  });

  test('reaches what it states and no more', () => {
    const { policy } = objects({
      reaches: [
        { address: '192.0.2.7', port: 443, protocol: 'TCP', purpose: 'licence' },
        { address: '2001:db8::/64', port: 123, protocol: 'UDP', purpose: 'clock' },
      ],
    });
    expect(policy.egress).toEqual([
      { to: [{ ipBlock: { cidr: '192.0.2.7/32' } }], ports: [{ port: 443, protocol: 'TCP' }] },
      { to: [{ ipBlock: { cidr: '2001:db8::/64' } }], ports: [{ port: 123, protocol: 'UDP' }] },
    ]);
    expect(policy.ingress).toEqual([]);
  });

  test('reads each of its Secrets as files, and somebody must give them', () => {
    const { container, pod } = objects({ secrets: { login: { purpose: 'the saw' } } });
    expect(container.volumeMounts).toContainEqual({ name: 'given-login', mountPath: '/run/secrets/login', readOnly: true });
    expect(pod.volumes).toContainEqual({ name: 'given-login', secret: { secretName: 'saw-1-login', defaultMode: 0o440 } });
  });
});

describe('the gateway of a machine that is a program of the plant’s own', () => {
  const { plants, problems } = checkEstate(
    withChange((estate) => {
      estate.machineTypes.saw = { ...SAW, secrets: { login: { purpose: 'the saw' } } };
      estate.plants.leeds.machines['saw-1'] = { type: 'saw', address: '10.20.1.51', runsOn: 'b2' };
    }),
  );
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems));
  const gateway = planGateways(plant).find(({ name }) => name === 'saw-1');
  if (!gateway) throw new Error('the plant has no gateway saw-1');
  const app = new App();
  const chart = new MachineChart(app, plant, gateway, new BrokerChart(app, plant).broker);
  const found = chart.toJson();
  const deployment = found.find(({ kind }) => kind === 'Deployment');

  test('has the objects that every gateway has, but no configuration of Telegraf', () => {
    expect(found.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      'Deployment machines/saw-1',
      'NetworkPolicy machines/saw-1',
      'ServiceAccount machines/saw-1',
    ]);
    expect(deployment.metadata.labels).toMatchObject({
      'app.kubernetes.io/component': 'machine-gateway',
      'app.kubernetes.io/name': 'saw-1',
    });
    expect(requiredSecrets(chart).map(({ name }) => name)).toEqual(expect.arrayContaining(['saw-1-client-tls', 'saw-1-login']));
    expect(requiredSecrets(chart).find(({ name }) => name === 'saw-1-client-tls')?.content).toEqual({
      kind: 'certificate',
      commonName: 'saw-1',
      dnsNames: [],
      usages: ['client'],
    });
  });

  test('is told all that the documentation promises, runs the plant’s image where it is pinned, and is as urgent as every gateway', () => {
    const { spec } = deployment.spec.template;
    expect(Object.fromEntries(spec.containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]))).toEqual({
      MILLWRIGHT_BROKER_HOST: 'plant-broker.messaging.svc.cluster.local',
      MILLWRIGHT_BROKER_PORT: '8883',
      MILLWRIGHT_CLIENT_ID: 'saw-1',
      MILLWRIGHT_MACHINE: 'saw-1',
      MILLWRIGHT_MACHINE_ADDRESS: '10.20.1.51',
      MILLWRIGHT_PLANT: 'leeds',
      MILLWRIGHT_TLS_CA: '/run/plant-tls/ca.crt',
      MILLWRIGHT_TLS_CERT: '/run/plant-tls/tls.crt',
      MILLWRIGHT_TLS_KEY: '/run/plant-tls/tls.key',
      MILLWRIGHT_TOPIC: 'data/v1/leeds/saw-1',
    });
    expect(spec.containers[0].image).toBe(SAW.image);
    expect(spec.priorityClassName).toBe('plant-machines');
    expect(spec.nodeSelector).toEqual({ 'kubernetes.io/hostname': 'b2' });
  });

  test('reaches its machine on the stated ports, and the plant broker', () => {
    const { egress } = found.find(({ kind }) => kind === 'NetworkPolicy').spec;
    expect(egress.map(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port))).toEqual([[5000], [8883]]);
    expect(egress[0].to).toEqual([{ ipBlock: { cidr: '10.20.1.51/32' } }]);
  });
});
