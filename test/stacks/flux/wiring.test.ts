import { wiredComponents } from '../../../stacks/flux/tree';
import { fluxWiring, type WiredComponent } from '../../../stacks/flux/wiring';
import { yamlText } from '../../../stacks/flux/yaml';
import { plantManifests } from '../../../stacks/manifest/build';
import { examplePlant, type Fields } from '../manifest/rendered';

const plant = examplePlant();
const components: readonly WiredComponent[] = [
  { name: 'machine-press-2', phase: 'machines' },
  { name: 'plant-broker', phase: 'data' },
  { name: 'flux-controllers', phase: 'flux' },
  { name: 'machine-press-1', phase: 'machines' },
  { name: 'data-publisher', phase: 'data' },
  { name: 'platform', phase: 'platform' },
];
const wiring = fluxWiring(plant, components) as Fields[];
const named = (kind: string, name: string) => wiring.find((object) => object.kind === kind && object.metadata.name === name);

describe('the wiring of Flux', () => {
  test('has a repository, and a Kustomization for Flux itself, each phase, each component with the machines, and the secrets', () => {
    expect(wiring.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'GitRepository flux-system/cluster',
      'Kustomization flux-system/cluster',
      'Kustomization flux-system/flux-controllers',
      'Kustomization flux-system/platform',
      'Kustomization flux-system/data',
      'Kustomization flux-system/machine-press-1',
      'Kustomization flux-system/machine-press-2',
      'Kustomization flux-system/machines',
      'Kustomization flux-system/secrets',
    ]);
  });

  test('is the same for components in any order', () => {
    expect(fluxWiring(plant, components.toReversed())).toEqual(wiring);
  });

  test.each(['cluster', 'secrets', 'data', 'machines'])('refuses a component of the machines that is called %s', (name) => {
    expect(() => fluxWiring(plant, [{ name, phase: 'machines' }])).toThrow(
      `component ${name} would have the Kustomization of that name; call it otherwise`,
    );
  });

  test('knows the components of the example by their phases', () => {
    const wired = wiredComponents(plantManifests(plant));
    const of = (phase: string) => wired.filter((component) => component.phase === phase).map(({ name }) => name);
    expect(of('platform')).toEqual(['platform']);
    expect(of('data')).toEqual(['data-publisher', 'job-database', 'oee-calculator', 'plant-broker']);
    expect(of('machines')).toEqual(expect.arrayContaining(['agent-press-1', 'machine-press-1', 'monitoring']));
    expect(new Set(wired.map(({ name }) => name)).size).toBe(wired.length);
  });

  test('reads the repository of the plant', () => {
    expect(yamlText(named('GitRepository', 'cluster'))).toMatchInlineSnapshot(`
"apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: cluster
  namespace: flux-system
spec:
  interval: 3m
  timeout: 60s
  url: https://git.factory.example.com/git/plants/leeds
  ref:
    branch: main
  secretRef:
    name: git-credentials
"
`);
  });

  test('decrypts the secrets', () => {
    expect(yamlText(named('Kustomization', 'secrets').spec)).toMatchInlineSnapshot(`
"interval: 10m
retryInterval: 1m
timeout: 5m
sourceRef:
  kind: GitRepository
  name: cluster
path: ./secrets
prune: false
wait: false
deletionPolicy: Orphan
dependsOn:
  - name: platform
decryption:
  provider: sops
  secretRef:
    name: sops-age
"
`);
  });

  test('waits for what others need, and for no machine', () => {
    expect(
      wiring.slice(1).map(({ metadata, spec }) => [metadata.name, spec.wait, spec.dependsOn?.map(({ name }: Fields) => name) ?? []]),
    ).toEqual([
      ['cluster', false, []],
      ['flux-controllers', false, []],
      ['platform', true, []],
      ['data', true, ['platform']],
      ['machine-press-1', false, ['data']],
      ['machine-press-2', false, ['data']],
      ['machines', false, ['machine-press-1', 'machine-press-2']],
      ['secrets', false, ['platform']],
    ]);
  });

  test('depends on nothing that is not there', () => {
    const alone = components.filter(({ phase }) => phase === 'platform' || phase === 'machines');
    const machine = fluxWiring(plant, alone).find(({ metadata }) => metadata.name === 'machine-press-1') as Fields;
    expect(machine.spec.dependsOn).toEqual([{ name: 'platform' }]);
    const bare = fluxWiring(plant, [{ name: 'machine-press-1', phase: 'machines' }]).find(
      ({ metadata }) => metadata.name === 'machine-press-1',
    );
    expect((bare as Fields).spec.dependsOn).toBeUndefined();
  });

  test('removes the objects of a machine that leaves the tree, and no others, when their Kustomization is deleted', () => {
    const deleting = wiring.filter(({ spec }) => spec.deletionPolicy !== undefined && spec.deletionPolicy !== 'Orphan');
    expect(deleting.map(({ metadata }) => metadata.name)).toEqual(['machine-press-1', 'machine-press-2']);
  });

  test('finds the tree where the repository has it', () => {
    const elsewhere = fluxWiring({ ...plant, repository: { ...plant.repository, folder: './plants/leeds' } }, components) as Fields[];
    expect(elsewhere.slice(1).map(({ spec }) => spec.path)).toEqual([
      './plants/leeds/flux',
      './plants/leeds/components/flux-controllers',
      './plants/leeds/flux/phases/platform',
      './plants/leeds/flux/phases/data',
      './plants/leeds/components/machine-press-1',
      './plants/leeds/components/machine-press-2',
      './plants/leeds/flux/machines',
      './plants/leeds/secrets',
    ]);
  });
});
