import { edgeNodePrincipal, edgePrincipals } from '../kerberos/principals';
import type { CentralCluster } from '../model/central-cluster';
import { type FactoryPlusCluster, isUnderFactoryPlus, sparkplugGroup } from '../model/edge-cluster';
import type { InstalledIds } from '../model/installed-ids';
import { byName } from '../model/order';
import { agentItems } from './content-edge-agent';
import { type ContentItem, itemsOf, type Json } from './content-item';
import { EDGE_ACCOUNT_CLASS, EDGE_CLUSTER_CLASS, edgeAccountUuid, edgeClusterUuid } from './edge-ids';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS } from './git-mirrors';
import { centralRepository, pullsAsPrincipal } from './git-repositories';
import { APPLICATION, PERMISSION } from './ids';
import { type MqttRole, mqttRoles } from './mqtt-permissions';

/** What edge content is made from. */
export type EdgeEstate = Pick<CentralCluster, 'contract' | 'plants' | 'softGateways'>;

/** A cluster, and where it stands in the estate. */
interface PlacedCluster {
  /** Its path, for people: `plants.leeds`. */
  readonly place: string;
  /** The path of what its gateways read. */
  readonly machines: string;
  readonly cluster: FactoryPlusCluster;
  /** Role of the plant's own clients of the central broker. @default - it has no such clients, as soft gateways */
  readonly role?: MqttRole;
}

/**
 * What Factory+ must know of the edge clusters of a centre: plants that are under it, and soft gateways. The Cluster Manager of ACS 6.8.1
 * would make that (acs-cluster-manager, lib/actions.js), with a repository and manifests of its own; it is told of none of these clusters.
 *
 * Not here is what each cluster's Kerberos keys operator makes by itself (acs-krb-keys-operator, account.py): accounts of class
 * {@link EDGE_ACCOUNT_CLASS} for the cluster's other programs, and of an edge agent the identity, the role and the Sparkplug address.
 *
 * @throws RangeError when a cluster is under Factory+ and the ids of the installation are not known; a rule of the door refuses that
 */
export function edgeItems(estate: EdgeEstate): ContentItem[] {
  const { ids } = estate.contract;
  const roles = mqttRoles(estate);
  const clusters: PlacedCluster[] = [
    ...[...estate.plants]
      .sort(byName)
      .filter(isUnderFactoryPlus)
      .map((cluster): PlacedCluster => {
        const place = `plants.${cluster.name}`;
        const role = roles.find(({ who, plant }) => who === 'plant' && plant === cluster.name);
        return { place, machines: `${place}.machines`, cluster, ...(role ? { role } : {}) };
      }),
    ...[...estate.softGateways].sort(byName).map((cluster): PlacedCluster => {
      const place = `softGateways.${cluster.name}`;
      return { place, machines: `${place}.agents`, cluster };
    }),
  ];
  if (clusters.length === 0) return [];
  if (!ids) throw new RangeError(`the ids of the installation of ${estate.contract.central} are not known; import them`);
  return [...repositoryItems(clusters), ...clusters.flatMap((placed) => clusterItems(placed, estate.contract.realm, ids))];
}

/** The repositories that these clusters are delivered from, each once: with an entry of the class of repositories it is there to be pushed to. */
function repositoryItems(clusters: readonly PlacedCluster[]): ContentItem[] {
  const places = new Map<string, { readonly uuid: string; readonly path: string; readonly place: string }>();
  for (const { place, cluster } of clusters) {
    const { uuid, path } = repositoryOf(cluster) ?? {};
    if (uuid !== undefined && path !== undefined && !places.has(uuid)) places.set(uuid, { uuid, path, place });
  }
  return [...places.values()].flatMap(({ uuid, path, place }) => {
    const item = itemsOf(`${place}: repository`, 'configdb');
    return [
      item('', { kind: 'object', uuid, class: GIT_REPOSITORY_CLASS }),
      item('name', { kind: 'entry', application: APPLICATION.info, uuid, value: { name: `Tree ${path}` } }),
      item('path', { kind: 'entry', application: GIT_REPOSITORY_APPLICATION, uuid, value: { path } }),
    ];
  });
}

/** The centre's repository of a cluster that Flux delivers: with it Flux has a principal of the centre, and otherwise a login of somebody else's. */
function repositoryOf(cluster: FactoryPlusCluster) {
  return pullsAsPrincipal(cluster) ? centralRepository(cluster) : undefined;
}

function clusterItems({ place, machines, cluster, role }: PlacedCluster, realm: string, ids: InstalledIds): ContentItem[] {
  const uuid = edgeClusterUuid(realm, cluster.name);
  const item = itemsOf(`${place}: edge cluster`, 'configdb');
  const { keysOperator, flux } = edgePrincipals(cluster.name, realm);
  const repository = repositoryOf(cluster);
  return [
    item('', { kind: 'object', uuid, class: EDGE_CLUSTER_CLASS }),
    item('name', { kind: 'entry', application: APPLICATION.info, uuid, value: { name: cluster.name } }),
    item('Sparkplug group', {
      kind: 'entry',
      application: APPLICATION.sparkplugAddress,
      uuid,
      value: { group_id: sparkplugGroup(cluster) },
    }),
    { ...item('status', { kind: 'entry', application: APPLICATION.clusterStatus, uuid, value: {} }), owner: 'edge' },
    ...accountItems(`${place}: account of the Kerberos keys operator`, {
      uuid: edgeAccountUuid(realm, cluster.name, 'krbkeys'),
      name: `Edge krbkeys: ${cluster.name}`,
      role: ids.roles.edgeKrbkeys,
      principal: keysOperator,
      grants: role ? [{ what: `members of ${role.name}`, permission: PERMISSION.writeMembers, target: role.uuid }] : [],
    }),
    ...(repository
      ? accountItems(`${place}: account of Flux`, {
          uuid: edgeAccountUuid(realm, cluster.name, 'flux'),
          name: `Edge flux: ${cluster.name}`,
          role: ids.roles.edgeFlux,
          principal: flux,
          grants: [{ what: 'pull', permission: PERMISSION.pull, target: repository.uuid }],
        })
      : []),
    ...[...cluster.machines].sort(byName).flatMap(({ name, edgeAgent }) => {
      if (!edgeAgent) return [];
      return agentItems(`${machines}.${name}`, {
        realm,
        cluster: cluster.name,
        name,
        configuration: edgeAgent.configuration as Readonly<Record<string, Json>>,
        principal: edgeNodePrincipal(cluster.name, name, realm),
        role: ids.roles.edgeAgent,
      });
    }),
  ];
}

interface Account {
  readonly uuid: string;
  readonly name: string;
  readonly role: string;
  readonly principal: string;
  readonly grants: readonly { readonly what: string; readonly permission: string; readonly target: string }[];
}

/** An account of a program whose key is made when the cluster is set up. Its rights come before its login, or it would begin without them. */
function accountItems(place: string, { uuid, name, role, principal, grants }: Account): ContentItem[] {
  const item = itemsOf(place, 'configdb');
  return [
    item('', { kind: 'object', uuid, class: EDGE_ACCOUNT_CLASS }),
    item('name', { kind: 'entry', application: APPLICATION.info, uuid, value: { name } }),
    item('role', { kind: 'member', uuid, of: role }),
    ...grants.map(({ what, permission, target }) => item(`grant: ${what}`, { kind: 'grant', uuid, permission, target })),
    item('identity', { kind: 'identity', uuid, principal }),
  ];
}
