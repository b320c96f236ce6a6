import { ownIds, plantUuid } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { machineUuid } from '../../../infra/factory-plus/content-machine';
import { APPLICATION, CLASS } from '../../../infra/factory-plus/ids';
import { EMPTY_SHARD, partOf, recordIds, SHARD_BYTES, shardJson, withKnown } from '../../../stacks/configdb/record';
import { share } from '../../support/campaign';
import { ConfigStore } from '../../support/config-store';
import { applied, centreOf, counts, killedAt, ownContent, REALM, writes } from './scene';

const { application } = ownIds(REALM);
const press = machineUuid(REALM, 'leeds', 'press-1');
const other = machineUuid(REALM, 'leeds', 'press-2');
const centre = centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2' }] });
const before = ownContent(centre);
const changed = ownContent(centreOf({ leeds: [{ name: 'press-1', type: 'better-press' }, { name: 'press-2' }] }));
const without = ownContent(centreOf({ leeds: [{ name: 'press-1' }] }));

/** A store to which the estate was applied once. */
async function filled(): Promise<ConfigStore> {
  const store = new ConfigStore();
  expect(counts(await applied(store, before))).toEqual({ created: before.length });
  return store;
}

describe('what the estate says is put into the ConfigDB', () => {
  test('once: a second run finds it there and writes nothing', async () => {
    const store = await filled();
    const { length } = store.seen;
    expect(await applied(store, before)).toEqual({ unchanged: before.length, items: [] });
    expect(writes(store, length)).toEqual([]);
  });

  test('and of what changed only that is written, with the ETag of what is there', async () => {
    const store = await filled();
    const { length } = store.seen;
    const { items } = await applied(store, changed);
    expect(items).toEqual([expect.objectContaining({ label: 'plants.leeds.machines.press-1: machine', is: 'updated' })]);
    expect(store.entry(application.machine, press)).toMatchObject({ type: 'better-press' });
    const record = `/v2/app/${recordIds(REALM).application}/`;
    expect(writes(store, length).filter(({ path }) => !path.startsWith(record))).toHaveLength(1);
  });

  test('but not by a dry run, which tells the same', async () => {
    const store = new ConfigStore();
    const dry = await applied(store, before, { dryRun: true });
    expect(writes(store)).toEqual([]);
    expect(dry).toEqual(await applied(new ConfigStore(), before));
  });

  test('in entries that their own schemas admit, which the ConfigDB holds against everybody from then on', async () => {
    const store = await filled();
    expect(store.put(application.machine, press, { name: 'press-1' })).toBe(422);
    expect(store.put(application.points, press, { machine: press, page: 0, points: [] })).toBe(422);
    expect(store.put(application.plant, plantUuid(REALM, 'leeds'), { name: 'leeds', signals: [], roles: {} })).toBe(422);
  });

  test('and what its schema refuses is told, and the rest is done', async () => {
    const broken = before.map(
      (item): ContentItem =>
        item.kind === 'entry' && item.uuid === press && item.application === application.machine ? { ...item, value: {} } : item,
    );
    const report = await applied(new ConfigStore(), broken);
    expect(counts(report)).toEqual({ created: before.length - 1, refused: 1 });
    expect(report.items.find(({ is }) => is === 'refused')?.said).toMatch(/^422: .* JSON Schema/);
  });
});

describe('what a person did stays:', () => {
  const mine = { name: 'The old press' };

  test('a changed entry, whatever the estate says then', async () => {
    const store = await filled();
    const entry = store.entry(application.machine, press) as Record<string, unknown>;
    store.put(application.machine, press, { ...entry, description: 'by the door' });
    for (const content of [before, changed]) {
      expect((await applied(store, content, { restore: true, prune: true })).items).toEqual([
        expect.objectContaining({ label: 'plants.leeds.machines.press-1: machine', is: 'changed', uuid: press }),
      ]);
      expect(store.entry(application.machine, press)).toEqual({ ...entry, description: 'by the door' });
    }
    // As the remedy says: once the person deletes it, it comes back with the value of the estate.
    store.remove(application.machine, press);
    expect(counts(await applied(store, changed))).toEqual({ deleted: 1 });
    expect(counts(await applied(store, changed, { restore: true }))).toEqual({ created: 1 });
    expect(store.entry(application.machine, press)).toMatchObject({ type: 'better-press' });
  });

  test('a change that says what the estate says now is no difference any more', async () => {
    const store = await filled();
    store.put(application.machine, press, { ...(store.entry(application.machine, press) as object), type: 'better-press' });
    expect((await applied(store, changed)).items).toEqual([]);
    expect(counts(await applied(store, before))).toEqual({ updated: 1 });
  });

  test('a deleted entry, and a deleted object with all that was of it, until somebody asks to restore it', async () => {
    const store = await filled();
    store.remove(APPLICATION.info, press);
    expect(store.removeObject(other)).toBe(204);
    const report = await applied(store, changed);
    expect(counts(report)).toEqual({ deleted: 2, updated: 1 });
    expect(report.items.filter(({ is }) => is === 'deleted').map(({ label }) => label)).toEqual([
      'plants.leeds.machines.press-1: name',
      'plants.leeds.machines.press-2',
    ]);
    expect(store.objects.has(other)).toBe(false);
    // The object with its name, what it is and its points, and the name of the first.
    expect(counts(await applied(store, changed, { restore: true }))).toEqual({ created: 5 });
  });

  test('an object that is marked as deleted', async () => {
    const store = await filled();
    Object.assign(store.objects.get(other) ?? {}, { deleted: true });
    expect(counts(await applied(store, before))).toEqual({ deleted: 1 });
    expect(store.objects.get(other)?.deleted).toBe(true);
  });

  test('an entry that a person made before Millwright came to it', async () => {
    const store = new ConfigStore();
    store.register(press, CLASS.ofIndividuals);
    store.put(APPLICATION.info, press, mine);
    const { items } = await applied(store, before);
    expect(items.filter(({ is }) => is === 'changed').map(({ label }) => label)).toEqual(['plants.leeds.machines.press-1: name']);
    expect(store.entry(APPLICATION.info, press)).toEqual(mine);
    // Its class and owner are the person's affair too: saying the object again would have changed both.
    expect(store.objects.get(press)?.class).toBe(CLASS.ofIndividuals);
  });

  test('a change between the look and the write: the ETag is not that any more', async () => {
    const store = await filled();
    const edit = { ...(store.entry(application.machine, press) as object), description: 'just now' };
    const read = `/v2/app/${application.machine}/object/${press}`;
    store.between = () => {
      if (store.seen.at(-1)?.path !== read) return;
      store.between = () => {};
      store.put(application.machine, press, edit);
    };
    expect(counts(await applied(store, changed))).toEqual({ changed: 1 });
    expect(store.entry(application.machine, press)).toEqual(edit);
  });

  test('a record that a person spoilt stops the run before anything is written', async () => {
    const store = await filled();
    const { application: record, shards } = recordIds(REALM);
    const digit = press.slice(0, 1);
    store.put(record, shards[digit] ?? '', { version: 1, objects: [] });
    const { length } = store.seen;
    await expect(applied(store, changed)).rejects.toThrow(/is not a record that this version reads/);
    expect(writes(store, length)).toEqual([]);
  });

  test("also when the record was deleted: then everything that differs is taken for a person's", async () => {
    const store = await filled();
    for (const shard of Object.values(recordIds(REALM).shards)) store.removeObject(shard);
    expect(counts(await applied(store, changed))).toEqual({ changed: 1 });
  });
});

describe('what has left the estate', () => {
  test('is told, and removed with --prune: entries before their object', async () => {
    const store = await filled();
    expect(counts(await applied(store, without))).toEqual({ left: 4 });
    expect(store.objects.has(other)).toBe(true);
    const report = await applied(store, without, { prune: true });
    expect(counts(report)).toEqual({ removed: 4 });
    expect(report.items.map(({ label }) => label)).toContain('plants.leeds.machines.press-2');
    expect(store.objects.get(other)?.deleted).toBe(true);
    expect(await applied(store, without)).toEqual({ unchanged: without.length, items: [] });
    const only = new ConfigStore();
    await applied(only, without);
    expect(withoutRecord(store)).toEqual(withoutRecord(only));
    // It comes back when the estate has it again.
    expect(counts(await applied(store, before))).toEqual({ created: 4 });
    expect(await applied(store, before)).toEqual({ unchanged: before.length, items: [] });
  });

  test('stays with the person who changed it, and the object with it', async () => {
    const store = await filled();
    store.put(APPLICATION.info, other, { name: 'Spare' });
    expect(counts(await applied(store, without))).toEqual({ kept: 1, left: 3 });
    expect(counts(await applied(store, without, { prune: true }))).toEqual({ kept: 2, removed: 2 });
    expect(store.entry(APPLICATION.info, other)).toEqual({ name: 'Spare' });
  });

  test('stays when somebody keeps an entry of an application of his own about it', async () => {
    const store = await filled();
    const theirs = '6c0dd3a0-5f1c-4a3c-9d0e-3b9f1f8e2a10';
    store.register(theirs, CLASS.application);
    store.put(theirs, other, { inventory: 4711 });
    expect(counts(await applied(store, without, { prune: true }))).toEqual({ removed: 2, kept: 2 });
    expect(store.entry(theirs, other)).toEqual({ inventory: 4711 });
    expect(store.entry(APPLICATION.info, other)).toBeDefined();
    // It comes back to an object that is still there, with its name.
    expect(counts(await applied(store, before))).toEqual({ created: 2 });
  });
});

describe('a run may be broken off anywhere:', () => {
  const small = without.filter(
    ({ label }) => label.includes('machines.press-1') || label.startsWith('class Millwright machine') || label === 'plants.leeds',
  );
  const alone = [...without.filter(({ label }) => /^(class|application)/.test(label)), ...small].filter(
    (item, index, list) => list.indexOf(item) === index,
  );
  const later = alone.map(
    (item): ContentItem =>
      item.kind === 'entry' && item.application === APPLICATION.info ? { ...item, value: { name: 'another' } } : item,
  );

  test('killed after one of its writes, whichever it is, the next run completes it as if nothing had been', async () => {
    const reference = new ConfigStore();
    await applied(reference, alone);
    // What is asked without a change leaves nothing behind: being killed there is being killed after the write before.
    const steps = reference.seen.flatMap((seen, index) => (writes({ seen: [seen] }).length === 0 ? [] : [index + 1]));
    expect(steps.length).toBeGreaterThan(40);
    await applied(reference, later);
    for (const at of share(steps, 3, 0)) {
      const store = new ConfigStore();
      await expect(applied(store, alone, { send: killedAt(store.send.bind(store), at) })).rejects.toThrow('killed');
      // The estate has changed meanwhile: what the broken run wrote is still known to be Millwright's.
      const { items } = await applied(store, later);
      expect(items.filter(({ is }) => is !== 'created' && is !== 'updated')).toEqual([]);
      expect(withoutRecord(store)).toEqual(withoutRecord(reference));
    }
  });
});

describe('two runs at once', () => {
  test('of one estate write everything once, and both end well', async () => {
    const store = new ConfigStore();
    const reports = await Promise.all([applied(store, before), applied(store, before)]);
    expect(reports.flatMap(({ items }) => items.filter(({ is }) => is !== 'created'))).toEqual([]);
    expect(await applied(store, before)).toEqual({ unchanged: before.length, items: [] });
  });

  test('of two plants lose nothing of either, the record included', async () => {
    const store = await filled();
    const york = ownContent(centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2' }], york: [{ name: 'saw-1' }] }));
    const hull = ownContent(centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2' }], hull: [{ name: 'saw-1' }] }));
    await Promise.all([applied(store, york), applied(store, hull)]);
    for (const plant of ['york', 'hull']) {
      expect(store.entry(application.plant, plantUuid(REALM, plant))).toMatchObject({ name: plant });
    }
    // Whoever prunes removes both: the record has all of it.
    expect(counts(await applied(store, before, { prune: true }))).toEqual({ removed: york.length + hull.length - 2 * before.length });
  });
});

test('a record that would be too large for the ConfigDB is refused before it is sent', () => {
  const shard = before.reduce(
    (all, item) => withKnown(all, { ...item, label: 'x'.repeat(20_000) }, { wrote: [partOf(item)] }),
    EMPTY_SHARD,
  );
  expect(shardJson(shard)).toEqual({ tooLarge: expect.any(Number) });
  expect(shardJson(EMPTY_SHARD)).toEqual({ value: EMPTY_SHARD });
  expect(SHARD_BYTES).toBeLessThan(100_000);
});

function withoutRecord(store: ConfigStore): unknown {
  const { application: record, class: own, shards } = recordIds(REALM);
  const ids = [record, own, ...Object.values(shards)];
  const text = JSON.stringify(store.state());
  const { objects, entries, ...rest } = JSON.parse(text) as { objects: [string, string, boolean][]; entries: [string][] };
  return {
    ...rest,
    objects: objects.filter(([uuid, , deleted]) => !ids.includes(uuid) && !deleted),
    entries: entries.filter(([key]) => !key.split('/').some((id) => ids.includes(id))),
  };
}
