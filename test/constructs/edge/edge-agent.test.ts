import { checkEstate } from '../../../infra/estate/check';
import { edgeAgentUuid } from '../../../infra/factory-plus/edge-ids';
import { AGENT_LOGIN } from '../../../infra/model/edge-agent';
import { brokerUsers } from '../../../infra/nats/users';
import { planBroker } from '../../../infra/placement/broker';
import { messagesPerSecond } from '../../../infra/placement/central-broker';
import { plantMonitorConfiguration } from '../../../infra/telegraf/plant-monitor';
import { plantManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { PEM } from '../../support/full-centre';

const REALM = 'FACTORY.EXAMPLE.COM';

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever an object says
type Rendered = any;

/** The plant of the edge estate with a change. */
function plantOf(change?: Parameters<typeof edgeEstate>[0]) {
  const { plants, problems } = checkEstate(edgeEstate(change));
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems.filter(({ severity }) => severity === 'error')));
  return plant;
}

const manifests = plantManifests(plantOf());

/** The objects of the component of one machine. */
function objectsOf(machine: string, set: ManifestSet = manifests): Rendered[] {
  return set.entries.filter(({ component }) => component === `machine-${machine}`).map(({ object }) => object);
}

const one = (objects: Rendered[], kind: string) => {
  const found = objects.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
};

const podOf = (machine: string, set?: ManifestSet) => one(objectsOf(machine, set), 'Deployment').spec.template.spec;

describe('an edge agent', () => {
  test('has a principal of its own with a password that its cluster’s operator makes, and is a Sparkplug node of the machine’s name', () => {
    const uuid = edgeAgentUuid(REALM, 'rotherham', 'cell-1');
    expect(one(objectsOf('cell-1'), 'KerberosKey')).toMatchObject({
      metadata: { name: 'edge-agent.cell-1', namespace: 'factory-plus' },
      spec: {
        type: 'Password',
        principal: `nd1/rotherham/cell-1@${REALM}`,
        secret: 'edge-agent-secrets.cell-1/keytab',
        account: {
          uuid,
          groups: ['10000000-0000-4000-8000-000000000010'],
          sparkplug: { group: 'Example-rotherham', node: 'cell-1' },
        },
      },
    });
    expect(one(objectsOf('cell-1'), 'SparkplugNode').spec).toEqual({
      uuid,
      edgeAgent: true,
      secrets: [`edge-agent-sensitive-information-${uuid}`],
    });
  });

  test('is told who it is and where the centre is, and logs in with its password', () => {
    const [container] = podOf('cell-1').containers;
    expect(container.image).toBe('ghcr.io/amrc-factoryplus/acs-edge:v6.8.1');
    const env = Object.fromEntries(container.env.map(({ name, value, valueFrom }: Rendered) => [name, value ?? valueFrom]));
    expect(env).toEqual({
      DEBUG: 'false',
      DIRECTORY_URL: 'https://directory.factory.example.com',
      EDGE_MQTT: 'mqtt://localhost:1884',
      EDGE_PASSWORDS: '/usr/app/driver-passwords',
      NODE_OPTIONS: '--max-old-space-size=140',
      POLL_INT: '10',
      SERVICE_PASSWORD: { secretKeyRef: { name: 'edge-agent-secrets.cell-1', key: 'keytab' } },
      SERVICE_USERNAME: 'nd1/rotherham/cell-1',
      VERBOSE: 'ALL,!service,!token,!sparkplug',
    });
  });

  test('reaches its machine and the centre on the ports of MQTT and of the services, and nobody reaches it', () => {
    expect(one(objectsOf('cell-1'), 'NetworkPolicy').spec).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [
        { to: [{ ipBlock: { cidr: '10.40.2.21/32' } }], ports: [{ protocol: 'TCP', port: 4840 }] },
        {
          to: [{ ipBlock: { cidr: '192.0.2.0/28' } }],
          ports: [
            { protocol: 'TCP', port: 443 },
            { protocol: 'TCP', port: 8883 },
          ],
        },
      ],
    });
  });

  test('floats: it names no node and tolerates no specialised one, and spreads from its like', () => {
    const { nodeSelector, tolerations, topologySpreadConstraints } = podOf('cell-1');
    expect(nodeSelector).toBeUndefined();
    expect(tolerations.map(({ key }: Rendered) => key)).not.toContain('factoryplus.app.amrc.co.uk/specialised');
    expect(topologySpreadConstraints.map(({ labelSelector }: Rendered) => labelSelector.matchLabels)).toEqual([
      { 'app.kubernetes.io/component': 'edge-agent' },
      { 'app.kubernetes.io/component': 'edge-agent' },
    ]);
  });

  test('that must run on a specialised node names it and tolerates its taint', () => {
    const { nodeSelector, tolerations, topologySpreadConstraints } = podOf('meter-1');
    expect(nodeSelector).toEqual({ 'kubernetes.io/hostname': 'b2' });
    expect(tolerations.map(({ key }: Rendered) => key)).toContain('factoryplus.app.amrc.co.uk/specialised');
    expect(topologySpreadConstraints).toBeUndefined();
  });

  test('has its driver beside it, each with the password that the operator makes', () => {
    expect(one(objectsOf('meter-1'), 'LocalSecret')).toMatchObject({
      metadata: { name: 'driver-passwords.meter-1.modbus', namespace: 'factory-plus' },
      spec: { secret: 'driver-passwords.meter-1', key: 'modbus', format: 'Password' },
    });
    const [agent, driver] = podOf('meter-1').containers;
    expect(agent.volumeMounts).toContainEqual({ name: 'driver-passwords', mountPath: '/usr/app/driver-passwords', readOnly: true });
    expect(driver).toMatchObject({
      name: 'driver-modbus',
      image: 'ghcr.io/amrc-factoryplus/edge-modbus:v6.8.1',
      env: [
        { name: 'EDGE_MQTT', value: 'mqtt://localhost:1884' },
        { name: 'EDGE_USERNAME', value: 'modbus' },
        { name: 'NODE_OPTIONS' },
        { name: 'EDGE_PASSWORD', valueFrom: { secretKeyRef: { name: 'driver-passwords.meter-1', key: 'modbus' } } },
      ],
      securityContext: { runAsUser: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true },
    });
    expect(driver.livenessProbe).toBeDefined();
    expect(podOf('cell-1').containers).toHaveLength(1);
  });

  test('with a driver of the owner’s runs its image from where it is named', () => {
    const image = 'registry.example.com/drivers/crane:2.1.0';
    const set = plantManifests(
      plantOf((estate) => {
        estate.plants.rotherham.images = { registry: 'mirror.example.com' };
        const { points } = estate.machineTypes.meter.device;
        estate.machineTypes.meter.device = {
          protocol: 'driver',
          name: 'crane',
          image,
          ports: [{ port: 4000, purpose: 'Crane' }],
          payloadFormat: 'JSON',
          points: Object.fromEntries(Object.keys(points).map((name) => [name, { address: name, type: 'Int32' }])),
        };
      }),
    );
    expect(podOf('meter-1', set).containers.map((container: Rendered) => container.image)).toEqual([
      'mirror.example.com/amrc-factoryplus/acs-edge:v6.8.1',
      image,
    ]);
  });

  test('trusts the private authority of the centre', () => {
    const set = plantManifests(
      plantOf((estate) => {
        estate.centrals.centre.certificateAuthority = PEM;
      }),
    );
    expect(one(objectsOf('cell-1', set), 'ConfigMap')).toMatchObject({ metadata: { name: 'edge-agent-cell-1' }, data: { 'ca.crt': PEM } });
    const [container] = podOf('cell-1', set).containers;
    expect(container.env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/run/central-ca/ca.crt' });
    expect(container.volumeMounts).toContainEqual({ name: 'central-ca', mountPath: '/run/central-ca', readOnly: true });
  });

  test('takes a login from a Secret in the form in which it reads it; one that nobody states may come later', () => {
    const uuid = edgeAgentUuid(REALM, 'rotherham', 'cell-1');
    const name = `edge-agent-sensitive-information-${uuid}`;
    const volumeOf = (set: ManifestSet) => podOf('cell-1', set).volumes.find((volume: Rendered) => volume.name === 'sensitive-information');
    expect(volumeOf(manifests).secret).toMatchObject({ secretName: name, optional: true });
    expect(manifests.secrets.filter((secret) => secret.name === name)).toEqual([]);

    const set = plantManifests(
      plantOf((estate) => {
        estate.machineTypes.cell.device.login = { as: 'user' };
      }),
    );
    expect(volumeOf(set).secret).not.toHaveProperty('optional');
    expect(set.secrets.filter((secret) => secret.name === name)).toMatchObject([
      { namespace: 'factory-plus', keys: Object.values(AGENT_LOGIN), content: { kind: 'login', inJson: AGENT_LOGIN } },
    ]);
  });

  test('is a component of the phase machines, in the place that its gateway would have', () => {
    const phases = manifests.entries.filter(({ component }) => component.startsWith('machine-'));
    expect([...new Set(phases.map(({ component, phase }) => `${component} ${phase}`))].sort()).toEqual([
      'machine-cell-1 machines',
      'machine-meter-1 machines',
      'machine-press-1 machines',
    ]);
  });
});

describe('a machine that an edge agent reads', () => {
  const plant = plantOf();
  const without = plantOf(({ plants: { rotherham } }) => {
    rotherham.machines = { 'press-1': rotherham.machines['press-1'] };
  });

  test('is no client of the plant broker, and adds nothing to its store and to what the plant sends', () => {
    expect(brokerUsers(plant)).toEqual(brokerUsers(without));
    expect(planBroker(plant)).toEqual(planBroker(without));
    expect(messagesPerSecond(plant)).toBe(messagesPerSecond(without));
  });

  test('is not looked for by the plant monitor', () => {
    expect(plantMonitorConfiguration(plant)).toEqual(plantMonitorConfiguration(without));
  });

  test('takes from the quota of the zone factory-plus, and not of the gateways', () => {
    const quota = (set: ManifestSet, zone: string) =>
      (set.entries.map(({ object }) => object) as Rendered[]).find(
        ({ kind, metadata }) => kind === 'ResourceQuota' && metadata.namespace === zone,
      ).spec.hard;
    const other = plantManifests(without);
    expect(quota(manifests, 'machines')).toEqual(quota(other, 'machines'));
    const added = (key: string) =>
      Number.parseInt(quota(manifests, 'factory-plus')[key], 10) - Number.parseInt(quota(other, 'factory-plus')[key], 10);
    // Two agents of 256 MiB at most and a driver of 128, each counted twice.
    expect(added('limits.memory')).toBe(2 * (2 * 256 + 128));
  });
});
