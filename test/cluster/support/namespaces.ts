import { eventually } from '../../support/wait';
import type { ControlPlane } from './control-plane';

/** Makes a namespace and waits until it takes pods, which is when it has its default service account. */
export async function makeNamespace(controlPlane: ControlPlane, name: string, labels: Record<string, string> = {}): Promise<void> {
  await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  await eventually(`the service account of namespace ${name}`, 30_000, () =>
    controlPlane.api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
  );
}
