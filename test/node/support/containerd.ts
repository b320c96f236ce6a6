import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProcess } from '../../support/process';
import { PAUSE_IMAGE } from './images';
import type { Machine } from './machine';

/** Where containerd listens, as the programs of its computer see it. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/**
 * Starts containerd with runc on a computer, and waits until it answers. Each pod is joined to the computer by a cable of its own, from which
 * the computer forwards: no pod reaches another one without passing what kube-proxy wrote.
 *
 * @param podNetwork addresses of the computer's pods, such as 10.244.1.0/24
 */
export async function startContainerd(machine: Machine, podNetwork: string): Promise<RunningProcess> {
  const etc = join(machine.folder, 'containerd');
  const networks = join(etc, 'networks');
  mkdirSync(networks, { recursive: true });
  writeFileSync(
    join(networks, 'pods.conflist'),
    JSON.stringify({
      cniVersion: '0.4.0',
      name: 'pods',
      plugins: [
        { type: 'ptp', ipMasq: false, ipam: { type: 'host-local', ranges: [[{ subnet: podNetwork }]], routes: [{ dst: '0.0.0.0/0' }] } },
      ],
    }),
  );
  const configuration = join(etc, 'config.toml');
  writeFileSync(
    configuration,
    `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${PAUSE_IMAGE}"
# Some kernels give nobody a score below what they have.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${networks}"
`,
  );
  const containerd = machine.start('containerd', '/usr/bin/containerd', ['--config', configuration]);
  await containerd.ready(() => ctr(machine, 'version'), 30_000);
  return containerd;
}

/** Loads the images of an archive, under the names that it gives them. */
export async function loadImages(machine: Machine, archive: string): Promise<void> {
  await ctr(machine, '--namespace', 'k8s.io', 'images', 'import', archive);
}

function ctr(machine: Machine, ...words: string[]): Promise<string> {
  return machine.run('/usr/bin/ctr', ['--address', CONTAINERD_SOCKET, ...words]);
}
