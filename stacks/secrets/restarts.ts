import type { KubeObject, ManifestEntry } from '../manifest/manifest-set';

/** Kinds that kubectl can restart. */
const WORKLOADS: ReadonlySet<string> = new Set(['DaemonSet', 'Deployment', 'StatefulSet']);

interface PodSpec {
  readonly volumes?: readonly {
    readonly secret?: { readonly secretName?: string };
    readonly projected?: { readonly sources?: readonly { readonly secret?: { readonly name?: string } }[] };
  }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string } } }[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[];
}

/**
 * Commands that restart the workloads whose containers read one of the Secrets, ordered. An image pull secret needs none.
 *
 * The field manager is one that Flux leaves alone: it takes back what plain kubectl wrote, and the pods would start twice
 * (fluxcd.io/flux/faq, "Why are kubectl edits rolled back by Flux?").
 *
 * @param renewed `namespace/name` of Secrets
 */
export function restartCommands(entries: readonly ManifestEntry[], renewed: ReadonlySet<string>): string[] {
  const reads = ({ kind, metadata, spec }: KubeObject) =>
    WORKLOADS.has(kind) && secretNames(podSpec(spec)).some((name) => renewed.has(`${metadata.namespace}/${name}`));
  return entries
    .filter(({ object }) => reads(object))
    .map(
      ({ object: { kind, metadata } }) =>
        `kubectl -n ${metadata.namespace} rollout restart ${kind.toLowerCase()}/${metadata.name} --field-manager=flux-client-side-apply`,
    )
    .sort();
}

function podSpec(spec: unknown): PodSpec {
  return (spec as { template?: { spec?: PodSpec } } | undefined)?.template?.spec ?? {};
}

function secretNames({ volumes = [], containers = [], initContainers = [] }: PodSpec): (string | undefined)[] {
  return [
    ...volumes.flatMap(({ secret, projected }) => [secret?.secretName, ...(projected?.sources ?? []).map((source) => source.secret?.name)]),
    ...[...containers, ...initContainers].flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
    ]),
  ];
}
