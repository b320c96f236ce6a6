import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../../infra/model/image';
import type { Plant } from '../../../infra/model/plant';
import { issueCertificate, newAuthority, type PlantAuthority } from '../../../stacks/secrets/authority';
import type { Condition, KubernetesObject } from '../../cluster/support/api';
import { bootstrapSecrets, storageClass } from '../../cluster/support/before-git';
import { type ControlPlane, startControlPlane } from '../../cluster/support/control-plane';
import { type Flux, startFlux } from '../../cluster/support/flux';
import { makeAgeKey } from '../../cluster/support/sops';
import { CentralBroker } from '../../daemons/support/central-broker';
import { type Gate, openGate } from '../../daemons/support/gate';
import { TestClient } from '../../daemons/support/mqtt';
import { makeNetwork, type Network } from '../../daemons/support/network';
import { Plc } from '../../daemons/support/plc';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { getNodePrograms, type NodePrograms } from '../programs/programs';
import { ApiDoor } from './api-door';
import { DNS_ADDRESS, startClusterDns } from './cluster-dns';
import { Container } from './container';
import { trialPlant } from './estate';
import { PLATFORM_RIGHTS } from './identity';
import { PAUSE_IMAGE, writeImageArchive } from './images';
import { Machine } from './machine';
import { startNode } from './node';
import { CENTRAL_LOGIN, writeTree } from './tree';

/** Who reads at the central broker: the test. */
const READER = { username: 'reader', password: 'test' };

/** Volumes that each node offers. */
const VOLUMES_PER_NODE = 3;

/** A v1.Pod, as far as these tests look into one. */
export interface RealPod extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [{ readonly name: string; readonly volumeMounts: readonly { mountPath: string; readOnly?: boolean }[] }];
  };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly restartCount: number;
      readonly state: { readonly terminated?: { readonly exitCode: number; readonly finishedAt: string } };
      readonly lastState: { readonly terminated?: { readonly exitCode: number } };
    }[];
  };
}

/** A plant on real nodes: its tree, delivered by Flux to a real control plane, its pods run by real kubelets, and its centre. */
export class PlantOnNodes {
  readonly #ends: (() => unknown)[] = [];
  plant!: Plant;
  controlPlane!: ControlPlane;
  flux!: Flux;
  network!: Network;
  gate!: Gate;
  central!: CentralBroker;
  readonly machines = new Map<string, Machine>();
  readonly plcs = new Map<string, Plc>();

  private constructor(
    private readonly programs: NodePrograms,
    private readonly workDir: WorkDir,
    private readonly group: ProcessGroup,
    private readonly centralAuthority: PlantAuthority,
  ) {}

  /** Makes the nodes, and delivers the plant's tree to them; returns when all nodes are Ready. Nothing is waited for of the plant. */
  static async start(): Promise<PlantOnNodes> {
    const programs = await getNodePrograms();
    const workDir = await makeWorkDir();
    const trial = new PlantOnNodes(programs, workDir, processGroup(workDir.path), newAuthority('centre', new Date()));
    try {
      await trial.#start();
      return trial;
    } catch (error) {
      await trial.end();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { programs, group, workDir, centralAuthority } = this;
    const [cluster, owner] = [await makeAgeKey(programs.cluster), await makeAgeKey(programs.cluster)];
    const keys = { cluster: cluster.recipient, owner: owner.recipient, centralAuthority: centralAuthority.signing.certificate };
    this.plant = trialPlant(keys);
    this.controlPlane = await startControlPlane({ programs: programs.cluster, workDir: workDir.path, nodeGraceSeconds: 40 });
    this.#ends.push(() => this.controlPlane.stop());
    const door = await ApiDoor.to(this.controlPlane.url, group);
    this.#ends.push(() => door.close());
    this.#ends.push(() => group.stop());

    this.network = await makeNetwork(group);
    this.gate = await openGate(group, await this.network.host('test', '10.244.0.1'));
    await this.#layOutCentre();
    for (const { name, address } of this.plant.machines) {
      this.plcs.set(name, new Plc(group, await this.network.host(`plc-${name}`, address), programs.daemons.python));
    }
    const dns = await this.network.host('dns', DNS_ADDRESS);
    await door.onHost(dns);
    await this.controlPlane.apply(...PLATFORM_RIGHTS, ...this.#volumes());
    await startClusterDns(group, dns, programs.coredns, this.controlPlane, { [this.plant.contract.mqtt.host]: this.central.address });

    const images = await this.#images();
    // A network takes its hosts one after another.
    for (const { name, address } of this.plant.nodes) await door.onHost(await this.network.host(name, address ?? ''));
    await Promise.all(this.plant.nodes.map((node, index) => this.#startNode(node, `10.244.${index + 1}.0/24`, images)));

    const tree = await writeTree(join(workDir.path, 'plant'), keys, owner, programs.cluster.path('sops'));
    this.flux = await startFlux({ controlPlane: this.controlPlane });
    this.#ends.push(() => this.flux.stop());
    await this.controlPlane.apply(...bootstrapSecrets(cluster.identity, 'york'));
    await this.controlPlane.kubectl(['apply', '--server-side', '-k', join(tree, 'flux')]);
    await this.flux.deliver(tree, { gitRepositoryName: 'cluster' });
  }

  async #startNode(node: Plant['nodes'][number], podNetwork: string, images: string): Promise<void> {
    const { programs, group, controlPlane } = this;
    const machine = await Machine.on(this.network.hostNamed(node.name), group, programs.pause);
    this.machines.set(node.name, machine);
    this.#ends.push(() => machine.switchOff());
    for (let n = 0; n < VOLUMES_PER_NODE; n++) mkdirSync(join(machine.folder, 'lib', 'volumes', `${n}`), { recursive: true });
    await startNode({ programs, controlPlane, machine, node, podNetwork, images });
  }

  /** The real programs, under the names of the manifests. The database of MariaDB's image is Debian's, of an older release. */
  #images(): Promise<string> {
    const { natsServer, telegraf } = this.programs.daemons;
    const folder = join(this.workDir.path, 'images');
    mkdirSync(folder);
    return writeImageArchive(folder, [
      { name: PAUSE_IMAGE, files: { pause: this.programs.pause }, entrypoint: ['/pause'] },
      { name: IMAGES.nats, files: { 'usr/bin/nats-server': natsServer } },
      { name: IMAGES.telegraf, files: { 'usr/bin/telegraf': telegraf } },
      {
        name: IMAGES.mariadb,
        // Its name is an alternative, which no package lists.
        files: { 'usr/bin/awk': '/usr/bin/mawk' },
        packages: ['mariadb-server-core', 'mariadb-client', 'dash', 'coreutils', 'sed', 'grep', 'gzip', 'findutils'],
      },
    ]);
  }

  /** A storage class whose volumes are folders of the nodes, root's until a kubelet gives them to a pod. */
  #volumes(): object[] {
    const storageClassName = this.plant.storage.class;
    return [
      storageClass('kubernetes.io/no-provisioner', storageClassName),
      ...this.plant.nodes.flatMap(({ name }) =>
        Array.from({ length: VOLUMES_PER_NODE }, (_, n) => ({
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: `${name}-${n}` },
          spec: {
            capacity: { storage: '100Gi' },
            accessModes: ['ReadWriteOnce'],
            persistentVolumeReclaimPolicy: 'Retain',
            storageClassName,
            local: { path: `/var/lib/volumes/${n}` },
            nodeAffinity: {
              required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] }] },
            },
          },
        })),
      ),
    ];
  }

  async #layOutCentre(): Promise<void> {
    const { host: name, port } = this.plant.contract.mqtt;
    this.central = new CentralBroker(this.group, {
      host: await this.network.host('central', '192.0.2.1'),
      gate: this.gate,
      port,
      mosquitto: this.programs.daemons.mosquitto,
      authority: this.centralAuthority.signing.certificate,
      certificate: issueCertificate(
        this.centralAuthority,
        { kind: 'certificate', commonName: 'mqtt', dnsNames: [name], usages: ['server'] },
        new Date(),
      ),
      users: Object.fromEntries([CENTRAL_LOGIN, READER].map(({ username, password }) => [username, password])),
    });
  }

  /** A reader at the central broker. */
  async reader(): Promise<TestClient> {
    const { host, port } = this.plant.contract.mqtt;
    const { address, authority } = this.central;
    const client = await TestClient.connect(this.gate, {
      address,
      port,
      serverName: host,
      clientId: 'reader',
      ca: authority,
      clean: false,
      ...READER,
    });
    this.#ends.push(() => client.drop());
    return client;
  }

  /** The pods of a namespace. */
  async pods(namespace: string): Promise<RealPod[]> {
    return (await this.controlPlane.api.get<{ items: RealPod[] }>(`/api/v1/namespaces/${namespace}/pods`)).items;
  }

  /** Waits until a workload of one pod, or a pod of a StatefulSet, has a pod that is Ready by its own probes, and not `former`. */
  async ready(namespace: string, name: string, timeoutMs = 120_000, former?: RealPod): Promise<RealPod> {
    return await eventually(`${namespace}/${name} to be Ready`, timeoutMs, async () => {
      const found = (await this.pods(namespace)).filter(
        ({ metadata }) => metadata.name === name || metadata.name.replace(/(-[a-z0-9]+){2}$/, '') === name,
      );
      const pod = found.find(({ metadata }) => metadata.uid !== former?.metadata.uid && metadata.deletionTimestamp === undefined);
      if (!pod) throw new Error('there is no such pod');
      if (!isReady(pod)) throw new Error(JSON.stringify(pod.status.containerStatuses ?? pod.status.conditions));
      return pod;
    });
  }

  /** The pod, as it is now. */
  pod({ metadata: { namespace, name } }: RealPod): Promise<RealPod> {
    return this.controlPlane.api.get<RealPod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
  }

  /** The container of a running pod. */
  container(pod: RealPod): Container {
    return Container.of(pod.status.containerStatuses?.[0]?.containerID ?? '');
  }

  /** Value of a key of a Secret. */
  async secret(namespace: string, name: string, key: string): Promise<string> {
    const { data } = await this.controlPlane.api.get<{ data: Record<string, string> }>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    return Buffer.from(data[key] ?? '', 'base64').toString();
  }

  /** Folder for files of a test. */
  get folder(): string {
    return this.workDir.path;
  }

  /** Ends everything that was started, the youngest first, and removes the files. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    await this.workDir.remove();
  }
}

/** Whether a kubelet says that its probes succeed. */
export function isReady({ status }: RealPod): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
