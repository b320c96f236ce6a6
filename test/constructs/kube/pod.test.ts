import { type HardenedPodProps, hardenedPod } from '../../../constructs/kube/pod';
import type { Node } from '../../../infra/model/node';

const hardware = {
  architecture: 'amd64',
  cpuCores: 4,
  memoryMiB: 4096,
  storageGiB: 100,
  reservedCpuMillis: 500,
  reservedMemoryMiB: 768,
} as const;
const node: Node = { name: 'b2', rack: 'b', type: 'box', hardware, taints: [] };
const panel: Node = { ...node, taints: [{ key: 'factoryplus.app.amrc.co.uk/specialised', value: 'oven', effect: 'NoExecute' }] };

/** Every property with a value that differs from its default: a new one breaks this until it is tested. */
const all: Required<Omit<HardenedPodProps, 'rootToRead' | 'token' | 'everywhere' | 'user' | 'before' | 'beside'>> = {
  containerName: 'nats',
  image: 'docker.io/library/nats:2.12.0-alpine',
  command: ['/bin/sh'],
  args: ['nats-server'],
  restartPolicy: 'Always',
  env: [{ name: 'A', value: 'b' }],
  ports: [{ name: 'mqtts', port: 8883 }],
  health: { port: 8222, livenessPath: '/alive', readinessPath: '/ready', startSeconds: 601 },
  resources: { cpuMillis: [100, 1000], memoryMiB: [96, 384] },
  mounts: [
    { name: 'configuration', path: '/etc/nats', from: { configMap: 'plant-broker' } },
    { name: 'tls', path: '/run/tls', from: { secret: 'plant-broker-tls' } },
    { name: 'store', path: '/data', from: { claim: true } },
    { name: 'share', path: '/share', from: { claim: 'press-1-share', readOnly: true } },
    { name: 'scratch', path: '/tmp', from: { scratchMiB: 16 } },
  ],
  serviceAccount: 'plant-broker',
  priorityClass: 'plant-data',
  terminationGraceSeconds: 60,
  node: panel,
  rack: 'b',
  affinity: { podAntiAffinity: {} },
  spread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
};
const pod = hardenedPod(all);
const [container] = pod.containers;
const { terminationGraceSeconds, node: _, rack: __, affinity, spread, env, command, restartPolicy, ...least } = all;

describe('a hardened pod', () => {
  test('takes over what it is told', () => {
    expect(pod).toMatchObject({
      serviceAccountName: 'plant-broker',
      priorityClassName: 'plant-data',
      terminationGracePeriodSeconds: terminationGraceSeconds,
      nodeSelector: { 'kubernetes.io/hostname': 'b2' },
      affinity,
      topologySpreadConstraints: spread,
    });
    expect(container).toMatchObject({ name: 'nats', image: all.image, command, args: all.args, env });
    expect(pod.restartPolicy).toBe(restartPolicy);
  });

  test('mounts files that it may only read, and volumes and scratch space that it may write', () => {
    expect(container?.volumeMounts?.map(({ name, readOnly }) => [name, readOnly])).toEqual([
      ['configuration', true],
      ['tls', true],
      ['store', false],
      ['share', true],
      ['scratch', false],
    ]);
    expect(pod.volumes?.map(({ name }) => name)).toEqual(['configuration', 'tls', 'share', 'scratch']);
    expect(pod.volumes?.[2]?.persistentVolumeClaim).toEqual({ claimName: 'press-1-share', readOnly: true });
    expect(pod.volumes?.[3]?.emptyDir?.sizeLimit?.value).toBe('16Mi');
  });

  test('may take as long to start as it is given, rounded up', () => {
    const { periodSeconds = 0, failureThreshold = 0 } = container?.startupProbe ?? {};
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(601);
    expect(periodSeconds * failureThreshold).toBeLessThan(604);
  });

  test('is asked for its life and its work at different paths', () => {
    expect(container?.livenessProbe?.httpGet?.path).toBe('/alive');
    expect(container?.startupProbe?.httpGet?.path).toBe('/alive');
    expect(container?.readinessProbe?.httpGet?.path).toBe('/ready');
  });

  test('is root, without a capability, where it must read what belongs to root', () => {
    const reader = hardenedPod({ ...least, rootToRead: 'the logs of the node belong to root' });
    expect(reader.securityContext).toMatchObject({ runAsNonRoot: false, runAsUser: 0 });
    expect(reader.containers[0]?.securityContext).toMatchObject({
      runAsUser: 0,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  test('has a token, and a place on every node, only where it is told so', () => {
    expect(hardenedPod(least)).toMatchObject({ automountServiceAccountToken: false });
    expect(hardenedPod({ ...least, token: true }).automountServiceAccountToken).toBe(true);
    expect(hardenedPod({ ...least, everywhere: true }).tolerations).toEqual([{ operator: 'Exists' }]);
  });

  test('tolerates the taint of the specialised node that it names', () => {
    const keys = (named?: Node) => hardenedPod({ ...least, ...(named ? { node: named } : {}) }).tolerations?.map(({ key }) => key);
    const dead = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
    expect(keys(panel)).toEqual([...dead, 'factoryplus.app.amrc.co.uk/specialised']);
    expect(keys(node)).toEqual(dead);
    expect(keys()).toEqual(dead);
  });

  test('has 30 seconds to end, a minute to start and any general-purpose node unless told otherwise', () => {
    const plain = hardenedPod({ ...least, health: { port: 8222, readinessPath: '/ready' } });
    expect(plain.terminationGracePeriodSeconds).toBe(30);
    expect(plain.nodeSelector).toBeUndefined();
    expect(plain.affinity).toBeUndefined();
    expect(plain.topologySpreadConstraints).toBeUndefined();
    expect(plain.containers[0]?.env).toBeUndefined();
    expect(plain.containers[0]?.startupProbe).toMatchObject({ periodSeconds: 2, failureThreshold: 30 });
  });

  test('is alive while it accepts connections, where it has no path for that', () => {
    const plain = hardenedPod({ ...least, health: { port: 8222, readinessPath: '/ready' } }).containers[0];
    expect(plain?.livenessProbe?.tcpSocket?.port.value).toBe(8222);
    expect(plain?.livenessProbe?.httpGet).toBeUndefined();
  });
});
