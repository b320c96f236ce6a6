import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE } from '../../../stacks/flux/wiring';

/** A StorageClass whose volumes are bound when their first pod is placed. */
export function storageClass(provisioner: string, name = 'local-path') {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner,
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

/** The two Secrets without which Flux cannot work: the cluster's own key, and a login at the repository, which nobody looks at. */
export function bootstrapSecrets(ageIdentity: string, username: string) {
  const secret = (name: string, stringData: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: FLUX_NAMESPACE },
    stringData,
  });
  return [
    secret(BOOTSTRAP_SECRETS.decryption, { 'age.agekey': ageIdentity }),
    secret(BOOTSTRAP_SECRETS.git, { username, password: 'a test' }),
  ];
}
