import { load } from 'js-yaml';
import { FLUX_KINDS } from '../../../infra/flux/crds';
import { fluxTree, secretPath } from '../../../stacks/flux/tree';
import { plantManifests } from '../../../stacks/manifest/build';
import { withChange, withoutJobs } from '../../support/estates';
import { examplePlant, type Fields, plantsOf } from '../manifest/rendered';

const plant = examplePlant();
const set = plantManifests(plant);
const tree = fluxTree(set, plant);
const read = (path: string): Fields => load(tree.get(path) ?? '');
const folderOf = (path: string) => path.split('/').slice(0, -1).join('/');

describe('the tree of the example', () => {
  test('holds these files of the platform, the data and the wiring', () => {
    const shown = ['data-publisher', 'job-orchestrator', 'plant-broker', 'platform'];
    const of = (path: string) => path.split('/')[1] ?? '';
    const paths = [...tree.keys()].filter(
      (path) =>
        // What applies each machine is below.
        (!path.startsWith('components/') && !/^flux\/kustomization\.(agent|machine)-/.test(path)) ||
        (shown.includes(of(path)) && !/^components\/platform\/(?!_cluster|machines)/.test(path)),
    );
    expect(paths.join('\n')).toMatchSnapshot();
    const names = (prefix: string, pattern: RegExp) =>
      plant.machines.flatMap(({ name }) => (pattern.test(name) ? [`${prefix}-${name}`] : []));
    expect([...new Set([...tree.keys()].filter((path) => path.startsWith('components/')).map(of))].sort()).toEqual(
      [
        ...shown,
        ...['flux-controllers', 'command-receiver', 'erp-link', 'job-database', 'log-collector', 'monitoring', 'oee-calculator'],
        ...names('agent', /^(lathe|press)/),
        ...names('machine', /./),
      ].sort(),
    );
  });

  test('holds five files for a machine', () => {
    expect([...tree.keys()].filter((path) => path.startsWith('components/machine-press-1/'))).toMatchInlineSnapshot(`
[
  "components/machine-press-1/kustomization.yaml",
  "components/machine-press-1/machines/configmap.press-1.yaml",
  "components/machine-press-1/machines/deployment.press-1.yaml",
  "components/machine-press-1/machines/networkpolicy.press-1.yaml",
  "components/machine-press-1/machines/serviceaccount.press-1.yaml",
]
`);
  });

  test('tells sops to whom the secrets are encrypted', () => {
    expect(tree.get('.sops.yaml')).toMatchInlineSnapshot(`
"# Rendered by millwright from the estate. Edits here are lost: change the estate and run millwright synth.
creation_rules:
  - path_regex: (^|/)secrets/[^/]+/[^/]+\\.yaml$
    encrypted_regex: ^(data|stringData)$
    age: age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa,age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf
  - path_regex: (^|/)authority/[^/]+\\.yaml$
    encrypted_regex: ^(data|stringData)$
    age: age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf
"
`);
  });

  test('lists in each kustomization.yaml exactly the files beside it', () => {
    const listed = (path: string) => !/^flux\/(phases|machines)\//.test(path);
    const lists = [...tree.keys()].filter((path) => path.endsWith('kustomization.yaml') && listed(path));
    for (const list of lists) {
      const folder = folderOf(list);
      const beside = [...tree.keys()].filter((path) => path.startsWith(`${folder}/`) && path !== list && listed(path));
      expect(read(list).resources).toEqual(beside.map((path) => path.slice(folder.length + 1)));
    }
  });

  test('applies every component in exactly one Kustomization, and those with the machines in one of its own', () => {
    const wiring = [...tree.keys()].filter((path) => /^flux\/kustomization\.[^/]+\.yaml$/.test(path)).map(read);
    const applied = wiring.flatMap(({ metadata, spec }) => {
      const folder = spec.path.replace('./', '');
      if (folder.startsWith('components/')) return [[folder.replace('components/', ''), metadata.name]];
      if (!folder.startsWith('flux/phases/')) return [];
      const { resources } = read(`${folder}/kustomization.yaml`);
      return resources.map((resource: string) => [resource.replace('../../../components/', ''), metadata.name]);
    });
    const names = [
      ...new Set(set.entries.map(({ component, phase }) => `${component} by ${['flux', 'machines'].includes(phase) ? component : phase}`)),
    ];
    expect(applied.map(([component, by]) => `${component} by ${by}`).sort()).toEqual(names.sort());
    for (const [component] of applied) expect(tree.has(`components/${component}/kustomization.yaml`)).toBe(true);
  });

  test('has nothing where Millwright 0.4 had what it applied with the machines, and a file that applies nothing elsewhere', () => {
    expect([...tree.keys()].filter((path) => path.startsWith('flux/phases/machines'))).toEqual([]);
    expect(read('flux/machines/kustomization.yaml')).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      metadata: { name: 'machines' },
      resources: [],
    });
  });

  test('keeps from pruning what holds data or all of something, and nothing else', () => {
    const kept = [...tree]
      .filter(([path, text]) => path.startsWith('components/') && text.includes('kustomize.toolkit.fluxcd.io/prune: disabled'))
      .map(([path]) => path.split('/').at(-1));
    const zones = ['agents', 'jobs', 'logs', 'machines', 'messaging', 'monitoring', 'processing', 'uplink'];
    expect(kept.map((name) => name?.replace(/[0-9a-f]{8}/, 'HASH')).sort()).toEqual(
      [
        ...['flux-system', ...zones].map((zone) => `namespace.${zone}.yaml`),
        ...FLUX_KINDS.map(({ plural, group }) => `customresourcedefinition.${plural}.${group}.yaml`),
        ...['job-database', 'plant-broker'].map((name) => `statefulset.${name}.yaml`),
        'persistentvolumeclaim.job-backup.yaml',
        ...['station-1', 'station-2', 'station-3'].flatMap((name) => [
          `persistentvolume.${name}-files-HASH.yaml`,
          `persistentvolumeclaim.${name}-files-HASH.yaml`,
        ]),
      ].sort(),
    );
  });

  test('has no file where the owner keeps secrets', () => {
    expect([...tree.keys()].filter((path) => path.startsWith('secrets/') || path.startsWith('authority/'))).toEqual([]);
    expect(secretPath({ namespace: 'machines', name: 'press-1-client-tls' })).toBe('secrets/machines/press-1-client-tls.yaml');
  });

  test('encrypts by its rules every file that a Secret lies in', () => {
    const [secrets, authority] = read('.sops.yaml').creation_rules.map((rule: Fields) => new RegExp(rule.path_regex));
    for (const secret of set.secrets) expect(secretPath(secret)).toMatch(secrets);
    expect('authority/ca.yaml').toMatch(authority);
    expect(authority.test('secrets/machines/press-1-client-tls.yaml') || secrets.test('authority/ca.yaml')).toBe(false);
  });
});

describe('a tree', () => {
  test('of a plant without machines and what else runs in their phase has no such phase', () => {
    const [empty] = plantsOf(
      withChange((estate) => {
        const { leeds } = estate.plants;
        Object.assign(leeds, { machines: {}, monitoring: { off: true, reason: 'Trial bench' } });
        withoutJobs(estate);
        delete leeds.logs;
      }),
    );
    if (!empty) throw new Error('there is no plant');
    const paths = [...fluxTree(plantManifests(empty), empty).keys()];
    expect(paths.filter((path) => path.startsWith('flux/'))).toEqual([
      'flux/gitrepository.cluster.yaml',
      'flux/kustomization.cluster.yaml',
      'flux/kustomization.data.yaml',
      'flux/kustomization.flux-controllers.yaml',
      'flux/kustomization.platform.yaml',
      'flux/kustomization.secrets.yaml',
      'flux/kustomization.yaml',
      'flux/phases/data/kustomization.yaml',
      'flux/phases/platform/kustomization.yaml',
    ]);
  });

  const entry = set.entries.find(({ object }) => object.kind === 'ConfigMap');
  const renamed = (name: string, component = 'c') => {
    if (!entry) throw new Error('there is no ConfigMap');
    return { ...entry, component, object: { ...entry.object, metadata: { ...entry.object.metadata, name } } };
  };

  test.each(['../x', '..', 'a b', 'a\nb', 'ä', ''])('never leaves its folder by a component named %j', (component) => {
    expect(() => fluxTree({ ...set, entries: [renamed('x', component)] }, plant)).toThrow('is not a path inside the cluster');
  });

  test.each(['../../x', 'a/../../b', 'a\u0000b'])('never leaves its folder by an object named %j', (name) => {
    expect(() => fluxTree({ ...set, entries: [renamed(name)] }, plant)).toThrow('is not a path inside the cluster');
  });

  test('refuses two objects in one file', () => {
    expect(() => fluxTree({ ...set, entries: [renamed('x'), renamed('x')] }, plant)).toThrow(
      'two objects would be written to components/c/',
    );
  });
});
