import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { dataTopic } from '../../infra/model/data-topic';
import type { Machine } from '../../infra/model/machine';
import type { Plant } from '../../infra/model/plant';
import { MOUNTS, machineFileName, machineSecretPath, PLANT_BROKER, serviceHost } from '../../infra/model/services';
import type { Gateway } from '../../infra/placement/gateways';
import { gatewayConfiguration } from '../../infra/telegraf/gateway';
import type { Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { machineSecretName, machineShareMounts, opensShare } from './file-share';
import { gatewayPlace, machineConduits } from './gateway-place';
import { OwnWorkload } from './own-workload';
import type { PlantBroker } from './plant-broker';
import { TelegrafWorkload } from './telegraf-workload';

/** Label `component` of every gateway: what the plant broker lets in. */
export const GATEWAY_COMPONENT = 'machine-gateway';

/**
 * What a Telegraf with the inputs of one machine uses. Telegraf 1.37.2 was measured at 85 to 90 MiB, of which 74 are pages of the program
 * that gateways on one node have in common (docs/gateways.md); the limit leaves room for its buffer.
 */
const GATEWAY_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [80, 192] };

/**
 * What each further machine adds to a gateway that several share. Measured with 20 points: 1.2 MiB and 0.1 % of a core; its buffer of
 * 20 000 readings at most takes another 10 MiB.
 */
const FURTHER_MACHINE: Resources = { cpuMillis: [10, 100], memoryMiB: [8, 48] };

/** What a gateway uses. */
export function gatewayResources({ machines }: Gateway): Resources {
  const [first] = machines;
  if (first?.program) return first.program.resources;
  const sum = (kind: keyof Resources, index: 0 | 1) =>
    GATEWAY_RESOURCES[kind][index] + (machines.length - 1) * FURTHER_MACHINE[kind][index];
  return { cpuMillis: [sum('cpuMillis', 0), sum('cpuMillis', 1)], memoryMiB: [sum('memoryMiB', 0), sum('memoryMiB', 1)] };
}

/** File with the certificates that the whole process trusts. */
const TRUSTED = 'trusted.pem';

/** What {@link MachineGateway} takes. */
export interface MachineGatewayProps {
  readonly plant: Plant;
  readonly gateway: Gateway;
  readonly broker: PlantBroker;
}

/**
 * The gateway of one machine, or of those that share one: a Telegraf that reads the machines and publishes to the plant broker, or a
 * program of the plant's own in its place. It may reach its machines, the plant broker and the cluster's DNS, and nothing else. One pod, recreated rather than rolled, because two
 * would read twice and take each other's place at the broker.
 */
export class MachineGateway extends Construct {
  constructor(scope: Construct, id: string, { plant, gateway, broker }: MachineGatewayProps) {
    super(scope, id);
    const namespace = 'machines';
    const labels = { name: gateway.name, component: GATEWAY_COMPONENT };
    const [{ program } = {}] = gateway.machines;
    if (program) {
      new OwnWorkload(this, 'own', {
        plant,
        namespace,
        labels,
        container: program,
        containerName: 'gateway',
        told: gatewayTold(plant, gateway),
        ingress: [],
        egress: [...machineConduits(gateway.machines), { peer: broker.peer, ports: [broker.port] }],
        certificate: { secret: `${gateway.name}-client-tls`, commonName: gateway.name, dnsNames: [], usages: ['client'] },
        priorityClass: 'plant-machines',
        place: gatewayPlace(plant, gateway, GATEWAY_COMPONENT),
      });
      return;
    }
    new TelegrafWorkload(this, 'telegraf', {
      plant,
      broker,
      namespace,
      labels,
      files: { 'telegraf.conf': toToml(gatewayConfiguration(plant, gateway)), ...machineFiles(gateway.machines) },
      resources: gatewayResources(gateway),
      priorityClass: 'plant-machines',
      egress: machineConduits(gateway.machines),
      ...trustEnvironment(gateway.machines),
      mounts: [...machineSecretMounts(this, namespace, gateway.machines), ...machineShareMounts(this, namespace, gateway.machines)],
      place: gatewayPlace(plant, gateway, GATEWAY_COMPONENT),
    });
  }
}

/** States the Secrets that machines ask for, and mounts each where a gateway's configuration looks for it. */
export function machineSecretMounts(scope: Construct, namespace: string, machines: readonly Machine[]): Mount[] {
  return machines.flatMap((machine) =>
    machine.secrets.flatMap(({ id, keys, content }): Mount[] => {
      const secret = machineSecretName(machine.name, id);
      requireSecret(scope, { namespace, name: secret, type: 'Opaque', keys, content });
      // What opens a share is for the node, which mounts it.
      if (opensShare(machine, id)) return [];
      return [{ name: secret, path: machineSecretPath(machine.name, id), from: { secret } }];
    }),
  );
}

/** What machines want beside the configuration, and the certificates that the whole process trusts. */
function machineFiles(machines: readonly Machine[]): Record<string, string> {
  const files = machines.flatMap((machine) =>
    (machine.files ?? []).map((file) => ({ ...file, name: machineFileName(machine.name, file.id) })),
  );
  const trusted = files.filter((file) => file.trusted).map(({ text }) => (text.endsWith('\n') ? text : `${text}\n`));
  return {
    ...Object.fromEntries(files.map(({ name, text }) => [name, text])),
    ...(trusted.length > 0 ? { [TRUSTED]: trusted.join('') } : {}),
  };
}

/** Where Go looks for authorities (crypto/x509, root_unix.go): in the machines' own file and in a folder that has none. */
function trustEnvironment(machines: readonly Machine[]) {
  if (!machines.some(({ files }) => files?.some(({ trusted }) => trusted))) return {};
  return {
    env: [
      { name: 'SSL_CERT_FILE', value: `/etc/telegraf/${TRUSTED}` },
      { name: 'SSL_CERT_DIR', value: '/etc/telegraf/none' },
    ],
  };
}

/** What a gateway of the plant's own is told: docs/protocols/custom.md is its contract. */
function gatewayTold(plant: Plant, { name, machines: [machine] }: Gateway): Record<string, string> {
  if (!machine) throw new RangeError(`gateway ${name} has no machine`);
  return {
    MILLWRIGHT_PLANT: plant.name,
    MILLWRIGHT_MACHINE: machine.name,
    MILLWRIGHT_MACHINE_ADDRESS: machine.address,
    MILLWRIGHT_BROKER_HOST: serviceHost(PLANT_BROKER),
    MILLWRIGHT_BROKER_PORT: `${PLANT_BROKER.mqttPort}`,
    MILLWRIGHT_CLIENT_ID: machine.name,
    MILLWRIGHT_TOPIC: dataTopic(plant.name, machine.name),
    MILLWRIGHT_TLS_CA: `${MOUNTS.tls}/ca.crt`,
    MILLWRIGHT_TLS_CERT: `${MOUNTS.tls}/tls.crt`,
    MILLWRIGHT_TLS_KEY: `${MOUNTS.tls}/tls.key`,
  };
}
