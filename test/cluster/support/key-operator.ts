import { randomBytes } from 'node:crypto';
import type { Api, KubernetesObject } from './api';
import { ApiError } from './api';

const group = '/apis/factoryplus.app.amrc.co.uk/v1';

/** Without it the operator refuses to touch a Secret (acs-krb-keys-operator 6.8.1). */
const labels = { 'app.kubernetes.io/managed-by': 'krbkeys.factoryplus.app.amrc.co.uk' };

interface KerberosKey extends KubernetesObject {
  /** `NAME/KEY` of a Secret. */
  readonly spec: { readonly secret: string };
}

interface LocalSecret extends KubernetesObject {
  readonly spec: { readonly secret: string; readonly key: string };
}

/**
 * Plays the Kerberos keys operator once: gives every KerberosKey and LocalSecret that there is its key, with random values that no KDC knows.
 *
 * @returns the Secrets as they are then
 */
export async function makeKeys(api: Api): Promise<KubernetesObject[]> {
  const { items: keys } = await api.get<{ items: readonly KerberosKey[] }>(`${group}/kerberos-keys`);
  const { items: locals } = await api.get<{ items: readonly LocalSecret[] }>(`${group}/localsecrets`);
  const wanted = [
    ...keys.map(({ metadata, spec }) => ({ namespace: metadata.namespace, secret: spec.secret.split('/') })),
    ...locals.map(({ metadata, spec }) => ({ namespace: metadata.namespace, secret: [spec.secret, spec.key] })),
  ];
  const made = new Map<string, KubernetesObject>();
  for (const { namespace, secret } of wanted) {
    const [name = '', key = ''] = secret;
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const data = { [key]: randomBytes(24).toString('base64') };
    const existing = await api.patch<KubernetesObject>(`${path}/${name}`, { metadata: { labels }, data }).catch((error) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    made.set(
      `${path}/${name}`,
      existing ??
        (await api.post<KubernetesObject>(path, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, data })),
    );
  }
  return [...made.values()];
}
