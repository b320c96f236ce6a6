import type { Problem } from '../../infra/model/problem';
import { isPlainText } from '../../infra/model/text';
import { type Complaint, type KubeObject, type ManifestEntry, objectText } from './manifest-set';
import { podComplaints } from './pod-admission';

/** Objects that no delivery may apply, all of them together. */
export class InadmissibleObjects extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(`${problems.length} objects are inadmissible`);
    this.name = 'InadmissibleObjects';
  }
}

/** A DNS subdomain (RFC 1123), at most 253 characters: what Kubernetes takes for most names, and cdk8s does not check. */
const OBJECT_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Kinds whose objects belong to no namespace, of those that plants use. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/**
 * What is wrong with a cluster's objects, those of an owner's extension above all: every object passes here before it is delivered.
 * A name or text that Kubernetes or YAML would not carry, a namespace that nobody makes, a Secret's value, a pod that the zones
 * refuse or whose image may change under its name.
 *
 * @param beforehand namespaces that are there before anything is applied
 */
export function inadmissible(cluster: string, entries: readonly ManifestEntry[], beforehand: readonly string[] = []): Problem[] {
  const made = entries.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name);
  const namespaces = new Set([...made, ...beforehand]);
  const seen = new Map<string, string>();
  return entries.flatMap(({ component, object }) => {
    const complaints = [
      ...duplicateComplaints(seen, component, object),
      ...identityComplaints(object, namespaces),
      ...textComplaints(object),
      ...podComplaints(object),
    ];
    return complaints.map(
      ([message, remedy]): Problem => ({
        rule: 'admission',
        severity: 'error',
        path: [cluster, component, objectText(object)],
        message,
        remedy,
      }),
    );
  });
}

function duplicateComplaints(seen: Map<string, string>, component: string, object: KubeObject): Complaint[] {
  const identity = `${object.apiVersion.split('/').slice(0, -1).join('/')} ${objectText(object)}`;
  const other = seen.get(identity);
  if (other === undefined) seen.set(identity, component);
  return other === undefined ? [] : [[`is also rendered by ${other}`, 'give one of them another name']];
}

function identityComplaints({ kind, metadata }: KubeObject, namespaces: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = [];
  if (!OBJECT_NAME.test(metadata.name))
    complaints.push(['has a name that Kubernetes does not take', 'use lower-case letters, digits, hyphens and dots']);
  // kustomize takes a list apart, and nothing would have looked at what is in it.
  if (kind.endsWith('List')) complaints.push(['is a list of objects, which would pass unchecked', 'add each object by itself']);
  if (kind === 'Secret')
    complaints.push([
      'is a Secret, whose value must not stand in Git or in state',
      'state it with requireSecret and let the delivery fill it',
    ]);
  if (CLUSTER_SCOPED.has(kind)) return complaints;
  if (metadata.namespace === undefined) complaints.push(['has no namespace', `name one of ${[...namespaces].sort().join(', ')}`]);
  else if (!namespaces.has(metadata.namespace))
    complaints.push([
      `is in namespace ${metadata.namespace}, which nobody makes`,
      `make it, or name one of ${[...namespaces].sort().join(', ')}`,
    ]);
  return complaints;
}

/** Texts that YAML readers refuse or change. Line feeds and tabs are content of files. */
function textComplaints(object: KubeObject): Complaint[] {
  const bad: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      if (!isPlainText(value.replace(/[\n\t]/g, ''))) bad.push(path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        walk(key, `${path}.${JSON.stringify(key)}`);
        walk(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
      }
    }
  };
  walk(object, '');
  return [
    ...bad.map((path): Complaint => [`holds a control character or an invisible separator at ${path.slice(1)}`, 'remove it']),
    // kustomize writes annotations anew, such a one in a form that it cannot read itself (kyaml 0.20 and 0.21): the whole tree would not be applied.
    ...Object.entries(object.metadata.annotations ?? {})
      .filter(([, text]) => /^\t[^\n]*\n/.test(text))
      .map(
        ([key]): Complaint => [
          `begins with a tab and has several lines at metadata.annotations.${key}`,
          'begin it with something else, because kustomize cannot read that',
        ],
      ),
  ];
}
