import { checkEstate } from '../../../infra/estate/check';
import { configDbContent, ownIds } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import {
  EDGE_ACCOUNT_CLASS,
  EDGE_AGENT_CLASS,
  EDGE_CLUSTER_CLASS,
  EDGE_CONNECTION_CLASS,
  edgeAccountUuid,
  edgeAgentUuid,
  edgeClusterUuid,
} from '../../../infra/factory-plus/edge-ids';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS } from '../../../infra/factory-plus/git-mirrors';
import { centralRepository } from '../../../infra/factory-plus/git-repositories';
import { APPLICATION, CLASS, PERMISSION } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS, mqttRoles } from '../../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { problemText } from '../../../infra/model/problem';
import { partOf } from '../../../stacks/configdb/record';
import { edgeEstate } from '../../support/edge-estate';
import { INSTALLED } from '../../support/installed-ids';

const REALM = 'FACTORY.EXAMPLE.COM';

interface Tag {
  readonly Name: string;
  readonly value?: string;
}

/** The centre of the edge estate, and what its ConfigDB should know. */
// biome-ignore lint/suspicious/noExplicitAny: the estate is plain data
function known(change: (estate: any) => void = () => {}): { readonly central: CentralCluster; readonly content: ContentItem[] } {
  const { centralClusters, problems } = checkEstate(
    edgeEstate((estate) => {
      estate.centrals.centre.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.0/28'] } };
      change(estate);
    }),
  );
  const [central] = centralClusters;
  if (!central) throw new Error(problems.map(problemText).join('\n'));
  return { central, content: configDbContent(central) };
}

const { central, content } = known();
const of = <Kind extends ContentItem['kind']>(items: readonly ContentItem[], kind: Kind) =>
  items.filter((item): item is Extract<ContentItem, { kind: Kind }> => item.kind === kind);
const entry = (items: readonly ContentItem[], application: string, uuid: string) =>
  of(items, 'entry').find((item) => item.application === application && item.uuid === uuid);
const repository = (items: readonly ContentItem[], path: string) =>
  of(items, 'entry').find(
    ({ application, value }) => application === GIT_REPOSITORY_APPLICATION && (value as { readonly path: string }).path === path,
  )?.uuid;
const CLUSTERS = ['rotherham', 'gateways'];
const account = (cluster: string, who: 'krbkeys' | 'flux') => edgeAccountUuid(REALM, cluster, who);

describe('what Factory+ should know of edge clusters', () => {
  test('names each thing once, with a name for people, and under nothing that is not there by then', () => {
    const ids = content.map((item) => `${item.uuid} ${partOf(item)}`);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = content.map(({ label }) => label);
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
    const there = new Set<string>([
      ...Object.values(CLASS),
      ...Object.values(APPLICATION),
      ...Object.values(PERMISSION),
      ...Object.values(FACTORY_PLUS).filter((id) => typeof id === 'string'),
      ...[EDGE_ACCOUNT_CLASS, EDGE_AGENT_CLASS, EDGE_CLUSTER_CLASS, EDGE_CONNECTION_CLASS],
      ...[GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS],
      ...Object.values(INSTALLED.roles),
    ]);
    for (const item of content) {
      if (item.kind === 'object') {
        there.add(item.uuid);
        expect(entry(content, APPLICATION.info, item.uuid)?.value).toEqual({ name: expect.stringMatching(/./) });
      }
      const needed: readonly string[] = {
        object: () => [item.kind === 'object' ? item.class : ''],
        subclass: () => [item.kind === 'subclass' ? item.of : ''],
        member: () => [item.kind === 'member' ? item.of : ''],
        entry: () => [item.kind === 'entry' ? item.application : ''],
        grant: () => (item.kind === 'grant' ? [item.permission, item.target] : []),
        identity: () => [],
      }[item.kind]();
      expect([item.label, [item.uuid, ...needed].filter((uuid) => !there.has(uuid))]).toEqual([item.label, []]);
    }
  });

  test('is the same whatever the order of plants, soft gateways and machines', () => {
    const turned = <C extends { readonly machines: readonly unknown[] }>(clusters: readonly C[]) =>
      [...clusters].reverse().map((cluster) => ({ ...cluster, machines: [...cluster.machines].reverse() }));
    expect(configDbContent({ ...central, plants: turned(central.plants), softGateways: turned(central.softGateways) })).toEqual(content);
  });

  test('has each cluster with its Sparkplug group, and never tells the Cluster Manager or edge-sync of it', () => {
    for (const cluster of CLUSTERS) {
      const uuid = edgeClusterUuid(REALM, cluster);
      expect(of(content, 'object').find((item) => item.uuid === uuid)?.class).toBe(EDGE_CLUSTER_CLASS);
      expect(entry(content, APPLICATION.sparkplugAddress, uuid)).toMatchObject({
        owner: 'configdb',
        value: { group_id: `Example-${cluster}` },
      });
      expect(entry(content, APPLICATION.clusterStatus, uuid)?.owner).toBe('edge');
    }
    const theirs: readonly string[] = [APPLICATION.cluster, APPLICATION.deployment];
    expect(of(content, 'entry').filter(({ application }) => theirs.includes(application))).toEqual([]);
  });

  test('has the accounts whose keys are made before a cluster can make any, each with its principal and its role', () => {
    const roles = { krbkeys: INSTALLED.roles.edgeKrbkeys, flux: INSTALLED.roles.edgeFlux };
    for (const cluster of CLUSTERS) {
      for (const who of ['krbkeys', 'flux'] as const) {
        const own = content.filter(({ uuid }) => uuid === account(cluster, who));
        expect(of(own, 'object')).toEqual([expect.objectContaining({ class: EDGE_ACCOUNT_CLASS })]);
        expect(of(own, 'member')).toEqual([expect.objectContaining({ of: roles[who], owner: 'configdb' })]);
        expect(of(own, 'identity')).toEqual([expect.objectContaining({ principal: `op1${who}/${cluster}@${REALM}`, owner: 'configdb' })]);
        // Whoever logs in has all rights by then: acs-mqtt and acs-git keep what they were told.
        expect(own.at(-1)?.kind).toBe('identity');
      }
    }
  });

  test("grants Flux its cluster's own repository, the keys operator the members of its plant's own role, and nobody anything else", () => {
    const plant = mqttRoles(central).find(({ who }) => who === 'plant')?.uuid;
    const edge = of(content, 'grant').filter(({ permission }) => Object.values<string>(PERMISSION).includes(permission));
    expect(edge.map(({ uuid, permission, target }) => [uuid, permission, target]).sort()).toEqual(
      [
        [account('rotherham', 'krbkeys'), PERMISSION.writeMembers, plant],
        [account('rotherham', 'flux'), PERMISSION.pull, repository(content, 'plants/rotherham')],
        [account('gateways', 'flux'), PERMISSION.pull, repository(content, 'soft-gateways/gateways')],
      ].sort(),
    );
    expect(edge.flatMap(({ target }) => (target === undefined ? ['none'] : []))).toEqual([]);
    const roles = mqttRoles(central).map(({ uuid }) => uuid);
    expect(of(content, 'grant').filter((item) => !edge.includes(item) && !roles.includes(item.uuid))).toEqual([]);
  });

  test('has an edge agent with its configuration and a connection that service-setup needs not make; its operator makes the rest', () => {
    const uuid = edgeAgentUuid(REALM, 'rotherham', 'cell-1');
    const own = content.filter((item) => item.uuid === uuid);
    expect(of(own, 'object')[0]?.class).toBe(EDGE_AGENT_CLASS);
    const machine = central.plants[0]?.machines.find(({ name }) => name === 'cell-1');
    const value = entry(own, APPLICATION.agentConfiguration, uuid)?.value as unknown as {
      readonly deviceConnections: { readonly uuid: string; readonly devices: { readonly deviceId: string; readonly tags: Tag[] }[] }[];
    };
    const [connection] = value.deviceConnections;
    // But for the ids it is what the machine says.
    const devices = connection?.devices.map(({ tags, ...device }) => ({
      ...device,
      tags: tags.filter(({ Name }) => !/_UUID$/.test(Name)),
    }));
    const { uuid: _, ...rest } = connection ?? { uuid: '' };
    expect({ deviceConnections: [{ ...rest, devices }] }).toEqual(machine?.edgeAgent?.configuration);
    const instance = connection?.devices[0]?.tags.find(({ Name }) => Name === 'Instance_UUID')?.value;
    expect(of(content, 'object').find((item) => item.uuid === instance)?.class).toBe(CLASS.device);
    expect(entry(content, APPLICATION.info, instance ?? '')?.value).toEqual({ name: 'rotherham/cell-1' });
    expect(of(content, 'object').find((item) => item.uuid === connection?.uuid)?.class).toBe(EDGE_CONNECTION_CLASS);
    expect(entry(content, APPLICATION.connectionConfiguration, connection?.uuid ?? '')?.value).toMatchObject({ edgeAgent: uuid });
    const at = (wanted: string, application: string) =>
      content.findIndex((item) => item.kind === 'entry' && item.uuid === wanted && item.application === application);
    expect(at(connection?.uuid ?? '', APPLICATION.connectionConfiguration)).toBeLessThan(at(uuid, APPLICATION.agentConfiguration));
    expect(own.filter(({ owner }) => owner === 'edge').map(partOf)).toEqual([
      `edge/entry/${APPLICATION.sparkplugAddress}`,
      `edge/member/${INSTALLED.roles.edgeAgent}`,
      'edge/identity',
    ]);
  });

  test('says of a machine that an edge agent reads nothing under the applications of plants', () => {
    const { application } = ownIds(REALM);
    const machines = of(content, 'entry').filter((item) => item.application === application.machine);
    expect(machines.map(({ value }) => (value as { readonly name: string }).name)).toEqual(['press-1']);
  });

  test('says nothing of clusters that are not under Factory+, nor makes a repository for them: its owner gave them their logins', () => {
    const { content: without } = known(({ plants, softGateways }) => {
      delete plants.rotherham.factoryPlus;
      for (const name of ['cell-1', 'meter-1']) delete plants.rotherham.machines[name];
      delete softGateways.gateways;
    });
    expect(without.filter(({ kind }) => kind === 'member' || kind === 'identity')).toEqual([]);
    expect(repository(without, 'plants/rotherham')).toBeUndefined();
    expect(without.filter(({ label }) => /edge|account|repository/.test(label))).toEqual([]);
  });

  test('without the ids of the installation there is no content, and that is said', () => {
    const { ids: _, ...contract } = central.contract;
    expect(() => configDbContent({ ...central, contract })).toThrow('the ids of the installation of centre are not known');
  });
});

describe('the repository that a cluster is delivered from', () => {
  const { contract } = central;
  const at = (url: string) => centralRepository({ contract, repository: { url, branch: 'main', folder: '.' } });
  const UUID = '5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11';

  test.each([
    ['https://git.factory.example.com/git/plants/rotherham', 'plants/rotherham'],
    ['https://git.factory.example.com/git/plants/rotherham/', 'plants/rotherham'],
    ['https://git.factory.example.com:443/git/trees/all', 'trees/all'],
  ])('%s is the path %s of the Git server', (url, path) => {
    expect(at(url)).toEqual({ uuid: expect.stringMatching(/^[0-9a-f-]{36}$/), path });
  });

  test('one that is named by its id has no path of ours', () => {
    expect(at(`https://git.factory.example.com/uuid/${UUID}`)).toEqual({ uuid: UUID });
  });

  test.each([
    'https://git.example.org/git/plants/rotherham',
    'ssh://git@git.factory.example.com/git/plants/rotherham',
    'https://git.factory.example.com:8443/git/plants/rotherham',
    'https://git.factory.example.com/git/plants/rotherham/deeper',
    'https://git.factory.example.com/plants/rotherham',
  ])('%s is none that the Git server has', (url) => {
    expect(at(url)).toBeUndefined();
  });

  test('is one object when two clusters share it, and both may pull from it', () => {
    const url = 'https://git.factory.example.com/git/trees/all';
    const { content: shared } = known(({ plants, softGateways }) => {
      plants.rotherham.repository = { url, folder: './rotherham' };
      softGateways.gateways.repository = { url, folder: './gateways' };
    });
    const uuid = repository(shared, 'trees/all') ?? '';
    expect(of(shared, 'object').filter((item) => item.uuid === uuid)).toHaveLength(1);
    const pull = of(shared, 'grant').filter(({ permission }) => permission === PERMISSION.pull);
    expect(pull.map(({ uuid: who, target }) => [who, target]).sort()).toEqual(CLUSTERS.map((name) => [account(name, 'flux'), uuid]).sort());
  });

  test('on another server it is none of ours, nor is the login of Flux; without Flux there is none', () => {
    for (const change of [
      // biome-ignore lint/suspicious/noExplicitAny: the estate is plain data
      (rotherham: any) => {
        rotherham.repository = { url: 'https://git.example.org/trees/rotherham' };
      },
      // biome-ignore lint/suspicious/noExplicitAny: the estate is plain data
      (rotherham: any) => {
        rotherham.delivery = 'pulumi';
        delete rotherham.secrets;
      },
    ]) {
      const { content: without } = known(({ plants }) => change(plants.rotherham));
      expect(without.filter(({ uuid }) => uuid === account('rotherham', 'flux'))).toEqual([]);
      expect(repository(without, 'plants/rotherham')).toBeUndefined();
      expect(of(without, 'identity').filter(({ uuid }) => uuid === account('rotherham', 'krbkeys'))).toHaveLength(1);
    }
  });
});
