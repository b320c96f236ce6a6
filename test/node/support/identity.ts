import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../../cluster/support/control-plane';

/** Who somebody is to the API server. */
export interface Identity {
  readonly user: string;
  /** @default - none but what everybody is in */
  readonly groups?: readonly string[];
}

/** Writes a kubeconfig of a user that has no credentials: the administrator's, who speaks in that user's name, with that user's rights. */
export function kubeconfigOf(controlPlane: ControlPlane, folder: string, { user, groups = [] }: Identity): string {
  const config = JSON.parse(readFileSync(controlPlane.kubeconfig, 'utf8'));
  Object.assign(config.users[0].user, { as: user, 'as-groups': groups });
  const path = join(folder, `${user.replaceAll(':', '-')}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** Rights that a cluster's installer gives: kubelets may do what nodes do, and the cluster's DNS reads Services and what is behind them. */
export const PLATFORM_RIGHTS = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'test:nodes' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'test:dns' },
    rules: [
      { apiGroups: [''], resources: ['services', 'namespaces', 'pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'test:dns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'test:dns' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'test:dns' }],
  },
];
