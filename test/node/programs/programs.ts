/**
 * Gets the real programs that the node tests run, once, into the cache, beside those of the cluster tests and of the daemon tests.
 *
 * Alone: `node --import tsx test/node/programs/programs.ts` prints where they are.
 */
import { join } from 'node:path';
import { buildPrograms, type Programs as ClusterPrograms } from '../../cluster/programs/build';
import { versionFlags } from '../../cluster/programs/catalogue';
import { installDebianPackages } from '../../daemons/programs/debian';
import { type Programs as DaemonPrograms, getPrograms } from '../../daemons/programs/programs';
import { buildGoModule, type GoModule } from '../../support/go-programs';

const kubernetes: GoModule = {
  folder: join(__dirname, 'kubelet'),
  packages: { kubelet: 'k8s.io/kubernetes/cmd/kubelet', 'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy' },
  ldflags: versionFlags,
};

const platform: GoModule = {
  folder: join(__dirname, 'platform'),
  packages: { coredns: './coredns', pause: './pause' },
  sources: ['coredns/main.go', 'pause/main.go'],
};

/** Path of a program → Debian's package. The last one is what kube-proxy writes its rules with. */
const DEBIAN = {
  '/usr/bin/containerd': 'containerd',
  '/usr/sbin/runc': 'runc',
  '/usr/lib/cni/ptp': 'containernetworking-plugins',
  '/usr/sbin/nft': 'nftables',
};

/** Absolute paths of what makes a node, and the programs of the other tiers. */
export interface NodePrograms {
  readonly cluster: ClusterPrograms;
  readonly daemons: DaemonPrograms;
  readonly kubelet: string;
  readonly kubeProxy: string;
  readonly coredns: string;
  /** First process of a pod's sandbox, and of a computer that a test makes. */
  readonly pause: string;
}

/**
 * Builds and installs what is missing and returns where everything is; takes no time when all is there.
 *
 * @throws when a program cannot be had; the node tests fail then, they are never skipped
 */
export async function getNodePrograms(log: (line: string) => void = () => {}): Promise<NodePrograms> {
  await installDebianPackages(log, DEBIAN);
  const daemons = await getPrograms(log);
  const cluster = await buildPrograms(log);
  const node = await buildGoModule(kubernetes, log);
  const own = await buildGoModule(platform, log);
  return {
    cluster,
    daemons,
    kubelet: join(node, 'kubelet'),
    kubeProxy: join(node, 'kube-proxy'),
    coredns: join(own, 'coredns'),
    pause: join(own, 'pause'),
  };
}

if (process.argv[1] === __filename) {
  getNodePrograms(console.log).then(
    (programs) => console.log(JSON.stringify(programs, null, 2)),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
