import type { KubeObject, ManifestEntry } from '../../../stacks/manifest/manifest-set';
import { restartCommands } from '../../../stacks/secrets/restarts';

function workload(kind: string, name: string, pod: object): ManifestEntry {
  const object: KubeObject = { apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'machines' }, spec: { template: { spec: pod } } };
  return { component: name, phase: 'machines', protect: false, object };
}

const mount = (secretName: string) => ({
  volumes: [
    { name: 'tls', secret: { secretName } },
    { name: 'scratch', emptyDir: {} },
  ],
});

test('what mounts a renewed Secret is restarted, by a manager that Flux leaves alone', () => {
  const entries = [
    workload('StatefulSet', 'store', mount('renewed')),
    workload('Deployment', 'press-1', mount('renewed')),
    workload('Deployment', 'press-2', mount('other')),
    workload('Job', 'once', mount('renewed')),
  ];
  expect(restartCommands(entries, new Set(['machines/renewed', 'uplink/other']))).toEqual([
    'kubectl -n machines rollout restart deployment/press-1 --field-manager=flux-client-side-apply',
    'kubectl -n machines rollout restart statefulset/store --field-manager=flux-client-side-apply',
  ]);
});

test.each<[string, object, number]>([
  ['a projected volume', { volumes: [{ projected: { sources: [{ configMap: {} }, { secret: { name: 'renewed' } }] } }] }, 1],
  ['a variable', { containers: [{ env: [{ name: 'A', value: 'b' }, { valueFrom: { secretKeyRef: { name: 'renewed' } } }] }] }, 1],
  ['all variables', { initContainers: [{ envFrom: [{ secretRef: { name: 'renewed' } }] }] }, 1],
  ['an image pull secret, which is read when a pod starts anyway', { imagePullSecrets: [{ name: 'renewed' }] }, 0],
])('a Secret that is read by %s counts so', (_, pod, count) => {
  expect(restartCommands([workload('DaemonSet', 'a', pod)], new Set(['machines/renewed']))).toHaveLength(count);
});

test('objects without pods are passed over', () => {
  const object: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'machines' } };
  expect(restartCommands([{ component: 'a', phase: 'data', protect: false, object }], new Set(['machines/a']))).toEqual([]);
});
