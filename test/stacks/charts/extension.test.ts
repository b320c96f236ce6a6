import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { hardenedPod } from '../../../constructs/kube/pod';
import { problemText } from '../../../infra/model/problem';
import { fluxTree } from '../../../stacks/flux/tree';
import { InadmissibleObjects } from '../../../stacks/manifest/admission';
import { plantManifests } from '../../../stacks/manifest/build';
import { smallPlant } from '../manifest/rendered';

const plant = smallPlant();

const complaintsOf = (extend: (chart: Chart) => void): string[] => {
  try {
    plantManifests(plant, extend);
    return [];
  } catch (error) {
    if (error instanceof InadmissibleObjects) return error.problems.map(problemText);
    throw error;
  }
};

test("an owner's own objects are a component of their own, and change no other file", () => {
  const before = fluxTree(plantManifests(plant), plant);
  const extended = plantManifests(plant, (chart, { name }) => {
    new k8s.KubeConfigMap(chart, 'note', { metadata: { name: 'note', namespace: 'machines' }, data: { plant: name } });
  });
  const after = fluxTree(extended, plant);
  const added = [...after.keys()].filter((path) => !before.has(path));
  expect(added).toEqual([
    'components/extension/kustomization.yaml',
    'components/extension/machines/configmap.note.yaml',
    'flux/kustomization.extension.yaml',
  ]);
  expect([...before.keys()].filter((path) => before.get(path) !== after.get(path))).toEqual([
    'flux/kustomization.machines.yaml',
    'flux/kustomization.yaml',
  ]);
});

test('a pod made with hardenedPod is admitted', () => {
  expect(
    complaintsOf((chart) => {
      new k8s.KubePod(chart, 'viewer', {
        metadata: { name: 'viewer', namespace: 'machines' },
        spec: hardenedPod({
          containerName: 'viewer',
          image: 'registry.example.com/viewer:1.0.0',
          args: [],
          ports: [],
          health: { port: 8080, readinessPath: '/' },
          resources: { cpuMillis: [10, 100], memoryMiB: [16, 64] },
          mounts: [],
          serviceAccount: 'default',
          priorityClass: 'plant-machines',
        }),
      });
    }),
  ).toEqual([]);
});

const configMap =
  (name: string, namespace?: string, data = {}) =>
  (chart: Chart) => {
    new k8s.KubeConfigMap(chart, 'it', { metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, data });
  };
const pod = (spec: object, container: object) => (chart: Chart) => {
  new k8s.KubePod(chart, 'it', {
    metadata: { name: 'it', namespace: 'machines' },
    spec: { ...spec, containers: [{ name: 'c', image: 'x:1', ...container }] },
  });
};

test.each([
  ['a name that Kubernetes does not take', configMap('Bad Name', 'machines'), 'has a name that Kubernetes does not take'],
  ['a name of 300 characters', configMap('x'.repeat(300), 'machines'), 'has a name that Kubernetes does not take'],
  ['no namespace', configMap('it'), 'has no namespace; name one of flux-system, machines, messaging, uplink'],
  ['a namespace that nobody makes', configMap('it', 'nowhere'), 'is in namespace nowhere, which nobody makes'],
  ['a name that another component has', configMap('press-1', 'machines'), 'is also rendered by extension'],
  [
    'a text that YAML changes',
    configMap('it', 'machines', { text: 'a\u0085b' }),
    'holds a control character or an invisible separator at data.text',
  ],
  [
    "a Secret's value",
    (chart: Chart) => void new k8s.KubeSecret(chart, 'it', { metadata: { name: 'it', namespace: 'machines' } }),
    'is a Secret, whose value must not stand in Git',
  ],
  ['a pod that may run as root', pod({}, {}), 'container c may run as root; build the pod with hardenedPod'],
  [
    'an image without a version',
    pod({}, { image: 'registry.example.com:5000/x' }),
    'has an image that is not pinned (registry.example.com:5000/x)',
  ],
  ['the image latest', pod({}, { image: 'x:latest' }), 'has an image that is not pinned (x:latest)'],
  ['a folder of the node', pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }, {}), 'mounts a volume of kind hostPath'],
  ["the node's network", pod({ hostNetwork: true }, {}), "shares a namespace of its node's"],
  ['a port of the node', pod({}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'container c takes a port of its node; use a Service'],
])('an object with %s is refused with the reason', (_, extend, message) => {
  expect(complaintsOf(extend).join('\n')).toContain(message);
});
