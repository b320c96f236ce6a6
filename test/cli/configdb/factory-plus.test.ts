import { applyContent, type ConfigDbReport } from '../../../cli/configdb/apply';
import { configDbReportText } from '../../../cli/configdb/report';
import type { Send } from '../../../cli/factory-plus-client';
import { ownIds } from '../../../infra/factory-plus/configdb-content';
import { GIT_REPOSITORY_CLASS } from '../../../infra/factory-plus/git-mirrors';
import { APPLICATION, CLASS } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS, mqttPermissions } from '../../../infra/factory-plus/mqtt-permissions';
import { signalsOf } from '../../../infra/model/signal';
import { NO_TAG } from '../../../stacks/configdb/decide';
import { recordIds } from '../../../stacks/configdb/record';
import { ConfigStore } from '../../support/config-store';
import { applied, centreOf, counts, killedAt, ownContent, REALM, writes } from './scene';

const centre = centreOf({ leeds: [{ name: 'press-1' }] });
const content = ownContent(centre);
const empty = ownContent(centreOf({}));
const { roles, grants } = mqttPermissions(
  REALM,
  centre.plants.map(({ name, ...plant }) => ({ name, signals: signalsOf(plant) })),
  [],
);
const leeds = roles.find(({ who }) => who === 'plant') ?? { uuid: '', permission: '' };
const LABEL = 'permissions of Plant leeds';
const { application } = ownIds(REALM);

/** A store to which the estate was applied once. */
async function filled(): Promise<ConfigStore> {
  const store = new ConfigStore();
  expect(counts(await applied(store, content))).toEqual({ created: content.length });
  return store;
}

/** A client that answers some requests itself. */
const answering =
  (store: ConfigStore, own: (...[request]: Parameters<Send>) => number | undefined): Send =>
  async (request) => {
    const status = own(request);
    return status === undefined ? store.send(request) : { status, headers: {} };
  };

/** A client of a store through something that changes the ETags of some paths. */
const through =
  (store: ConfigStore, path: (path: string) => boolean, changed: (etag: string) => string | undefined): Send =>
  async (request) => {
    const answer = await store.send(request);
    const { etag, ...headers } = answer.headers;
    const now = etag !== undefined && path(request.path) ? changed(etag) : etag;
    return { ...answer, headers: { ...headers, ...(now === undefined ? {} : { etag: now }) } };
  };

describe('before service-setup has run to its end', () => {
  test.each([
    ['the class of permissions', FACTORY_PLUS.mqttPermission],
    ['the class of roles', FACTORY_PLUS.clientRole],
    ['the class Principal', FACTORY_PLUS.principal],
    ['the application of templates', FACTORY_PLUS.mqttPermissionTemplate],
    ['the class of applications', CLASS.application],
    ['the application of names', APPLICATION.info],
  ])('without %s nothing is written, and that is said', async (_, uuid) => {
    const store = new ConfigStore();
    store.objects.delete(uuid);
    for (const dryRun of [true, false]) {
      const run = applied(store, content, { dryRun });
      await expect(run).rejects.toThrow('service-setup has not run to its end: the ConfigDB has not yet ');
      await expect(run).rejects.toThrow(`${uuid} (for `);
    }
    expect([writes(store), store.auth.all]).toEqual([[], []]);
  });

  test('what the estate does not need may be missing', async () => {
    const store = new ConfigStore();
    store.objects.delete(GIT_REPOSITORY_CLASS);
    expect(counts(await applied(store, content))).toEqual({ created: content.length });
  });
});

describe('a grant is not given', () => {
  const ofLeeds = (report: ConfigDbReport) =>
    report.items.flatMap(({ label, is, said }) => (label.startsWith(LABEL) && is !== 'created' ? [[label, is, said ?? '']] : []));
  const granted = (store: ConfigStore) => store.auth.all.filter(({ principal }) => principal === leeds.uuid);

  test('where its permission is refused, and the parts of that are not told', async () => {
    const store = new ConfigStore();
    const send = answering(store, ({ path, body }) =>
      path === '/v2/object' && (body as { uuid: string }).uuid === leeds.permission ? 409 : undefined,
    );
    expect(ofLeeds(await applied(store, content, { send }))).toEqual([
      [`${LABEL}: permission`, 'refused', '409: it contradicts what is there'],
      [`${LABEL}: grant`, 'refused', expect.stringMatching(/^the permission is not there \(/)],
    ]);
    expect(granted(store)).toEqual([]);
    // Nobody deleted them: the next run makes them.
    expect(counts(await applied(store, content))).toEqual({ created: 4 });
    expect(granted(store)).toHaveLength(1);
  });

  test('where the template of its permission is refused', async () => {
    const store = new ConfigStore();
    const template = `/v2/app/${FACTORY_PLUS.mqttPermissionTemplate}/object/${leeds.permission}`;
    const send = answering(store, ({ method, path }) => (method === 'PUT' && path === template ? 422 : undefined));
    expect(ofLeeds(await applied(store, content, { send }))).toEqual([
      [`${LABEL}: template`, 'refused', expect.stringMatching(/^422/)],
      [`${LABEL}: grant`, 'refused', `the template of its permission is not there (${template})`],
    ]);
    expect(granted(store)).toEqual([]);
  });

  test('where a person deleted the template while the run was at it', async () => {
    const store = new ConfigStore();
    store.between = () => {
      if (store.remove(FACTORY_PLUS.mqttPermissionTemplate, leeds.permission)) store.between = () => {};
    };
    expect(ofLeeds(await applied(store, content))).toEqual([
      [`${LABEL}: grant`, 'deleted', expect.stringMatching(/^the template of its permission is not there/)],
    ]);
    expect(granted(store)).toEqual([]);
  });

  test('where its role is refused, of which nothing else is told', async () => {
    const store = new ConfigStore();
    const send = answering(store, ({ path, body }) =>
      path === '/v2/object' && (body as { uuid: string }).uuid === leeds.uuid ? 409 : undefined,
    );
    expect(ofLeeds(await applied(store, content, { send }))).toEqual([[`${LABEL}: role`, 'refused', expect.any(String)]]);
    expect(granted(store)).toEqual([]);
  });
});

test('entries of an application that is not there are told as refused, and the rest is done', async () => {
  const store = new ConfigStore();
  const send = answering(store, ({ path, body }) =>
    path === '/v2/object' && (body as { uuid: string }).uuid === application.machine ? 409 : undefined,
  );
  const { items } = await applied(store, content, { send });
  expect(items.filter(({ is }) => is !== 'created').map(({ label, is, said }) => [label, is, said])).toEqual([
    ['application Millwright machine', 'refused', expect.stringMatching(/^409/)],
    ['plants.leeds.machines.press-1: machine', 'refused', `404: ${application.machine} is not there`],
  ]);
});

describe('of a role that a person granted something else', () => {
  const theirs = {
    principal: leeds.uuid,
    permission: '5f4f8a52-6f5b-4e0c-8d8f-1f0f5d4f0c11',
    target: FACTORY_PLUS.wildcard,
    plural: false,
  };
  const keptOf = ({ items }: ConfigDbReport) => items.flatMap(({ label, is, uuid }) => (is === 'kept' ? [[label, uuid]] : []));

  test('what makes his grant count stays when its plant leaves, which a dry run tells', async () => {
    const store = await filled();
    store.auth.add(theirs);
    const dry = await applied(store, empty, { prune: true, dryRun: true });
    const report = await applied(store, empty, { prune: true });
    expect(dry).toEqual(report);
    expect(keptOf(report).map(([, uuid]) => uuid)).toEqual([leeds.uuid, leeds.uuid, leeds.uuid]);
    expect(store.subclasses.has(`${FACTORY_PLUS.principal}/${leeds.uuid}`)).toBe(true);
    expect(store.entry(APPLICATION.info, leeds.uuid)).toEqual({ name: 'Plant leeds' });
    expect(store.objects.get(leeds.uuid)?.deleted).toBe(false);
    expect(store.auth.all).toEqual([expect.objectContaining(theirs)]);
    // It goes when he needs it no more.
    store.auth.remove(store.auth.all[0]?.uuid ?? '');
    expect(counts(await applied(store, empty, { prune: true }))).toEqual({ removed: 3 });
    expect([store.subclasses.has(`${FACTORY_PLUS.principal}/${leeds.uuid}`), store.objects.get(leeds.uuid)?.deleted]).toEqual([
      false,
      true,
    ]);
  });

  test('likewise when he does so while the run removes', async () => {
    const store = await filled();
    const begun = store.seen.length;
    store.between = () => {
      if (!writes(store, begun).some(({ path }) => path.startsWith('/v2/grant/'))) return;
      store.between = () => {};
      store.auth.add(theirs);
    };
    await applied(store, empty, { prune: true });
    expect(store.subclasses.has(`${FACTORY_PLUS.principal}/${leeds.uuid}`)).toBe(true);
    expect(store.objects.get(leeds.uuid)?.deleted).toBe(false);
  });

  test('and without one everything goes, as a dry run tells', async () => {
    const store = await filled();
    expect(grants.length).toBeGreaterThan(0);
    const dry = await applied(store, empty, { prune: true, dryRun: true });
    expect(counts(dry)).toEqual({ removed: content.length - empty.length });
    expect(await applied(store, empty, { prune: true })).toEqual(dry);
  });
});

describe('where no strong ETag comes', () => {
  const record = recordIds(REALM).application;
  const changed = ownContent(centreOf({ leeds: [{ name: 'press-1', type: 'better-press' }] }));
  const ofEntries = (path: string) => !path.includes(record);

  test.each<[string, (etag: string) => string | undefined]>([
    ['none', () => undefined],
    ['a weak one', (etag) => `W/${etag}`],
  ])('but %s, changes and removals are refused, and nothing else is', async (_, tag) => {
    const store = await filled();
    const send = through(store, ofEntries, tag);
    const { items } = await applied(store, changed, { send });
    expect(items).toEqual([expect.objectContaining({ label: 'plants.leeds.machines.press-1: machine', is: 'refused', said: NO_TAG })]);
    const pruned = await applied(store, empty, { send, prune: true });
    expect(new Set(pruned.items.filter(({ is }) => is === 'refused').map(({ said }) => said))).toEqual(new Set([NO_TAG]));
    expect(new Set(pruned.items.map(({ is }) => is))).toEqual(new Set(['refused', 'removed']));
    // The way is clear again: nothing was taken for a person's.
    expect(new Set(Object.keys(counts(await applied(store, content))))).toEqual(new Set(['created']));
  });

  test('and a person uses a role, his grant counts on', async () => {
    const store = await filled();
    store.auth.add({ principal: leeds.uuid, permission: application.plant, target: FACTORY_PLUS.wildcard, plural: false });
    await applied(store, empty, { prune: true, send: through(store, ofEntries, () => undefined) });
    expect(store.subclasses.has(`${FACTORY_PLUS.principal}/${leeds.uuid}`)).toBe(true);
  });

  test('with the record either, nothing of the estate is written', async () => {
    const store = await filled();
    const begun = store.seen.length;
    const more = ownContent(centreOf({ leeds: [{ name: 'press-1' }], york: [{ name: 'saw-1' }] }));
    const send = through(
      store,
      () => true,
      () => undefined,
    );
    await expect(applied(store, more, { send })).rejects.toThrow(`the record of what was written: ${NO_TAG}`);
    expect(writes(store, begun).filter(({ path }) => ofEntries(path))).toEqual([]);
  });
});

test('a run that breaks off tells what it did until then, before it throws', async () => {
  const store = new ConfigStore();
  const told: [ConfigDbReport, unknown][] = [];
  const run = applyContent({
    content,
    realm: REALM,
    send: killedAt(store.send.bind(store), 200),
    restore: false,
    prune: false,
    dryRun: false,
    brokenOff: (...each) => told.push(each),
  });
  await expect(run).rejects.toThrow('killed');
  const [[report, error] = []] = told;
  expect([told.length, String(error)]).toEqual([1, 'Error: killed']);
  expect(report?.items.length).toBeGreaterThan(0);
  expect(report?.items.every(({ uuid }) => store.objects.has(uuid))).toBe(true);
  expect(configDbReportText(report ?? { unchanged: 0, items: [] }, false)).toMatch(/^\d+ created:\n/);
});
