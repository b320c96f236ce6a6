import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoModule } from '../../support/go-programs';

/** The Kubernetes version under test; the API server reports it and clients compare themselves with it. */
const kubernetesVersion = 'v1.34.4';

/**
 * Linker flags of a Kubernetes program. It refuses to start, or reports v0.0.0-master, without these: they are what the official release
 * sets. The date only has to be valid; a fixed one keeps the build reproducible.
 */
export const versionFlags = [
  ['gitVersion', kubernetesVersion],
  ['gitMajor', '1'],
  ['gitMinor', '34'],
  ['gitTreeState', 'clean'],
  ['buildDate', '2026-01-01T00:00:00Z'],
]
  .flatMap(([name, value]) => ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].map((at) => `-X ${at}.${name}=${value}`))
  .join(' ');

// Where a controller of Flux keeps its custom resource definitions.
const crdsOf = (module: string) => ({ crds: { module, folder: 'config/crd/bases' } });

/** Everything the cluster tests run, in the order in which it is built. */
export const programModules: readonly GoModule[] = [
  {
    folder: join(__dirname, 'kubernetes'),
    packages: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      etcd: 'go.etcd.io/etcd/server/v3',
    },
    ldflags: versionFlags,
  },
  {
    folder: join(__dirname, 'expansion'),
    packages: { expansion: '.' },
    // Built anew when its source changes.
    ldflags: `-X main.digest=${createHash('sha256')
      .update(readFileSync(join(__dirname, 'expansion', 'main.go')))
      .digest('hex')
      .slice(0, 16)}`,
  },
  { folder: join(__dirname, 'kwok'), packages: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' } },
  {
    folder: join(__dirname, 'flux'),
    packages: {
      'kustomize-controller': 'github.com/fluxcd/kustomize-controller',
      sops: 'github.com/getsops/sops/v3/cmd/sops',
      age: 'filippo.io/age/cmd/age',
      'age-keygen': 'filippo.io/age/cmd/age-keygen',
    },
    copies: crdsOf('github.com/fluxcd/kustomize-controller'),
  },
  {
    folder: join(__dirname, 'sealed-secrets'),
    packages: {
      'sealed-secrets-controller': 'github.com/bitnami/sealed-secrets/cmd/controller',
      kubeseal: 'github.com/bitnami/sealed-secrets/cmd/kubeseal',
    },
    // To hold ours against; what is run is ours.
    copies: { 'upstream-crds': { module: 'github.com/bitnami/sealed-secrets', folder: 'helm/sealed-secrets/crds' } },
  },
  // Only the CRDs: the tests put a stand-in in place of source-controller, which would need a Git server.
  { folder: join(__dirname, 'source'), packages: {}, copies: crdsOf('github.com/fluxcd/source-controller') },
];
