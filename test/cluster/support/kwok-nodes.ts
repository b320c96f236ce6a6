import { join } from 'node:path';
import { processGroup, stoppedOnFailure } from '../../support/process-group';
import { eventually } from '../../support/wait';
import type { Condition, KubernetesObject } from './api';
import type { ControlPlane } from './control-plane';
import { answersOk } from './health';
import { freePort } from './ports';

/** A v1.Node as the caller states it. */
export interface Node extends KubernetesObject {
  readonly spec?: { readonly taints?: readonly { key: string; value?: string; effect: string }[]; readonly unschedulable?: boolean };
  readonly status?: {
    /** What the node has, such as `{ cpu: '4', memory: '16Gi' }`; `pods` defaults to a kubelet's 110. */
    readonly capacity?: Readonly<Record<string, string>>;
    /** What pods may take of it. @default - the whole capacity */
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}

/** Nodes whose kubelet is played by KWOK. */
export interface KwokNodes {
  /**
   * Silences a node's kubelet for good and waits until the cluster counts the node as lost.
   *
   * KWOK must let go of the node: it would finish the deletion of the node's pods, which a dead kubelet never does.
   */
  loseNode(name: string): Promise<void>;
  /** Gives a lost node its kubelet back and waits until it is Ready. */
  returnNode(name: string): Promise<void>;
  stop(): Promise<void>;
}

// A label and not only KWOK's usual annotation: KWOK has the server filter by label, so it notices
// when a node leaves the selection. Of an annotation that goes away it is never told.
const managed = 'kwok.x-k8s.io/node';

/** Registers nodes, as their kubelets would, and waits until all are Ready. */
export async function startKwok(controlPlane: ControlPlane, nodes: readonly Node[]): Promise<KwokNodes> {
  const { api, programs, workDir, kubeconfig } = controlPlane;
  const group = processGroup(workDir);
  const path = (name: string): string => `/api/v1/nodes/${name}`;
  const waitFor = (name: string, what: string, wanted: (status?: string) => boolean): Promise<void> =>
    eventually(`node ${name} to be ${what}`, 90_000, async () => {
      const { status } = await api.get<Node>(path(name));
      const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
      if (!wanted(ready?.status)) throw new Error(`its Ready condition is ${ready?.status ?? 'missing'}`);
    });
  const becomesReady = (name: string): Promise<void> => waitFor(name, 'Ready', (status) => status === 'True');

  return await stoppedOnFailure(group, async () => {
    const port = await freePort();
    const kwok = group.start({
      name: 'kwok',
      program: programs.path('kwok'),
      args: [
        `--kubeconfig=${kubeconfig}`,
        `--config=${join(__dirname, 'kwok-node-stage.yaml')}`,
        '--node-ip=127.0.0.1',
        `--manage-nodes-with-label-selector=${managed}=fake`,
        // Renewed every quarter of this, well within the controller manager's grace period.
        '--node-lease-duration-seconds=8',
        '--cidr=10.244.0.1/16',
        `--server-address=127.0.0.1:${port}`,
      ],
    });
    await kwok.ready(() => answersOk(`http://127.0.0.1:${port}/healthz`));
    for (const node of nodes) await api.post('/api/v1/nodes', registered(node));
    for (const node of nodes) await becomesReady(node.metadata.name);

    return {
      async loseNode(name) {
        await api.patch(path(name), { metadata: { labels: { [managed]: null }, annotations: { [managed]: null } } });
        await waitFor(name, 'lost', (status) => status !== 'True');
      },
      async returnNode(name) {
        await api.patch(path(name), { metadata: { labels: { [managed]: 'fake' }, annotations: { [managed]: 'fake' } } });
        await becomesReady(name);
      },
      stop: () => group.stop(),
    };
  });
}

/** Adds what a kubelet adds when it registers its node. */
function registered(node: Node): Node {
  const { name, labels, annotations } = node.metadata;
  const capacity = { pods: '110', ...node.status?.capacity };
  return {
    ...node,
    metadata: {
      ...node.metadata,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...labels,
        [managed]: 'fake',
      },
      annotations: { ...annotations, [managed]: 'fake' },
    },
    // Without allocatable, KWOK would offer a thousand cores.
    status: { ...node.status, capacity, allocatable: { ...capacity, ...node.status?.allocatable } },
  };
}
