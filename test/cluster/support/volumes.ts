import { pause } from '../../support/wait';
import type { Api, KubernetesObject } from './api';

interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly volumeMode?: string;
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

interface PersistentVolume extends KubernetesObject {
  readonly spec: { readonly persistentVolumeReclaimPolicy?: string };
  readonly status?: { readonly phase?: string };
}

interface List<T> {
  readonly items: readonly T[];
}

/** A running stand-in for a provisioner. */
export interface VolumeProvisioner {
  /** Stops it; throws if it had failed meanwhile. */
  stop(): Promise<void>;
}

const selectedNode = 'volume.kubernetes.io/selected-node';
const storageProvisioner = 'volume.kubernetes.io/storage-provisioner';
const provisionedBy = 'pv.kubernetes.io/provisioned-by';

/**
 * Starts a stand-in for a local provisioner such as `rancher.io/local-path`.
 *
 * Like the real one it waits for the scheduler's choice (WaitForFirstConsumer), makes a volume that only that
 * node can use, and removes released volumes whose reclaim policy is Delete. Like the real one it does not
 * count how much the node's disk has left.
 *
 * @param provisioner the name in the StorageClass
 */
export function startVolumeProvisioner(api: Api, provisioner: string): VolumeProvisioner {
  let running = true;
  let failure: Error | undefined;
  const finished = (async () => {
    while (running) {
      // Objects change under our hands; an attempt that fails for that is repeated with fresh ones.
      failure = await provisionOnce(api, provisioner).then(
        () => undefined,
        (error: Error) => error,
      );
      await pause(300);
    }
  })();
  return {
    async stop() {
      running = false;
      await finished;
      if (failure) throw failure;
    },
  };
}

async function provisionOnce(api: Api, provisioner: string): Promise<void> {
  const claims = await api.get<List<PersistentVolumeClaim>>('/api/v1/persistentvolumeclaims');
  for (const claim of claims.items) {
    const { annotations = {} } = claim.metadata;
    if (claim.spec.volumeName || annotations[storageProvisioner] !== provisioner || !annotations[selectedNode]) continue;
    await provision(api, provisioner, claim, annotations[selectedNode]);
  }
  const volumes = await api.get<List<PersistentVolume>>('/api/v1/persistentvolumes');
  for (const { metadata, spec, status } of volumes.items) {
    if (metadata.annotations?.[provisionedBy] !== provisioner || metadata.deletionTimestamp) continue;
    if (status?.phase !== 'Released' || spec.persistentVolumeReclaimPolicy !== 'Delete') continue;
    await api.delete(`/api/v1/persistentvolumes/${metadata.name}`);
  }
}

async function provision(api: Api, provisioner: string, claim: PersistentVolumeClaim, nodeName: string): Promise<void> {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const { storageClassName, accessModes, volumeMode, resources } = claim.spec;
  const storageClass = await api.get<{ reclaimPolicy?: string }>(`/apis/storage.k8s.io/v1/storageclasses/${storageClassName}`);
  const node = await api.get<KubernetesObject>(`/api/v1/nodes/${nodeName}`);
  const hostname = node.metadata.labels?.['kubernetes.io/hostname'] ?? nodeName;
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { [provisionedBy]: provisioner } },
    spec: {
      capacity: { storage: resources.requests.storage },
      accessModes,
      volumeMode,
      storageClassName,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      hostPath: { path: `/opt/volumes/pvc-${uid}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] }] }],
        },
      },
    },
  };
  await api.post('/api/v1/persistentvolumes', volume).catch((error) => {
    // Made in an earlier round and not bound yet.
    if (error.status !== 409) throw error;
  });
}
