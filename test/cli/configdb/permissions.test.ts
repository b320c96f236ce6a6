import { configDbContent } from '../../../infra/factory-plus/configdb-content';
import { gitMirrors } from '../../../infra/factory-plus/git-mirrors';
import { APPLICATION } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS, type MqttRole, mqttPermissions } from '../../../infra/factory-plus/mqtt-permissions';
import { signalsOf } from '../../../infra/model/signal';
import { share } from '../../support/campaign';
import { exampleCentral } from '../../support/centre';
import { ConfigStore } from '../../support/config-store';
import { applied, centreOf, counts, killedAt, loadDumps, ownContent, REALM, writes } from './scene';

const centre = centreOf({ leeds: [], york: [] });
const york = centreOf({ york: [] });
const whole = configDbContent(centre);
const content = ownContent(centre);

/** What the dumps of 0.3.0 held: the permissions of all plants, and the centre's own. */
const ofPlants = mqttPermissions(
  REALM,
  centre.plants.map(({ name, ...plant }) => ({ name, signals: signalsOf(plant) })),
  [],
);
const ofCentre = mqttPermissions(REALM, [], centre.contract.serves);
const role = (who: MqttRole['who'], plant: string): MqttRole => {
  const found = ofPlants.roles.find((one) => one.who === who && one.plant === plant);
  if (!found) throw new Error(`no ${who} of ${plant}`);
  return found;
};
const leeds = role('plant', 'leeds');

/** Ids of the grants that a role has of its permission. */
const grantsOf = (store: ConfigStore, { uuid, permission }: MqttRole) =>
  store.auth.all.filter((grant) => grant.principal === uuid && grant.permission === permission);
const revoke = (store: ConfigStore, of: MqttRole) => {
  for (const { uuid } of grantsOf(store, of)) store.auth.remove(uuid);
};
const told = (report: Awaited<ReturnType<typeof applied>>) => report.items.map(({ label, is }) => [label, is]);
const LABEL = 'permissions of Plant leeds';

/** A store to which the estate was applied once. */
async function filled(): Promise<ConfigStore> {
  const store = new ConfigStore();
  expect(counts(await applied(store, content))).toEqual({ created: content.length });
  return store;
}

describe('the permissions of plants at the broker', () => {
  test('are made with the plant: a role among principals, what it may, and its grant, last of all', async () => {
    const store = await filled();
    expect(store.subclasses.has(`${FACTORY_PLUS.principal}/${leeds.uuid}`)).toBe(true);
    expect(store.entry(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission)).toEqual(ofPlants.templates[leeds.permission]);
    expect(grantsOf(store, leeds)).toEqual([expect.objectContaining({ target: FACTORY_PLUS.wildcard, plural: false })]);
    const order = writes(store).map(({ path }) => path);
    const template = `/v2/app/${FACTORY_PLUS.mqttPermissionTemplate}/object/${leeds.permission}`;
    expect(order.indexOf(template)).toBeLessThan(order.indexOf('/v2/grant'));
    const { length } = store.seen;
    expect(await applied(store, content)).toEqual({ unchanged: content.length, items: [] });
    expect(writes(store, length)).toEqual([]);
  });

  test("are taken over where the dumps of 0.3.0 made them, without a change; service-setup's next run leaves them", async () => {
    const store = new ConfigStore();
    loadDumps(store, ofPlants);
    const before = store.auth.all.map(({ uuid }) => uuid);
    const { items } = await applied(store, content);
    expect(items.filter(({ label }) => label.startsWith('permissions'))).toEqual([]);
    expect(store.auth.all.map(({ uuid }) => uuid)).toEqual(before);
    // They are Millwright's from then on.
    revoke(store, leeds);
    expect(told(await applied(store, content))).toEqual([[`${LABEL}: grant`, 'deleted']]);
  });

  test.each([
    ['a revoked grant', (store: ConfigStore) => revoke(store, leeds), 'grant'],
    ['a deleted template', (store: ConfigStore) => store.remove(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission), 'template'],
    [
      'a role that is among principals no more',
      (store: ConfigStore) => store.subclasses.delete(`${FACTORY_PLUS.principal}/${leeds.uuid}`),
      'subclass of Principal',
    ],
  ])('stay without %s, told in each run until --restore', async (_, change, part) => {
    // After a run, and before the first one.
    const dumped = new ConfigStore();
    loadDumps(dumped, ofPlants);
    for (const store of [await filled(), dumped]) {
      change(store);
      for (const options of [{ dryRun: true }, {}, { prune: true }, {}]) {
        const of = told(await applied(store, content, options)).filter(([label]) => label?.startsWith('permissions'));
        expect(of).toEqual([[`${LABEL}: ${part}`, 'deleted']]);
      }
      expect(told(await applied(store, content, { restore: true }))).toEqual([[`${LABEL}: ${part}`, 'created']]);
      expect((await applied(store, content)).items).toEqual([]);
      expect(grantsOf(store, leeds)).toHaveLength(1);
    }
  });

  test('stay as a person changed them: a template, a grant that became another one, and one that he made', async () => {
    const store = await filled();
    const mine = { 'data/v1/leeds/press-1': 'w' };
    store.put(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission, mine);
    const [grant] = grantsOf(store, leeds);
    const other = {
      principal: leeds.uuid,
      permission: role('commander', 'leeds').permission,
      target: FACTORY_PLUS.wildcard,
      plural: false,
    };
    store.auth.change(grant?.uuid ?? '', other);
    for (let run = 0; run < 2; run++) {
      expect(told(await applied(store, content, { prune: true }))).toEqual([
        [`${LABEL}: template`, 'changed'],
        [`${LABEL}: grant`, 'deleted'],
      ]);
    }
    expect(store.entry(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission)).toEqual(mine);
    expect(store.auth.all).toContainEqual({ uuid: grant?.uuid, ...other });
  });

  test('are not put back for a role that a person deleted while the run was at it', async () => {
    const store = new ConfigStore();
    store.between = () => {
      const subclass = store.seen.at(-1);
      if (subclass?.method !== 'PUT' || !subclass.path.endsWith(`subclass/${leeds.uuid}`)) return;
      store.between = () => {};
      store.removeObject(leeds.uuid);
    };
    const { items } = await applied(store, content);
    expect(items).toContainEqual(expect.objectContaining({ label: `${LABEL}: grant`, is: 'deleted' }));
    expect(grantsOf(store, leeds)).toEqual([]);
  });

  test('are revoked for good by a person who does so between two runs of which one was killed anywhere', async () => {
    const reference = new ConfigStore();
    loadDumps(reference, ofPlants);
    revoke(reference, leeds);
    await applied(reference, content);
    const steps = reference.seen.map((_, index) => index + 1);
    for (const at of share(steps, 9, 4)) {
      const store = new ConfigStore();
      loadDumps(store, ofPlants);
      revoke(store, leeds);
      await applied(store, content, { send: killedAt(store.send.bind(store), at) }).catch((error) =>
        expect(String(error)).toMatch(/killed/),
      );
      await applied(store, content);
      expect(grantsOf(store, leeds)).toEqual([]);
    }
  });

  test('likewise where its role comes long before it, and the run was killed in between', async () => {
    const large = ownContent(centreOf({ leeds: Array.from({ length: 30 }, (_, index) => ({ name: `press-${index}` })) }));
    const rank = (item: (typeof large)[number]) => (item.uuid !== leeds.uuid ? 1 : item.kind === 'grant' ? 2 : 0);
    const ordered = [0, 1, 2].flatMap((wanted) => large.filter((item) => rank(item) === wanted));
    const revoked = () => {
      const store = new ConfigStore();
      loadDumps(store, ofPlants);
      revoke(store, leeds);
      return store;
    };
    const reference = revoked();
    await applied(reference, ordered);
    const steps = reference.seen.flatMap((seen, index) => (writes({ seen: [seen] }).length === 0 ? [] : [index + 1]));
    for (const at of share(steps, 41, 0)) {
      const store = revoked();
      await expect(applied(store, ordered, { send: killedAt(store.send.bind(store), at) })).rejects.toThrow('killed');
      await applied(store, ordered);
      expect(grantsOf(store, leeds)).toEqual([]);
    }
  });

  test('are made once by two runs at once', async () => {
    const store = new ConfigStore();
    const reports = await Promise.all([applied(store, content), applied(store, content)]);
    expect(reports.flatMap(({ items }) => items.filter(({ is }) => is !== 'created'))).toEqual([]);
    expect(store.auth.all).toHaveLength(ofPlants.grants.length);
    expect((await applied(store, content)).items).toEqual([]);
  });
});

describe('the permissions of a plant that left the estate', () => {
  test('are told, and removed with --prune, the grant before what it grants, also where Auth tells of it a moment longer', async () => {
    const store = await filled();
    store.auth.lags = true;
    expect(counts(await applied(store, ownContent(york)))).toEqual({ left: content.length - ownContent(york).length });
    const { length } = store.seen;
    expect(counts(await applied(store, ownContent(york), { prune: true }))).toEqual({ removed: content.length - ownContent(york).length });
    const gone = [leeds, role('commander', 'leeds')];
    expect(gone.every(({ uuid, permission }) => store.objects.get(uuid)?.deleted && store.objects.get(permission)?.deleted)).toBe(true);
    expect(gone.flatMap((each) => grantsOf(store, each))).toEqual([]);
    const deleted = writes(store, length).flatMap(({ method, path }) => (method === 'DELETE' ? [path.split('/')[2]] : []));
    expect(deleted.lastIndexOf('grant')).toBeLessThan(deleted.indexOf('app'));
    // And made anew when it comes back.
    expect(counts(await applied(store, content))).toEqual({ created: content.length - ownContent(york).length });
    expect(grantsOf(store, leeds)).toHaveLength(1);
  });

  test('stay with whom a person granted them to: who has a permission without a template cannot log in', async () => {
    const store = await filled();
    const somebody = '5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11';
    store.auth.add({ principal: somebody, permission: leeds.permission, target: FACTORY_PLUS.wildcard, plural: false });
    const { items } = await applied(store, ownContent(york), { prune: true });
    expect(items.filter(({ is }) => is === 'kept').map(({ label }) => label)).toEqual([
      `${LABEL}: permission: entry of ${FACTORY_PLUS.mqttPermissionTemplate}`,
      `${LABEL}: permission: entry of ${APPLICATION.info}`,
      `${LABEL}: permission`,
    ]);
    expect(store.entry(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission)).toEqual(ofPlants.templates[leeds.permission]);
    expect(grantsOf(store, leeds)).toEqual([]);
  });

  test('stay where a person made another grant of ours between the look and the removal', async () => {
    const store = await filled();
    const [grant] = grantsOf(store, leeds);
    const other = {
      principal: leeds.uuid,
      permission: role('commander', 'leeds').permission,
      target: FACTORY_PLUS.wildcard,
      plural: false,
    };
    store.between = () => {
      // The first thing that a run writes is its record: everything was looked at by then.
      if (writes(store, begun).length === 0) return;
      store.between = () => {};
      store.auth.change(grant?.uuid ?? '', other);
    };
    const begun = store.seen.length;
    await applied(store, ownContent(york), { prune: true });
    expect(store.auth.all).toContainEqual({ uuid: grant?.uuid, ...other });
  });
});

describe("the centre's own permissions, which service-setup makes,", () => {
  test('are told as missing until it ran, and never written', async () => {
    const store = new ConfigStore();
    expect(counts(await applied(store, whole))).toEqual({ created: content.length, missing: 2 * ofCentre.roles.length });
    expect(ofCentre.roles.some(({ uuid }) => store.objects.has(uuid))).toBe(false);
    loadDumps(store, ofCentre);
    expect((await applied(store, whole)).items).toEqual([]);
  });

  test('are told where a person changed or took them', async () => {
    const store = new ConfigStore();
    loadDumps(store, ofCentre);
    await applied(store, whole);
    const [ingester] = ofCentre.roles;
    if (!ingester) throw new Error('the centre has no role');
    store.put(FACTORY_PLUS.mqttPermissionTemplate, ingester.permission, { '#': 'rw' });
    revoke(store, ingester);
    expect(told(await applied(store, whole, { restore: true }))).toEqual([
      [`permissions of ${ingester.name}: template`, 'differs'],
      [`permissions of ${ingester.name}: grant`, 'deleted'],
    ]);
  });
});

test('a mirror is made as a repository of the Git server, follows the estate, and goes with --prune', async () => {
  const of = (every: string) => {
    const stated = { url: 'https://git.example.org/charts.git', addresses: ['198.51.100.0/28'], every };
    const central = exampleCentral({ git: { mirrors: { charts: stated } } });
    return { items: ownContent(central), mirror: gitMirrors(central)[0] };
  };
  const store = new ConfigStore();
  const { items, mirror } = of('1h');
  await applied(store, items);
  const entry = () => store.entry('38d62a93-b6b4-4f63-bad4-d433e3eaff29', mirror?.uuid ?? '');
  expect(entry()).toEqual(mirror?.entry);
  expect(store.entry(APPLICATION.info, mirror?.uuid ?? '')).toEqual({ name: 'Mirror charts' });
  expect(told(await applied(store, of('2h').items))).toEqual([['git.mirrors.charts: repository', 'updated']]);
  expect(entry()).toEqual(of('2h').mirror?.entry);
  expect(counts(await applied(store, ownContent(exampleCentral()), { prune: true }))).toEqual({ removed: 3 });
  expect(entry()).toBeUndefined();
});
