import { ApiObject } from 'cdk8s';
import { InadmissibleObjects } from '../../../stacks/manifest/admission';
import { plantManifests } from '../../../stacks/manifest/build';
import { type Fields, objectNamed, smallPlant } from './rendered';

const plant = smallPlant();
const set = plantManifests(plant);

/** What is said of objects that an owner adds; test/stacks/charts/extension.test.ts goes through the common mistakes. */
function refused(...objects: Fields[]): string[] {
  try {
    plantManifests(plant, (chart) => {
      for (const [index, object] of objects.entries()) new ApiObject(chart, `object-${index}`, object);
    });
    return [];
  } catch (error) {
    if (error instanceof InadmissibleObjects) return error.problems.map(({ path, message }) => `${path.slice(2)} ${message}`);
    throw error;
  }
}

const metadata = { name: 'mine', namespace: 'machines' };
const configMap = (data: object, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, ...more }, data });

/** The workload of a gateway under another name, with a change to its pod. */
function workload(change: (pod: Fields, container: Fields) => void): Fields {
  const object = JSON.parse(JSON.stringify(objectNamed(set, 'Deployment machines/press-1')));
  Object.assign(object, { metadata });
  change(object.spec.template.spec, object.spec.template.spec.containers[0]);
  return object;
}

describe('admission', () => {
  test('takes a workload like those of Millwright, and files with lines and tabs', () => {
    expect(refused(workload(() => {}))).toEqual([]);
    expect(refused(configMap({ file: 'lines\n\tand tabs\n' }))).toEqual([]);
  });

  test.each<[string, (pod: Fields, container: Fields) => void]>([
    [
      'container telegraf has no seccomp profile',
      (_, { securityContext }) => Object.assign(securityContext.seccompProfile, { type: 'Unconfined' }),
    ],
    ['container telegraf may gain privileges', (_, { securityContext }) => delete securityContext.allowPrivilegeEscalation],
    ['container telegraf may gain privileges', (_, { securityContext }) => Object.assign(securityContext, { privileged: true })],
    [
      'container telegraf keeps capabilities',
      (_, { securityContext }) => Object.assign(securityContext.capabilities, { add: ['SYS_ADMIN'] }),
    ],
    ['container telegraf keeps capabilities', (_, { securityContext }) => delete securityContext.capabilities],
    ['container telegraf states no requests and limits of cpu and memory', (_, { resources }) => delete resources.limits.memory],
    [
      'container first has an image that is not pinned (x)',
      (pod, own) => Object.assign(pod, { initContainers: [{ ...own, name: 'first', image: 'x' }] }),
    ],
  ])('refuses a workload whose %s', (message, change) => {
    expect(refused(workload(change))).toEqual([`Deployment machines/mine ${message}`]);
  });

  test('lets a container leave out what its pod says, and not gainsay it', () => {
    expect(refused(workload((_, { securityContext }) => delete securityContext.runAsNonRoot))).toEqual([]);
    expect(refused(workload((_, { securityContext }) => Object.assign(securityContext, { runAsNonRoot: false })))).toHaveLength(1);
  });

  test.each(['\u0000', '\u2028', '\u007f', '\ufeff', '\ud800', '\r'])('refuses the character %j in a text and in a key', (character) => {
    expect(refused(configMap({ a: `x${character}` }))).toEqual([expect.stringContaining('an invisible separator at data.a')]);
    expect(refused(configMap({ [`k${character}`]: 'x' }))).toEqual([expect.stringContaining('an invisible separator at data.')]);
  });

  test('refuses an annotation that kustomize would write so that it cannot read it', () => {
    const annotated = (text: string) => refused(configMap({}, { annotations: { note: text } }));
    expect(annotated('\ta\nb')).toEqual(['ConfigMap machines/mine begins with a tab and has several lines at metadata.annotations.note']);
    expect(['\ta', 'a\n\tb', ' \ta\nb', '\n\ta'].flatMap(annotated)).toEqual([]);
  });

  test('refuses a list, which would carry objects past it', () => {
    expect(refused({ apiVersion: 'v1', kind: 'List', metadata, items: [] })).toEqual([
      'List machines/mine is a list of objects, which would pass unchecked',
    ]);
  });

  test('tells everything in one run', () => {
    expect(
      refused(
        configMap({ a: '\u0000' }, { name: 'A' }),
        workload((pod) => Object.assign(pod, { hostPID: true })),
      ),
    ).toHaveLength(3);
  });
});
