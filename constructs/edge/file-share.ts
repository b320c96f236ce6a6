import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Machine, MachineShare } from '../../infra/model/machine';
import { nameDigest } from '../kube/digest';
import { type ObjectLabels, objectLabels } from '../kube/labels';
import { type Mount, POD_USER } from '../kube/pod';

/** Name of the CSI driver that mounts Windows shares (kubernetes-csi/csi-driver-smb); the nodes must have it. */
export const SMB_DRIVER = 'smb.csi.k8s.io';

/** No link, device or program of the share counts for anything on the node. */
const HARMLESS = ['nosuid', 'nodev', 'noexec'];

/**
 * How a node mounts a share. `hard`: while the server is away whoever reads waits, and goes on where it was when the server is back; with
 * `soft` a read would fail, and Telegraf's tail ends its process on any failure but a missing file. A process that waits can be killed.
 * NFS looks again after a second for what others wrote (`actimeo`), where the default is up to a minute.
 */
const MOUNT_OPTIONS = {
  nfs: ['nfsvers=4.1', 'hard', 'timeo=100', 'actimeo=1', ...HARMLESS],
  smb: ['vers=3.1.1', 'hard', 'actimeo=1', `uid=${POD_USER}`, `gid=${POD_USER}`, ...HARMLESS],
} as const;

/** What {@link FileShare} takes. */
export interface FileShareProps {
  readonly namespace: string;
  /** Name of the machine. */
  readonly machine: string;
  readonly share: MachineShare;
}

/**
 * A share of files as a volume that exists before its pod, since pods that Pod Security `restricted` admits mount no share themselves: a
 * PersistentVolume, and the claim that is bound to it by name and to no other. The node mounts it, so no policy of a pod sees that
 * connection. The names change with the share, because neither object's source can be changed; what is on the share is never deleted.
 */
export class FileShare extends Construct {
  /** Name of the claim. */
  readonly claim: string;

  constructor(scope: Construct, id: string, { namespace, machine, share }: FileShareProps) {
    super(scope, id);
    const digest = nameDigest([share.kind, share.server, share.path, share.readOnly, share.secret ?? '']);
    const name = `${machine}-files-${digest}`;
    this.claim = name;
    const labels: ObjectLabels = { name: machine, component: 'file-share' };
    const accessModes = [share.readOnly ? 'ReadOnlyMany' : 'ReadWriteMany'];
    // Nothing measures a share; the two objects need a size, the same one.
    const storage = { storage: k8s.Quantity.fromString('1Gi') };
    new k8s.KubePersistentVolume(this, 'volume', {
      metadata: { name, labels: objectLabels(labels) },
      spec: {
        accessModes,
        capacity: storage,
        storageClassName: '',
        persistentVolumeReclaimPolicy: 'Retain',
        volumeMode: 'Filesystem',
        claimRef: { namespace, name },
        mountOptions: [share.readOnly ? 'ro' : 'rw', ...MOUNT_OPTIONS[share.kind]],
        ...volumeSource(namespace, machine, share, name),
      },
    });
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: { accessModes, storageClassName: '', volumeMode: 'Filesystem', volumeName: name, resources: { requests: storage } },
    });
  }
}

function volumeSource(namespace: string, machine: string, share: MachineShare, name: string) {
  if (share.kind === 'nfs') return { nfs: { server: share.server, path: share.path, readOnly: share.readOnly } };
  const server = share.server.includes(':') ? `[${share.server}]` : share.server;
  return {
    csi: {
      driver: SMB_DRIVER,
      // The driver tells volumes of the cluster apart by it.
      volumeHandle: name,
      readOnly: share.readOnly,
      volumeAttributes: { source: `//${server}/${share.path}` },
      ...(share.secret === undefined ? {} : { nodeStageSecretRef: { name: machineSecretName(machine, share.secret), namespace } }),
    },
  };
}

/** Name of a machine's Secret. */
export function machineSecretName(machine: string, id: string): string {
  return `${machine}-${id}`;
}

/** Whether a Secret of a machine opens one of its shares. */
export function opensShare({ shares }: Machine, id: string): boolean {
  return shares.some(({ secret }) => secret === id);
}

/** States the shares of machines, and mounts each where a gateway's configuration looks for it. */
export function machineShareMounts(scope: Construct, namespace: string, machines: readonly Machine[]): Mount[] {
  return machines.flatMap((machine) =>
    machine.shares.map((share, index): Mount => {
      const { claim } = new FileShare(scope, `share-${machine.name}-${index}`, { namespace, machine: machine.name, share });
      return { name: `${machine.name}-files${index === 0 ? '' : index}`, path: share.mountPath, from: { claim, readOnly: share.readOnly } };
    }),
  );
}
