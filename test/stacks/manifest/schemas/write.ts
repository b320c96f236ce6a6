import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUPPORTED_KUBERNETES } from '../../../../infra/model/kubernetes';
import { DEFINITIONS_FILE, type Schema } from './definitions';

/**
 * Writes definitions.jsonl for the supported versions of Kubernetes. Run after a version or a kind is added:
 *
 *     node --import tsx test/stacks/manifest/schemas/write.ts FOLDER
 *
 * FOLDER holds `v1.34.0-local-strict/_definitions.json` and so on, as in the Python package kubernetes-validate 1.37.0.
 */
const KINDS = [
  'admissionregistration.v1.ValidatingAdmissionPolicy',
  'admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  'apps.v1.DaemonSet',
  'apps.v1.Deployment',
  'apps.v1.StatefulSet',
  'batch.v1.CronJob',
  'batch.v1.Job',
  'core.v1.ConfigMap',
  'core.v1.LimitRange',
  'core.v1.Namespace',
  'core.v1.PersistentVolume',
  'core.v1.PersistentVolumeClaim',
  'core.v1.Pod',
  'core.v1.ResourceQuota',
  'core.v1.Secret',
  'core.v1.Service',
  'core.v1.ServiceAccount',
  'networking.v1.Ingress',
  'networking.v1.IngressClass',
  'networking.v1.NetworkPolicy',
  'policy.v1.PodDisruptionBudget',
  'rbac.v1.ClusterRole',
  'rbac.v1.ClusterRoleBinding',
  'rbac.v1.Role',
  'rbac.v1.RoleBinding',
  'scheduling.v1.PriorityClass',
  'storage.v1.StorageClass',
] as const;

/** A schema without what is for people, and without null: a rendered object says nothing where it has nothing to say. */
function bare(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.filter((item) => key !== 'type' || item !== 'null').map((item) => bare(item));
    return key === 'type' && items.length === 1 ? items[0] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !(name === 'description' && typeof inner === 'string') && !name.startsWith('x-'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, bare(inner, name)]),
  );
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner.replace('#/$defs/', '')] : references(inner),
  );
}

function main(folder: string): void {
  const versionsOf = new Map<string, string[]>();
  for (const version of SUPPORTED_KUBERNETES) {
    const file = join(folder, `v${version}.0-local-strict`, '_definitions.json');
    const all = (JSON.parse(readFileSync(file, 'utf8')) as { $defs: Record<string, Schema> }).$defs;
    const left: string[] = KINDS.map((kind) => `io.k8s.api.${kind}`);
    const seen = new Set<string>();
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!all[name]) throw new Error(`${file} has no type ${name}`);
      const schema = bare(all[name]);
      left.push(...references(schema));
      const key = JSON.stringify([name, schema]);
      versionsOf.set(key, [...(versionsOf.get(key) ?? []), version]);
    }
  }
  const lines = [...versionsOf].map(([key, versions]) => {
    const [name, schema] = JSON.parse(key) as [string, Schema];
    return JSON.stringify({ name, versions, schema });
  });
  writeFileSync(DEFINITIONS_FILE, `${lines.sort().join('\n')}\n`);
}

main(process.argv[2] ?? '.');
