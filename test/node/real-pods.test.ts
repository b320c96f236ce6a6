import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../constructs/kube/pod';
import { MOUNTS, PLANT_BROKER } from '../../infra/model/services';
import { SCHEMA_VERSION } from '../../infra/mysql/schema';
import { BROKER_STORE } from '../../infra/nats/broker';
import { kubeNode } from '../../infra/placement/kube-node';
import { plantManifests } from '../../stacks/manifest/build';
import type { KubernetesObject } from '../cluster/support/api';
import { expectedWorkloads } from '../cluster/support/expected-pods';
import { askServer } from '../daemons/support/job-database';
import type { TestClient } from '../daemons/support/mqtt';
import { s7 } from '../daemons/support/plc';
import { eventually } from '../support/wait';
import type { Mounted } from './support/container';
import { PANEL } from './support/estate';
import { isReady, PlantOnNodes, type RealPod } from './support/plant-on-nodes';

const ZONES = ['jobs', 'machines', 'messaging', 'uplink'];
const BROKERS = ['plant-broker-0', 'plant-broker-1', 'plant-broker-2'];

/** What a runtime mounts into every container without making it read-only: in memory, the kernel's, or a single file. */
const RUNTIME = [
  '/sys/fs/cgroup',

  '/dev',
  '/dev/mqueue',
  '/dev/pts',
  '/dev/shm',
  '/dev/termination-log',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/proc',
];

let trial: PlantOnNodes;
let reader: TestClient;
let running: RealPod[];

beforeAll(async () => {
  trial = await PlantOnNodes.start();
  await trial.central.start();
  reader = await trial.reader();
  await reader.subscribe('#');
  for (const plc of trial.plcs.values()) {
    await plc.write({ area: 'DB', number: 10 }, 0, s7.int(2));
    await plc.write({ area: 'DB', number: 10 }, 10, s7.real(212.5));
    await plc.write({ area: 'DB', number: 10 }, 14, s7.real(0));
    await plc.start();
  }
  for (const phase of ['platform', 'secrets', 'data', 'machines']) await trial.flux.waitForReady(phase, 180_000);
  // Flux does not wait for machines: their controllers may be off.
  for (const machine of trial.plcs.keys()) await trial.ready('machines', machine);
  await trial.ready('uplink', 'data-publisher');
  running = (await Promise.all(ZONES.map((zone) => trial.pods(zone)))).flat();
}, 40 * 60_000);

afterAll(async () => {
  await trial?.end();
}, 60_000);

test('the pods that the plant asks for are Ready by their own probes, and a taint keeps away what does not name the node', () => {
  const objects = plantManifests(trial.plant).entries.map(({ object }) => object);
  const wanted = expectedWorkloads(objects, trial.plant.nodes.length).flatMap(({ namespace, name, pods }) =>
    Array<string>(pods).fill(`${namespace}/${name} 0`),
  );
  const found = running.filter(isReady).map(({ metadata, status }) => {
    const name = metadata.labels?.['app.kubernetes.io/name'];
    const restarts = status.containerStatuses?.[0]?.restartCount;
    // The publisher that met no broker yet wants to be started again (infra/telegraf/publisher.ts), once.
    return `${metadata.namespace}/${name} ${name === 'data-publisher' && restarts === 1 ? 0 : restarts}`;
  });
  expect(found.sort()).toEqual(wanted.sort());
  expect(new Set(running.filter(({ metadata }) => BROKERS.includes(metadata.name)).map(({ spec }) => spec.nodeName)).size).toBe(3);
  expect(running.filter(({ spec }) => spec.nodeName === PANEL).map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'])).toEqual([
    'press-2',
  ]);
});

test('a node has the labels and taints of the model', async () => {
  for (const node of trial.plant.nodes) {
    const { metadata, spec } = await trial.controlPlane.api.get<KubernetesObject & { spec: { taints?: object[] } }>(
      `/api/v1/nodes/${node.name}`,
    );
    expect(metadata.labels).toMatchObject(kubeNode(node).metadata.labels);
    expect(spec.taints ?? []).toEqual(node.taints);
  }
});

test("every container's process is the pods' user with no capability, no new privilege, a seccomp filter and no token", () => {
  for (const pod of running) {
    const container = trial.container(pod);
    const of = (field: string) => container.status(field).split(/\s+/);
    expect({
      pod: pod.metadata.name,
      user: of('Uid'),
      group: of('Gid'),
      groups: of('Groups'),
      effective: of('CapEff'),
      bounding: of('CapBnd'),
      noNewPrivileges: of('NoNewPrivs'),
      seccomp: of('Seccomp'),
      token: container.mounts.some(({ path }) => path.includes('serviceaccount')),
    }).toEqual({
      pod: pod.metadata.name,
      user: Array(4).fill(`${POD_USER}`),
      group: Array(4).fill(`${POD_USER}`),
      groups: [`${POD_USER}`],
      effective: ['0000000000000000'],
      bounding: ['0000000000000000'],
      noNewPrivileges: ['1'],
      seccomp: ['2'],
      token: false,
    });
  }
});

test('a container writes to its volumes and nowhere else on a disk: the root and all files of ConfigMaps and Secrets refuse it', async () => {
  for (const pod of running) {
    const container = trial.container(pod);
    const volumes = pod.spec.containers[0].volumeMounts;
    const tried = async (path: string) => {
      const command = 'echo x > "$1/written" && rm "$1/written"';
      return container.as(POD_USER, command, container.path(path)).then(
        () => 'written',
        (error: Error) => error.message.match(/Read-only file system|Permission denied/)?.[0] ?? error.message,
      );
    };
    for (const folder of ['', '/usr', '/etc', '/var', ...(volumes.some(({ mountPath }) => mountPath === '/tmp') ? [] : ['/tmp'])]) {
      expect([pod.metadata.name, folder, await tried(folder)]).toEqual([pod.metadata.name, folder, 'Read-only file system']);
    }
    expect([pod.metadata.name, await tried('/sys/fs/cgroup')]).not.toContain('written');
    for (const { mountPath, readOnly } of volumes) {
      expect([pod.metadata.name, mountPath, await tried(mountPath)]).toEqual([
        pod.metadata.name,
        mountPath,
        readOnly ? 'Read-only file system' : 'written',
      ]);
    }
    const writable = container.mounts.filter((mount: Mounted) => !mount.readOnly).map(({ path }) => path);
    const meant = volumes.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
    expect(writable.filter((path) => !RUNTIME.includes(path) && !path.startsWith('/proc/')).sort()).toEqual([...meant].sort());
  }
});

test('a volume and the files of a Secret belong to the group of the pods, and another user cannot read the key', async () => {
  const broker = trial.container(await trial.ready('messaging', 'plant-broker-0'));
  const key = broker.path(`${MOUNTS.tls}/tls.key`);
  const folder = statSync(broker.path(BROKER_STORE));
  expect([folder.gid, (folder.mode & 0o7777).toString(8)]).toEqual([POD_USER, '2775']);
  const file = statSync(key);
  expect([file.gid, (file.mode & 0o777).toString(8)]).toEqual([POD_USER, '440']);
  expect(await broker.as(POD_USER, 'head -c 10 "$1"', key)).toBe('-----BEGIN');
  await expect(broker.as(POD_USER + 1, 'head -c 10 "$1"', key)).rejects.toThrow(/Permission denied/);
});

test('a pod that breaks Pod Security `restricted` is refused in every zone', async () => {
  for (const zone of ZONES) {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'rude', namespace: zone },
      spec: { containers: [{ name: 'rude', image: 'x' }] },
    };
    await expect(trial.controlPlane.apply(pod)).rejects.toThrow(/violates PodSecurity "restricted:v1.34"/);
  }
});

test('a reading of a controller arrives at the centre, by Service names and over TLS', async () => {
  for (const machine of ['press-1', 'press-2']) {
    await reader.waitFor(`a reading of ${machine}`, 60_000, ({ topic, payload }) => topic.includes(machine) && payload.includes('212.5'));
  }
});

test('the job database has its tables, and rows that it acknowledged are there after SIGKILL and after its pod was deleted by force', async () => {
  await rows("INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ('one', 'press-1', 'cap', '{}', 'test')");
  expect(await rows('SELECT MAX(version) FROM jobs.schema_versions')).toEqual([`${SCHEMA_VERSION}`]);
  const before = await trial.ready('jobs', 'job-database-0');
  trial.container(before).signal('SIGKILL');
  await restarted(before, 137);
  expect(await rows('SELECT id FROM jobs.jobs')).toEqual(['one']);
  await rows("INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ('two', 'press-1', 'cap', '{}', 'test')");
  await deletedByForce(before);
  expect(await rows('SELECT id FROM jobs.jobs ORDER BY id')).toEqual(['one', 'two']);
}, 240_000);

test('a publisher that hangs is restarted for its liveness probe; what the servers of the plant broker kept meanwhile arrives, though each was killed', async () => {
  const publisher = await trial.ready('uplink', 'data-publisher');
  trial.container(publisher).signal('SIGSTOP');
  await trial.plcs.get('press-1')?.write({ area: 'DB', number: 10 }, 10, s7.real(77.25));
  await eventually('readings to wait in the plant broker', 60_000, async () => {
    if ((await waiting()) < 5) throw new Error('fewer than five wait');
  });
  const [first, second, third] = [
    await trial.ready('messaging', 'plant-broker-0'),
    await trial.ready('messaging', 'plant-broker-1'),
    await trial.ready('messaging', 'plant-broker-2'),
  ];
  for (const broker of [first, second]) {
    const kept = await waiting();
    trial.container(broker).signal('SIGKILL');
    await restarted(broker, 137);
    expect(await waiting()).toBeGreaterThanOrEqual(kept);
  }
  await deletedByForce(third);
  expect(reader.received.some(({ payload }) => payload.includes('77.25'))).toBe(false);
  await restarted(publisher, 137);
  await reader.waitFor('the reading from when the publisher hung', 60_000, ({ payload }) => payload.includes('77.25'));
}, 300_000);

test('every program ends by itself on SIGTERM, within its grace period', async () => {
  const names: [string, string][] = [
    ['jobs', 'job-backup'],
    ['jobs', 'job-database-0'],
    ['machines', 'press-1'],
    ['messaging', 'plant-broker-0'],
    ['uplink', 'data-publisher'],
  ];
  const ended = await Promise.all(names.map(async ([zone, name]) => [name, await endedBySignal(await trial.ready(zone, name))] as const));
  for (const [name, { code, seconds, grace }] of ended) {
    console.log(`${name}: exit code ${code} after ${seconds} s of ${grace}`);
    expect([name, code === 137, seconds < grace]).toEqual([name, false, true]);
  }
}, 240_000);

/** Rows of a query by the orchestrator's user, over TLS. */
async function rows(sql: string): Promise<string[]> {
  const { status } = await trial.ready('jobs', 'job-database-0');
  writeFileSync(join(trial.folder, 'ca.crt'), await trial.secret('jobs', 'job-database-tls', 'ca.crt'));
  const { code, said } = await askServer(trial.network.hostNamed('test'), {
    folder: trial.folder,
    address: status.podIP ?? '',
    user: 'orchestrator',
    password: await trial.secret('jobs', 'job-database-orchestrator', 'password'),
    sql,
  });
  if (code !== 0) throw new Error(said);
  return said.split('\n').slice(0, -1);
}

/** Messages that wait in the plant broker, as the first of its servers that answers sees it. */
async function waiting(): Promise<number> {
  for (const name of BROKERS) {
    const { status } = (await trial.pods('messaging')).find(({ metadata }) => metadata.name === name) ?? {};
    const answer = await trial.gate
      .json<{ account_details?: { stream_detail?: { name: string; state: { messages: number } }[] }[] }>(
        status?.podIP ?? '',
        PLANT_BROKER.monitorPort,
        '/jsz?streams=true&accounts=true',
      )
      .catch(() => undefined);
    const streams = answer?.account_details?.flatMap(({ stream_detail = [] }) => stream_detail) ?? [];
    const stream = streams.find((candidate) => candidate.name === '$MQTT_msgs');
    if (stream) return stream.state.messages;
  }
  throw new Error('no server of the plant broker tells what it keeps');
}

/** Waits until the kubelet has restarted a pod's container, which ended with this code, and the pod is Ready again. */
async function restarted(before: RealPod, exitCode: number): Promise<void> {
  const { restartCount = 0 } = before.status.containerStatuses?.[0] ?? {};
  await eventually(`${before.metadata.name} to be Ready again`, 200_000, async () => {
    const pod = await trial.pod(before);
    const [status] = pod.status.containerStatuses ?? [];
    if (!isReady(pod) || !status || status.restartCount <= restartCount) throw new Error(JSON.stringify(status));
    expect(status.lastState.terminated?.exitCode).toBe(exitCode);
  });
}

/** Deletes a pod without waiting for its kubelet, and waits for the next one to be Ready. */
async function deletedByForce(pod: RealPod): Promise<void> {
  const { namespace = '', name } = pod.metadata;
  await trial.controlPlane.kubectl(['delete', 'pod', name, '--namespace', namespace, '--force', '--grace-period=0']);
  await trial.ready(namespace, name, 120_000, pod);
}

/** Deletes a pod properly, and tells how its container ended. The pod is held until that was read. */
async function endedBySignal(pod: RealPod): Promise<{ code: number; seconds: number; grace: number }> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
  const { api } = trial.controlPlane;
  await api.patch(path, { metadata: { finalizers: ['millwright.test/held'] } });
  const began = Date.now();
  await api.delete(path);
  try {
    return await eventually(`${pod.metadata.name} to end`, 150_000, async () => {
      const ended = (await trial.pod(pod)).status.containerStatuses?.[0]?.state.terminated;
      if (!ended) throw new Error('it runs');
      const seconds = Math.max(0, Math.round((Date.parse(ended.finishedAt) - began) / 1000));
      return { code: ended.exitCode, seconds, grace: pod.spec.terminationGracePeriodSeconds };
    });
  } finally {
    await api.patch(path, { metadata: { finalizers: null } });
  }
}
