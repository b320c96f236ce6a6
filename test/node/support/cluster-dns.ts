import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../../cluster/support/control-plane';
import { type Host, onHost } from '../../daemons/support/network';
import type { ProcessGroup } from '../../support/process-group';
import { kubeconfigOf } from './identity';

/** Address of the cluster's DNS. It is no Service here: kube-proxy refuses what goes to an address of Services that none has. */
export const DNS_ADDRESS = '10.20.1.53';

/**
 * Starts the cluster's DNS, CoreDNS, on a host of its own: names of Services and of their pods, and the names that the plant's DNS would know.
 *
 * @param names host name → address
 */
export async function startClusterDns(
  group: ProcessGroup,
  host: Host,
  coredns: string,
  controlPlane: ControlPlane,
  names: Readonly<Record<string, string>>,
): Promise<void> {
  const kubeconfig = kubeconfigOf(controlPlane, group.workDir, { user: 'test:dns' });
  const corefile = join(group.workDir, 'Corefile');
  const hosts = Object.entries(names).map(([name, address]) => `    ${address} ${name}\n`);
  writeFileSync(
    corefile,
    `.:53 {
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
    ttl 5
  }
  hosts {
${hosts.join('')}    fallthrough
  }
}
`,
  );
  const dns = group.start({ name: 'coredns', ...onHost(host, coredns, ['-conf', corefile]) });
  await dns.ready(async () => {
    if (!dns.log().includes('CoreDNS-')) throw new Error('it has not said its version');
  }, 60_000);
}
