import { configDbContent } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { EDGE_AGENT_CLASS, edgeAccountUuid, edgeAgentUuid, edgeClusterUuid } from '../../../infra/factory-plus/edge-ids';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS } from '../../../infra/factory-plus/git-mirrors';
import { APPLICATION, CLASS, PERMISSION } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import { share } from '../../support/campaign';
import { ConfigStore } from '../../support/config-store';
import { INSTALLED } from '../../support/installed-ids';
import { agentMachine, applied, counts, edgeCentreOf, killedAt, ownContent, REALM, writes } from './scene';

const MACHINES = { leeds: [{ name: 'press-1' }, agentMachine('cell-1')], york: [] };
const content = ownContentAndEdge(MACHINES);
const york = ownContentAndEdge({ york: [] });

/** What the command and the edge write. */
function ownContentAndEdge(...[machines, under]: Parameters<typeof edgeCentreOf>): ContentItem[] {
  return configDbContent(edgeCentreOf(machines, under)).filter(({ owner }) => owner !== 'setup');
}

const ofCommand = (items: readonly ContentItem[]) => items.filter(({ owner }) => owner === 'configdb');
const ofLeeds = (report: Awaited<ReturnType<typeof applied>>) =>
  report.items.flatMap(({ label, is, said }) =>
    label.startsWith('plants.leeds') ? [[label, is, ...(said === undefined ? [] : [said])]] : [],
  );

const keysOperator = edgeAccountUuid(REALM, 'leeds', 'krbkeys');
const flux = edgeAccountUuid(REALM, 'leeds', 'flux');
const agent = edgeAgentUuid(REALM, 'leeds', 'cell-1');
const cluster = edgeClusterUuid(REALM, 'leeds');
const AGENT = 'plants.leeds.machines.cell-1: edge agent';
const KEYS = 'plants.leeds: account of the Kerberos keys operator';
const ADDRESS = { group_id: 'Example-leeds', node_id: 'cell-1' };

/** What the programs of the cluster do when they run (acs-krb-keys-operator, account.py; acs-edge-sync). */
function edgeRuns(store: ConfigStore): void {
  store.put(APPLICATION.sparkplugAddress, agent, ADDRESS);
  store.members.add(`${INSTALLED.roles.edgeAgent}/${agent}`);
  expect(store.identities.add(agent, `nd1/leeds/cell-1@${REALM}`)).toBe(204);
  store.put(APPLICATION.clusterStatus, cluster, { hosts: [{ hostname: 'a1' }] });
}

/** A store to which the estate was applied once. */
async function filled(): Promise<ConfigStore> {
  const store = new ConfigStore();
  expect(counts(await applied(store, content))).toEqual({ created: ofCommand(content).length });
  return store;
}

describe('the edge clusters of an estate', () => {
  test('are made known once, and what their programs write then is theirs and no change', async () => {
    const store = await filled();
    expect(store.identities.all.get(keysOperator)).toBe(`op1krbkeys/leeds@${REALM}`);
    expect(store.identities.all.get(flux)).toBe(`op1flux/leeds@${REALM}`);
    expect(store.members).toEqual(
      new Set(
        ['leeds', 'york'].flatMap((name) => [
          `${INSTALLED.roles.edgeKrbkeys}/${edgeAccountUuid(REALM, name, 'krbkeys')}`,
          `${INSTALLED.roles.edgeFlux}/${edgeAccountUuid(REALM, name, 'flux')}`,
        ]),
      ),
    );
    expect([store.identities.all.has(agent), store.entry(APPLICATION.sparkplugAddress, agent)]).toEqual([false, undefined]);
    for (const runs of [() => {}, edgeRuns]) {
      runs(store);
      const { length } = store.seen;
      expect(await applied(store, content)).toEqual({ unchanged: content.length, items: [] });
      expect(writes(store, length)).toEqual([]);
    }
    expect(store.entry(APPLICATION.sparkplugAddress, agent)).toEqual(ADDRESS);
  });

  test('have principals that travel over HTTP as JSON texts', async () => {
    const store = new ConfigStore();
    const url = await store.start();
    const account = content.filter(({ uuid, kind }) => uuid === keysOperator && kind !== 'grant');
    try {
      expect(counts(await applied(url, account))).toEqual({ created: 4 });
      expect(store.identities.all).toEqual(new Map([[keysOperator, `op1krbkeys/leeds@${REALM}`]]));
      expect(await applied(url, account)).toEqual({ unchanged: 4, items: [] });
      expect(counts(await applied(url, [], { prune: true }))).toEqual({ removed: 4 });
      expect([store.identities.all.size, store.members.size]).toEqual([0, 0]);
    } finally {
      await store.stop();
    }
  });

  test('get their logins after their rights', async () => {
    const order = writes(await filled()).map(({ method, path }) => `${method} ${path}`);
    const at = (what: string) => order.findIndex((one) => one.endsWith(what));
    const login = at(`/v2/principal/${keysOperator}/kerberos`);
    expect(at(`/v2/class/${INSTALLED.roles.edgeKrbkeys}/direct/member/${keysOperator}`)).toBeLessThan(login);
    expect(order.indexOf('POST /v2/grant')).toBeLessThan(login);
  });

  test('may be broken off at any request, and come to the same', async () => {
    const whole = await filled();
    const steps = whole.seen.flatMap((seen, index) => (writes({ seen: [seen] }).length === 0 ? [] : [index + 1]));
    for (const at of share(steps, 29, 3)) {
      const store = new ConfigStore();
      await expect(applied(store, content, { send: killedAt(store.send.bind(store), at) })).rejects.toThrow('killed');
      await applied(store, content);
      const { objects, members, identities, grants } = store.state() as Record<string, unknown[]>;
      const expected = whole.state() as Record<string, unknown[]>;
      expect([objects?.length, members, identities, grants]).toEqual([
        expected.objects?.length,
        expected.members,
        expected.identities,
        expected.grants,
      ]);
    }
  });

  test.each<[string, (store: ConfigStore) => unknown, string]>([
    ['the login of the keys operator', (store) => store.identities.all.delete(keysOperator), `${KEYS}: identity`],
    ['its role', (store) => store.members.delete(`${INSTALLED.roles.edgeKrbkeys}/${keysOperator}`), `${KEYS}: role`],
    [
      'its right to the members of the plant role',
      (store) => store.auth.all.filter(({ principal }) => principal === keysOperator).map(({ uuid }) => store.auth.remove(uuid)),
      `${KEYS}: grant: members of Plant leeds`,
    ],
    ['the Sparkplug group', (store) => store.remove(APPLICATION.sparkplugAddress, cluster), 'plants.leeds: edge cluster: Sparkplug group'],
    ['the configuration of an agent', (store) => store.remove(APPLICATION.agentConfiguration, agent), `${AGENT}: configuration`],
  ])('stay without %s that a person took, until --restore', async (_, take, label) => {
    const store = await filled();
    take(store);
    for (const options of [{ dryRun: true }, {}, { prune: true }])
      expect(ofLeeds(await applied(store, content, options))).toEqual([[label, 'deleted']]);
    expect(ofLeeds(await applied(store, content, { restore: true }))).toEqual([[label, 'created']]);
    expect((await applied(store, content)).items).toEqual([]);
  });

  test('keep another principal that a person gave to an account, and a configuration that a person changed', async () => {
    const store = await filled();
    store.identities.all.set(flux, `op1flux/other@${REALM}`);
    store.put(APPLICATION.agentConfiguration, agent, { deviceConnections: [] });
    for (const options of [{}, { restore: true, prune: true }]) {
      expect(ofLeeds(await applied(store, content, options))).toEqual([
        ['plants.leeds: account of Flux: identity', 'changed'],
        [`${AGENT}: configuration`, 'changed'],
      ]);
    }
    expect(store.identities.all.get(flux)).toBe(`op1flux/other@${REALM}`);
  });

  test('get a changed configuration of an agent', async () => {
    const store = await filled();
    edgeRuns(store);
    const changed = ownContentAndEdge({ ...MACHINES, leeds: [{ name: 'press-1' }, agentMachine('cell-1', 'DB2,INT0')] });
    expect(ofLeeds(await applied(store, changed))).toEqual([[`${AGENT}: configuration`, 'updated']]);
  });

  test('do not get a login that another account has, such as one of a cluster that the Cluster Manager made', async () => {
    const store = new ConfigStore();
    const other = '5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11';
    store.identities.add(other, `op1krbkeys/leeds@${REALM}`);
    expect(ofLeeds(await applied(store, content)).filter(([, is]) => is !== 'created')).toEqual([
      [`${KEYS}: identity`, 'refused', `409: another account is op1krbkeys/leeds@${REALM}, or this one is another principal already`],
    ]);
    store.identities.all.delete(other);
    expect(ofLeeds(await applied(store, content))).toEqual([[`${KEYS}: identity`, 'created']]);
  });

  test('do not get a repository of a path that another one has: the Git server would serve neither', async () => {
    const store = new ConfigStore();
    const other = '5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11';
    store.register(other, GIT_REPOSITORY_CLASS);
    store.put(GIT_REPOSITORY_APPLICATION, other, { path: 'plants/leeds' });
    for (let run = 0; run < 2; run++) {
      expect(ofLeeds(await applied(store, content)).filter(([, is]) => is !== 'created')).toEqual([
        ['plants.leeds: repository: path', 'refused', `${other} has this path already, and the Git server serves neither of two`],
      ]);
    }
    store.remove(GIT_REPOSITORY_APPLICATION, other);
    expect(ofLeeds(await applied(store, content))).toEqual([['plants.leeds: repository: path', 'created']]);
  });

  test('get no login for an account that a person deletes while the run is at it', async () => {
    const store = new ConfigStore();
    store.between = () => {
      if (!store.members.has(`${INSTALLED.roles.edgeKrbkeys}/${keysOperator}`)) return;
      store.between = () => {};
      store.removeObject(keysOperator);
    };
    const report = ofLeeds(await applied(store, content));
    expect(report.filter(([label]) => String(label).startsWith(KEYS)).slice(-2)).toEqual([
      [`${KEYS}: grant: members of Plant leeds`, 'deleted'],
      [`${KEYS}: identity`, 'deleted'],
    ]);
    expect(store.identities.all.has(keysOperator)).toBe(false);
  });

  test.each([
    ['the class of edge agents', EDGE_AGENT_CLASS],
    ['the role of keys operators', INSTALLED.roles.edgeKrbkeys],
    ['the permission to pull', PERMISSION.pull],
    ['the application of configurations', APPLICATION.agentConfiguration],
  ])('are not begun before service-setup made %s', async (_, uuid) => {
    const store = new ConfigStore();
    store.objects.delete(uuid);
    await expect(applied(store, content)).rejects.toThrow(`${uuid} (for plants.leeds`);
    expect(writes(store)).toEqual([]);
  });
});

describe('an edge cluster that left the estate', () => {
  const gone = (items: readonly ContentItem[], from: readonly ContentItem[]) => {
    const left = new Set(items.map(({ label }) => label));
    return from.filter(({ label }) => !left.has(label));
  };

  test('is told, and taken away with --prune: rights and logins first, with what its programs wrote', async () => {
    const store = await filled();
    edgeRuns(store);
    const leaving = gone(york, content);
    expect(counts(await applied(store, york))).toEqual({ left: leaving.length });
    const { length } = store.seen;
    expect(counts(await applied(store, york, { prune: true }))).toEqual({ removed: leaving.length });
    expect([...store.identities.all.values()].filter((principal) => principal.includes('/leeds'))).toEqual([]);
    expect([...store.members].filter((member) => [keysOperator, flux, agent].some((uuid) => member.endsWith(uuid)))).toEqual([]);
    expect(store.auth.all.filter(({ principal }) => principal === keysOperator || principal === flux)).toEqual([]);
    expect([cluster, agent, flux, keysOperator].map((uuid) => store.objects.get(uuid)?.deleted)).toEqual([true, true, true, true]);
    expect([...store.entries.keys()].filter((key) => [cluster, agent].some((uuid) => key.endsWith(uuid)))).toEqual([]);
    const kinds = writes(store, length).flatMap(({ method, path }) => {
      const [, , kind = '', , , relation = ''] = path.split('/');
      return method === 'DELETE' ? [kind === 'class' ? relation : kind] : [];
    });
    expect([...new Set(kinds)]).toEqual(['grant', 'member', 'principal', 'subclass', 'app']);
    // It has nothing more to do, and all comes back with the cluster.
    expect((await applied(store, york, { prune: true })).items).toEqual([]);
    expect(counts(await applied(store, content))).toEqual({ created: ofCommand(leaving).length });
    expect(store.identities.all.get(keysOperator)).toBe(`op1krbkeys/leeds@${REALM}`);
  });

  test('is taken away alike where its keys operator took its own away before', async () => {
    const store = await filled();
    expect(counts(await applied(store, york, { prune: true }))).toEqual({ removed: ofCommand(gone(york, content)).length });
    expect(store.objects.get(agent)?.deleted).toBe(true);
  });

  test('leaves what persons keep of it: an entry of theirs keeps the object and its name, and no login', async () => {
    const store = await filled();
    edgeRuns(store);
    const theirs = 'd0a3a1f4-56ab-4d5f-a3a5-1f7a4c2f1e10';
    store.register(theirs, CLASS.application);
    store.put(theirs, agent, { note: 'spare part 7' });
    const { items } = await applied(store, york, { prune: true });
    expect(items.filter(({ is }) => is === 'kept').map(({ label }) => label)).toEqual([`${AGENT}: entry of ${APPLICATION.info}`, AGENT]);
    expect(store.objects.get(agent)?.deleted).toBe(false);
    expect([store.identities.all.has(agent), store.entry(APPLICATION.agentConfiguration, agent)]).toEqual([false, undefined]);
  });

  test('that is still a plant keeps its machines and its role at the broker, and loses what is of Factory+', async () => {
    const store = await filled();
    const without = ownContentAndEdge({ ...MACHINES, leeds: [{ name: 'press-1' }] }, ['york']);
    expect(counts(await applied(store, without, { prune: true }))).toEqual({ removed: ofCommand(gone(without, content)).length });
    expect(store.objects.get(cluster)?.deleted).toBe(true);
    const role = content.find(({ label }) => label === 'permissions of Plant leeds: role');
    expect(store.objects.get(role?.uuid ?? '')?.deleted).toBe(false);
    expect(store.subclasses.has(`${FACTORY_PLUS.principal}/${role?.uuid}`)).toBe(true);
  });
});

test('the command writes what is its own and nothing else', () => {
  expect(ownContent(edgeCentreOf(MACHINES))).toEqual(ofCommand(content));
});
