import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../../../infra/model/node';
import { kubeNode } from '../../../infra/placement/kube-node';
import type { Condition, KubernetesObject } from '../../cluster/support/api';
import type { ControlPlane } from '../../cluster/support/control-plane';
import { eventually } from '../../support/wait';
import type { NodePrograms } from '../programs/programs';
import { DNS_ADDRESS } from './cluster-dns';
import { CONTAINERD_SOCKET, loadImages, startContainerd } from './containerd';
import { kubeconfigOf } from './identity';
import type { Machine } from './machine';

/** What {@link startNode} takes. */
export interface NodeOptions {
  readonly programs: NodePrograms;
  readonly controlPlane: ControlPlane;
  /** The computer, which reaches the API server at the address of the control plane's kubeconfig. */
  readonly machine: Machine;
  /** The node as the model has it: its labels, taints and reservations. Its cores and memory are those of the real computer. */
  readonly node: Node;
  /** Addresses of its pods, such as 10.244.1.0/24. */
  readonly podNetwork: string;
  /** Archive of the images that it needs; it pulls none. */
  readonly images: string;
}

/** Makes a computer a node of the cluster: containerd, kubelet and kube-proxy. Returns when it is Ready. */
export async function startNode(options: NodeOptions): Promise<void> {
  const { programs, controlPlane, machine, node, podNetwork, images } = options;
  const { name } = node;
  await startContainerd(machine, podNetwork);
  await loadImages(machine, images);

  const etc = join(machine.folder, 'kubernetes');
  mkdirSync(etc, { recursive: true });
  const file = (path: string, content: string) => {
    writeFileSync(join(etc, path), content);
    return join(etc, path);
  };
  const kubelet = machine.start('kubelet', programs.kubelet, [
    `--config=${file('kubelet.json', JSON.stringify(kubeletConfiguration(node, file('resolv.conf', ''))))}`,
    `--kubeconfig=${kubeconfigOf(controlPlane, etc, { user: `system:node:${name}`, groups: ['system:nodes'] })}`,
    `--hostname-override=${name}`,
    `--node-ip=${machine.host.address}`,
    `--node-labels=${Object.entries(kubeNode(node).metadata.labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(',')}`,
  ]);
  const proxy = kubeconfigOf(controlPlane, etc, { user: 'system:kube-proxy' });
  machine.start('kube-proxy', programs.kubeProxy, [`--config=${file('kube-proxy.json', JSON.stringify(proxyConfiguration(name, proxy)))}`]);

  await kubelet.ready(async () => {
    const { status } = await controlPlane.api.get<KubernetesObject & { status: { conditions?: Condition[] } }>(`/api/v1/nodes/${name}`);
    const ready = status.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') throw new Error(`node ${name} is not Ready: ${ready?.message}`);
  }, 90_000);
  await eventually(`kube-proxy of ${name} to have written its rules`, 30_000, () =>
    machine.run('/usr/sbin/nft', ['list', 'table', 'ip', 'kube-proxy']),
  );
}

function kubeletConfiguration(node: Node, resolvConf: string): object {
  const { reservedCpuMillis, reservedMemoryMiB } = node.hardware;
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    // It refuses to start unless the kernel is as it wants it; machine.sh lets it see so.
    protectKernelDefaults: true,
    oomScoreAdj: 0,
    makeIPTablesUtilChains: false,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: 'cluster.local',
    resolvConf,
    registerWithTaints: node.taints,
    systemReserved: { cpu: `${reservedCpuMillis}m`, memory: `${reservedMemoryMiB}Mi` },
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
    // The disk is that of the computer under it, and how full that is must not matter.
    evictionHard: { 'memory.available': '100Mi' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
  };
}

function proxyConfiguration(hostnameOverride: string, kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    hostnameOverride,
    clusterCIDR: '10.244.0.0/16',
    clientConnection: { kubeconfig },
    oomScoreAdj: 0,
    // The sizes of the kernel's tables stay as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
