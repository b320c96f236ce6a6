/** One Go module of this folder and what is made from it. */
export interface ProgramModule {
  /** Folder under `test/cluster/programs` that holds the module's go.mod and go.sum. */
  readonly folder: string;
  /** Program name → the Go package it is built from. */
  readonly packages: Readonly<Record<string, string>>;
  /** Extra linker flags, such as the version that a program reports. @default "-s -w" alone */
  readonly ldflags?: string;
  /** Go module whose `config/crd/bases` is copied next to the programs. @default - no CRDs */
  readonly crdsOf?: string;
}

/** The Kubernetes version under test; the API server reports it and clients compare themselves with it. */
export const kubernetesVersion = 'v1.34.4';

// A Kubernetes program refuses to start, or reports v0.0.0-master, without these: they are what the
// official release sets. The date only has to be valid; a fixed one keeps the build reproducible.
const versionFlags = [
  ['gitVersion', kubernetesVersion],
  ['gitMajor', '1'],
  ['gitMinor', '34'],
  ['gitTreeState', 'clean'],
  ['buildDate', '2026-01-01T00:00:00Z'],
]
  .flatMap(([name, value]) => ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].map((at) => `-X ${at}.${name}=${value}`))
  .join(' ');

/** Everything the cluster tests run, in the order in which it is built. */
export const programModules: readonly ProgramModule[] = [
  {
    folder: 'kubernetes',
    packages: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      etcd: 'go.etcd.io/etcd/server/v3',
    },
    ldflags: versionFlags,
  },
  { folder: 'kwok', packages: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' } },
  {
    folder: 'flux',
    packages: {
      'kustomize-controller': 'github.com/fluxcd/kustomize-controller',
      sops: 'github.com/getsops/sops/v3/cmd/sops',
      age: 'filippo.io/age/cmd/age',
      'age-keygen': 'filippo.io/age/cmd/age-keygen',
    },
    crdsOf: 'github.com/fluxcd/kustomize-controller',
  },
  // Only the CRDs: the tests put a stand-in in place of source-controller, which would need a Git server.
  { folder: 'source', packages: {}, crdsOf: 'github.com/fluxcd/source-controller' },
];
