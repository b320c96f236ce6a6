import { type KubeObject, type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';
import { type Fields, ofKind } from './rendered';

/** Whether a rule of a role gives what nobody should have without a reason. */
const isStrong = ({ apiGroups, resources, verbs }: Fields): boolean =>
  [...apiGroups, ...resources, ...verbs].includes('*') ||
  resources.some((resource: string) =>
    ['secrets', 'pods/exec', 'pods/attach', 'pods/portforward', 'serviceaccounts/token'].includes(resource),
  ) ||
  verbs.some((verb: string) => ['bind', 'escalate', 'impersonate', 'patch', 'update'].includes(verb));

const ruleText = ({ resources, resourceNames, verbs }: Fields): string =>
  `may ${verbs.join(', ')} ${resources.join(', ')}${resourceNames ? ` named ${resourceNames.join(', ')}` : ''}`;

const subjectText = ({ kind, namespace, name }: Fields): string => `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

/** Rights that nobody should have without a reason, and bindings to roles that the set does not make: who gets them, in sentences. */
export function excessiveRights(set: ManifestSet): string[] {
  const roles = [...ofKind(set, 'ClusterRole'), ...ofKind(set, 'Role')];
  const isBound = ({ metadata }: KubeObject, { kind, name }: Fields) =>
    roles.some(
      (role) =>
        role.kind === kind && role.metadata.name === name && (kind === 'ClusterRole' || role.metadata.namespace === metadata.namespace),
    );
  return [
    ...roles.flatMap((role: Fields) => role.rules.filter(isStrong).map((rule: Fields) => `${objectText(role)} ${ruleText(rule)}`)),
    ...[...ofKind(set, 'ClusterRoleBinding'), ...ofKind(set, 'RoleBinding')]
      .filter((binding: Fields) => !isBound(binding, binding.roleRef))
      .map(
        (binding: Fields) =>
          `${objectText(binding)} makes ${binding.subjects.map(subjectText).join(', ')} ${binding.roleRef.kind} ${binding.roleRef.name}, which is not there`,
      ),
  ];
}

/** What is excused of {@link excessiveRights}, with the reason: each right of one account in one namespace. */
export const RIGHTS_EXCUSED: readonly string[] = [
  // It applies whatever the owner puts into the tree, roles and definitions included. It is the only one, in any cluster.
  'ClusterRoleBinding flux-system-kustomize-controller makes ServiceAccount flux-system/kustomize-controller ClusterRole cluster-admin, which is not there',
  ...sourceController(),
  // The Kerberos keys operator makes Secrets: any in its own zone, elsewhere those alone of principals. A right to create knows no names.
  ...keysOperator('factory-plus', ['may create, delete, get, patch secrets']),
  ...[
    ['flux-system', 'git-credentials'],
    ['logs', 'log-collector-central-login'],
    ['uplink', 'command-receiver-central-login, data-publisher-central-login'],
  ].flatMap(([zone = '', names]) => keysOperator(zone, [`may delete, get, patch secrets named ${names}`, 'may create secrets'])),
  // The controller of Sealed Secrets makes Secrets of what is sealed for a zone; its own keys it reads alone, as the owner brings them.
  ...sealedSecrets('sealed-secrets', 'may get, list, watch secrets'),
  ...['debug', 'factory-plus', 'jobs', 'logs', 'machines', 'messaging', 'uplink'].flatMap((zone) =>
    sealedSecrets(zone, 'may create, get, list, update, watch secrets'),
  ),
];

/** It says at the objects that it acts on how it went, and reads the one login of the Git server. */
function sourceController(): string[] {
  const kinds = (part: string) =>
    ['buckets', 'gitrepositories', 'helmcharts', 'helmrepositories', 'ocirepositories'].map((kind) => `${kind}${part}`).join(', ');
  return [
    `may get, list, watch, patch, update ${kinds('')}`,
    `may patch, update ${kinds('/finalizers')}`,
    `may get, patch, update ${kinds('/status')}`,
    'may get secrets named git-credentials',
    'may create, patch events',
  ].map((right) => `Role flux-system/source-controller ${right}`);
}

function keysOperator(zone: string, secrets: readonly string[]): string[] {
  return ['may get, list, patch, watch kerberos-keys, localsecrets', 'may patch kerberos-keys/status, localsecrets/status', ...secrets].map(
    (right) => `Role ${zone}/krb-keys ${right}`,
  );
}

function sealedSecrets(zone: string, secrets: string): string[] {
  return ['may update sealedsecrets/status', secrets, 'may create, patch events'].map((right) => `Role ${zone}/sealed-secrets ${right}`);
}
