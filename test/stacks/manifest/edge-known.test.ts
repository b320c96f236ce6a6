import { checkEstate } from '../../../infra/estate/check';
import { configDbContent } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { EDGE_ACCOUNT_CLASS, EDGE_AGENT_CLASS, edgeAccountUuid } from '../../../infra/factory-plus/edge-ids';
import { PERMISSION } from '../../../infra/factory-plus/ids';
import type { EdgeCluster } from '../../../infra/model/edge-cluster';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { INSTALLED } from '../../support/installed-ids';
import { type Fields, ofKind } from './rendered';

/** Roles whose members a Kerberos keys operator may change (acs-service-setup 6.8.1: helm.yaml, members of `Edge-managed group`). */
const MANAGED: readonly string[] = [INSTALLED.roles.edgeAgent, INSTALLED.roles.edgeMonitor, INSTALLED.roles.edgeSync];

const { plants, softGateways, centralClusters } = checkEstate(
  edgeEstate((estate) => {
    estate.centrals.centre.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.0/28'] } };
  }),
);
const content = centralClusters.flatMap((central) => configDbContent(central));
const clusters: readonly (readonly [EdgeCluster, ManifestSet])[] = [
  ...plants.map((plant) => [plant, plantManifests(plant)] as const),
  ...softGateways.map((cluster) => [cluster, softGatewaysManifests(cluster)] as const),
];

/** What a rendered cluster needs of Factory+ and is not made known there, in sentences. */
function unknown([{ name, contract }, set]: readonly [EdgeCluster, ManifestSet], known: readonly ContentItem[]): string[] {
  const { realm } = contract;
  const ids = new Set([...known.map(({ uuid }) => uuid), ...Object.values(INSTALLED.roles), EDGE_ACCOUNT_CLASS]);
  const classOf = (uuid: string) => known.flatMap((item) => (item.kind === 'object' && item.uuid === uuid ? [item.class] : []))[0];
  const operator = edgeAccountUuid(realm, name, 'krbkeys');
  const mayChange = (group: string) =>
    MANAGED.includes(group) ||
    known.some(
      (item) => item.kind === 'grant' && item.uuid === operator && item.permission === PERMISSION.writeMembers && item.target === group,
    );
  const named = [...JSON.stringify(set).matchAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g)].map(([uuid]) => uuid);
  const logins = known.flatMap((item) => (item.kind === 'identity' ? [item.principal] : []));
  return [
    ...[...new Set(named)].filter((uuid) => !ids.has(uuid)).map((uuid) => `${uuid} is nothing that Factory+ knows`),
    ...[`op1krbkeys/${name}@${realm}`].filter((principal) => !logins.includes(principal)).map((principal) => `${principal} is no account`),
    ...ofKind(set, 'KerberosKey').flatMap(({ spec }: Fields) => {
      const { principal, account } = spec as Fields;
      if (!account) return logins.includes(principal) ? [] : [`${principal} is no account`];
      return [
        ...(account.class === undefined || account.class === EDGE_ACCOUNT_CLASS ? [] : [`the operator may not make ${principal}`]),
        ...(account.uuid === undefined || classOf(account.uuid) === EDGE_AGENT_CLASS ? [] : [`the operator may not change ${principal}`]),
        ...(account.groups as string[])
          .filter((group) => !mayChange(group))
          .map((group) => `the operator may not make ${principal} a member of ${group}`),
      ];
    }),
  ];
}

describe('what edge clusters need of Factory+', () => {
  test.each(clusters.map((each) => [each[0].name, each] as const))('is made known by millwright configdb: %s', (_, each) => {
    expect(ofKind(each[1], 'KerberosKey').length).toBeGreaterThan(3);
    expect(unknown(each, content)).toEqual([]);
  });

  test.each<[string, (item: ContentItem) => boolean, RegExp]>([
    ['an edge agent', (item) => item.kind === 'object' && item.class === EDGE_AGENT_CLASS, /^the operator may not change nd1\//],
    [
      'the right to the members of the role of a plant',
      (item) => item.kind === 'grant',
      /^the operator may not make br1\/rotherham\/.* a member of /,
    ],
    ['the login of Flux', (item) => item.kind === 'identity' && item.principal.startsWith('op1flux/'), /^op1flux\/.* is no account$/],
    ['the edge clusters', ({ label }) => label.includes('edge cluster'), /^[0-9a-f-]{36} is nothing that Factory\+ knows$/],
  ])('is told as missing without %s', (_, isGone, sentence) => {
    const left = content.filter((item) => !isGone(item));
    expect(clusters.flatMap((each) => unknown(each, left))).toContainEqual(expect.stringMatching(sentence));
  });

  test('and no more: each right that a keys operator is given beside its role is of use to it', () => {
    const used = clusters.flatMap(([, set]) =>
      ofKind(set, 'KerberosKey').flatMap(({ spec }: Fields) => (spec.account?.groups ?? []) as string[]),
    );
    const given = content.flatMap((item) => (item.kind === 'grant' && item.permission === PERMISSION.writeMembers ? [item.target] : []));
    expect(given.filter((target) => !used.includes(target))).toEqual([]);
    expect(given).toHaveLength(1);
  });
});
