import { areSealed, type EdgeSecrets } from '../../infra/model/delivery';
import { liesInTree } from '../../infra/model/secret-requirement';
import type { KubeObject, ManifestEntry, ManifestSet } from '../manifest/manifest-set';
import { type FluxCluster, fluxWiring, isApart, MACHINES, MACHINES_FOLDER, type WiredComponent } from './wiring';
import { renderedFile } from './yaml';

/** Path below the cluster's folder, with forward slashes → content. Ordered by path. */
export type Tree = ReadonlyMap<string, string>;

/** Folder of objects that belong to no namespace; no namespace can have this name. */
const CLUSTER_SCOPED = '_cluster';

/** Folder of the encrypted Secrets, which belong to the owner: nothing in it is ever rendered. */
export const SECRETS_FOLDER = 'secrets';

/** Where the encrypted file of a Secret lies in a cluster's tree. */
export function secretPath(secret: { readonly namespace: string; readonly name: string }): string {
  return `${SECRETS_FOLDER}/${secret.namespace}/${secret.name}.yaml`;
}

/** Keeps Flux from removing an object when it leaves the tree. */
const KEEP = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } as const;

/** Renders a cluster's Git tree for Flux: wiring, components, and who may read the secrets. */
export function fluxTree(set: ManifestSet, cluster: FluxCluster): Tree {
  const files = new Map<string, string>();
  const write = (path: string, value: unknown) => {
    assertInside(path);
    if (files.has(path)) throw new Error(`two objects would be written to ${path}`);
    files.set(path, renderedFile(value));
  };

  const components = new Map<string, string[]>();
  for (const entry of set.entries) {
    const path = `${entry.object.metadata.namespace ?? CLUSTER_SCOPED}/${fileName(entry.object)}`;
    write(`components/${entry.component}/${path}`, delivered(entry));
    components.set(entry.component, [...(components.get(entry.component) ?? []), path]);
  }
  for (const [name, paths] of components) write(`components/${name}/kustomization.yaml`, kustomizeFile(paths));

  const wired = wiredComponents(set);
  for (const phase of new Set(wired.map((component) => component.phase))) {
    if (isApart(phase)) continue;
    const members = wired.filter((component) => component.phase === phase).map(({ name }) => `../../../components/${name}`);
    write(`flux/phases/${phase}/kustomization.yaml`, kustomizeFile(members));
  }
  if (wired.some(({ phase }) => phase === 'machines')) write(`${MACHINES_FOLDER}/kustomization.yaml`, emptyKustomizeFile(MACHINES));
  const wiring = fluxWiring(cluster, wired, set.secrets.some(liesInTree));
  for (const object of wiring) write(`flux/${fileName(object)}`, object);
  write('flux/kustomization.yaml', kustomizeFile(wiring.map(fileName)));

  if (cluster.secrets) write('.sops.yaml', sopsRules(cluster.secrets));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The components of a cluster, for its wiring, in the order in which they are applied. */
export function wiredComponents(set: ManifestSet): WiredComponent[] {
  return [...new Map(set.entries.map(({ component, phase }) => [component, phase]))].map(([name, phase]) => ({ name, phase }));
}

function fileName(object: KubeObject): string {
  return `${object.kind.toLowerCase()}.${object.metadata.name}.yaml`;
}

/** An object as it stands in the tree: Flux removes none that holds data. */
export function delivered({ object, protect }: ManifestEntry): KubeObject {
  if (!protect) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...KEEP } } };
}

/** A file of kustomize itself, which Flux uses to put files together. */
function kustomizeFile(resources: readonly string[]): unknown {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [...resources].sort() };
}

/** A file of kustomize that lists nothing. Kustomize takes one that says nothing at all for a mistake, so it says its name. */
function emptyKustomizeFile(name: string): unknown {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', metadata: { name }, resources: [] };
}

/** Tells sops to whom the values of a Secret are encrypted. Kind and name stay readable, so that a reviewer sees what it is. */
function sopsRules(secrets: EdgeSecrets): unknown {
  const { ownerKeys } = secrets;
  return {
    creation_rules: [
      // Sealed Secrets are sealed without sops.
      ...(areSealed(secrets)
        ? []
        : [
            {
              path_regex: `(^|/)${SECRETS_FOLDER}/[^/]+/[^/]+\\.yaml$`,
              encrypted_regex: '^(data|stringData)$',
              age: [...new Set([secrets.clusterKey, ...ownerKeys])].join(','),
            },
          ]),
      // The cluster's certificate authority: its owner's alone, so that a stolen node cannot sign.
      { path_regex: '(^|/)authority/[^/]+\\.yaml$', encrypted_regex: '^(data|stringData)$', age: ownerKeys.join(',') },
    ],
  };
}

/** A path from names must never leave the cluster's folder (Flux CVE-2022-24877, Argo CD CVE-2022-31036). */
function assertInside(path: string): void {
  if (!path.split('/').every((part) => /^[A-Za-z0-9_.-]+$/.test(part) && part !== '.' && part !== '..')) {
    throw new Error(`${JSON.stringify(path)} is not a path inside the cluster's folder`);
  }
}
