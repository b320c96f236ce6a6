import { fluxWiring } from '../../../stacks/flux/wiring';
import { yamlText } from '../../../stacks/flux/yaml';
import { examplePlant, type Fields } from '../manifest/rendered';

const plant = examplePlant();
const wiring = fluxWiring(plant, ['machines', 'data', 'platform']) as Fields[];
const named = (kind: string, name: string) => wiring.find((object) => object.kind === kind && object.metadata.name === name);

describe('the wiring of Flux', () => {
  test('has a repository and at most six Kustomizations', () => {
    expect(wiring.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'GitRepository flux-system/cluster',
      'Kustomization flux-system/cluster',
      'Kustomization flux-system/platform',
      'Kustomization flux-system/data',
      'Kustomization flux-system/machines',
      'Kustomization flux-system/secrets',
    ]);
    expect(fluxWiring(plant, ['platform', 'operators', 'data', 'machines']).filter(({ kind }) => kind === 'Kustomization')).toHaveLength(6);
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
      ['platform', true, []],
      ['data', true, ['platform']],
      ['machines', false, ['data']],
      ['secrets', false, ['platform']],
    ]);
  });

  test('depends on nothing that is not there', () => {
    const machines = fluxWiring(plant, ['platform', 'machines']).find(({ metadata }) => metadata.name === 'machines') as Fields;
    expect(machines.spec.dependsOn).toBeUndefined();
  });

  test('removes no data when a Kustomization is deleted', () => {
    const deleting = wiring.filter(({ spec }) => spec.deletionPolicy !== undefined && spec.deletionPolicy !== 'Orphan');
    expect(deleting.map(({ metadata }) => metadata.name)).toEqual(['machines']);
  });

  test('finds the tree where the repository has it', () => {
    const elsewhere = fluxWiring({ ...plant, repository: { ...plant.repository, folder: './plants/leeds' } }, ['platform']) as Fields[];
    expect(elsewhere.slice(1).map(({ spec }) => spec.path)).toEqual([
      './plants/leeds/flux',
      './plants/leeds/flux/phases/platform',
      './plants/leeds/secrets',
    ]);
  });
});
