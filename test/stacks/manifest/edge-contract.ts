import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import { administratorLines, mayAdminister } from '../../../infra/kerberos/administrators';
import { kdcFiles } from '../../../infra/kerberos/kdc';
import { edgePrincipals } from '../../../infra/kerberos/principals';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import type { EdgeCluster } from '../../../infra/model/edge-cluster';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { type Use, useOf } from './contract';
import { type Fields, ofKind } from './rendered';

/** An edge cluster and what it is delivered as. */
export interface RenderedEdge {
  readonly cluster: EdgeCluster;
  readonly set: ManifestSet;
}

/** Services that the operators find through the Directory (ACS 6.8.1), each under its own name at the Directory's domain. */
const FOUND = ['auth', 'cmdesc', 'configdb'];

/** What the operators of an edge cluster connect to at their centre, by the objects that it is delivered as: none without them. */
export function operatorUses({ cluster, set }: RenderedEdge): Use[] {
  const { domain, mqtt, tls } = cluster.contract;
  const config = ofKind(set, 'ConfigMap').find(({ metadata }) => metadata.name === 'cluster-config') as Fields;
  if (!config) return [];
  const kerberos = (ofKind(set, 'ConfigMap').find(({ metadata }) => metadata.name === 'krb5-conf') as Fields).data['krb5.conf'] as string;
  const host = (tag: string) => new RegExp(`^ +${tag} = (.*)$`, 'm').exec(kerberos)?.[1] ?? `no ${tag}`;
  const directory = config.data.DIRECTORY_URL as string;
  return [
    { where: 'krb5.conf', host: host('kdc'), port: 88, tls: false },
    { where: 'krb5.conf', host: host('admin_server'), port: 749, tls: false },
    ...[directory, ...FOUND.map((name) => directory.replace('directory', name))].flatMap((url) => useOf('an operator', url, domain)),
    { where: 'edge-monitor', host: mqtt.host, port: mqtt.port, tls },
  ];
}

/** Objects KerberosKey of a set: principal without realm, and the rest. */
export function kerberosKeys(set: ManifestSet): { readonly principal: string; readonly groups: readonly string[]; readonly key: Fields }[] {
  return ofKind(set, 'KerberosKey').map((key: Fields) => ({
    principal: key.spec.principal as string,
    groups: (key.spec.account?.groups ?? []) as string[],
    key,
  }));
}

/**
 * What the centre does not let an edge cluster do that its objects say, in sentences: principals that its operator could not make, those of
 * other clusters that it could, roles that nobody knows, and a login at the broker that is not granted what the plant sends.
 *
 * @param centre what the centre is delivered as
 * @param content what `millwright configdb` writes to it
 */
export function refusedToEdges(
  central: CentralCluster,
  edges: readonly RenderedEdge[],
  centre: ManifestSet,
  content: readonly ContentItem[],
): string[] {
  const { realm, ids } = central.contract;
  const acl = ofKind(centre, 'ConfigMap').flatMap(({ data }) => (data as Record<string, string> | undefined)?.['kadm5.acl'] ?? []);
  if (acl.join() !== kdcFiles({ realm }, central.administrators)['kadm5.acl']) return ['the KDC has another list of administrators'];
  const lines = administratorLines(realm, central.administrators);
  const roles: readonly string[] = [
    ...Object.values(ids?.roles ?? {}),
    ...content.flatMap((item) => (item.kind === 'object' && item.class === FACTORY_PLUS.clientRole ? [item.uuid] : [])),
  ];
  const nameOf = (uuid: string) =>
    content.flatMap((item) => (item.kind === 'entry' && item.uuid === uuid ? [(item.value as Fields).name] : [])).find(Boolean);
  return edges.flatMap(({ cluster, set }) => {
    const operator = edgePrincipals(cluster.name, realm).keysOperator;
    const may = (target: string) =>
      (['add', 'modify', 'changePassword', 'inquire'] as const).every((operation) =>
        mayAdminister(realm, lines, operator, operation, target),
      );
    const logins = ofKind(set, 'ConfigMap').filter(({ metadata }) => metadata.name.endsWith('-central-login')) as Fields[];
    return [
      ...kerberosKeys(set).flatMap(({ principal }) => (may(principal) ? [] : [`${operator} may not make ${principal}`])),
      ...edges
        .filter((other) => other.cluster.name !== cluster.name)
        .flatMap((other) => [
          ...kerberosKeys(other.set).map(({ principal }) => principal),
          ...Object.values(edgePrincipals(other.cluster.name, realm)),
        ])
        .flatMap((principal) =>
          mayAdminister(realm, lines, operator, 'changePassword', principal) ? [`${operator} may make ${principal}`] : [],
        ),
      ...kerberosKeys(set).flatMap(({ principal, groups }) =>
        groups.filter((group) => !roles.includes(group)).map((group) => `${principal} is to be a member of ${group}, which is no role`),
      ),
      ...logins.flatMap(({ metadata, data }) => {
        const key = kerberosKeys(set).find(({ principal }) => principal === `${data.username}@${realm}`);
        if (key?.key.metadata.namespace !== metadata.namespace) return [`${metadata.name}: nobody makes a password of ${data.username}`];
        const named = key?.groups.map(nameOf).join();
        return named === `Plant ${cluster.name}` ? [] : [`${data.username} is a member of ${named}`];
      }),
    ];
  });
}
