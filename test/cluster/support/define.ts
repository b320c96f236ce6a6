import { ApiError } from './api';
import type { ControlPlane } from './control-plane';

/** Has the API server know a kind of which it knows nothing but the name, unless it knows it already. */
export async function define(
  { api, apply }: Pick<ControlPlane, 'api' | 'apply'>,
  group: string,
  version: string,
  names: { readonly kind: string; readonly plural: string; readonly singular: string },
): Promise<void> {
  const name = `${names.plural}.${group}`;
  const isThere = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    },
  );
  if (isThere) return;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await apply({
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } },
    spec: {
      ...{ group, scope: 'Namespaced', names: { ...names, listKind: `${names.kind}List` } },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  });
}
