import * as fc from 'fast-check';
import { type ContentItem, type Json, ownIds } from '../../../infra/factory-plus/configdb-content';
import { APPLICATION, CLASS } from '../../../infra/factory-plus/ids';
import { digestOf } from '../../../stacks/configdb/digest';
import { isCampaign } from '../../support/campaign';
import { ConfigStore } from '../../support/config-store';
import { applied, centreOf, killedAt, ownContent, REALM } from './scene';

const { application } = ownIds(REALM);

/** The estate as it changes: a machine is changed, another one goes, a third comes, a plant comes. Without the applications, which are always there. */
const ESTATES = [
  centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2' }] }),
  centreOf({ leeds: [{ name: 'press-1', type: 'better-press' }, { name: 'press-2' }] }),
  centreOf({ leeds: [{ name: 'press-1', type: 'better-press' }, { name: 'saw-1' }] }),
  centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2', description: 'spare' }], york: [] }),
].map((centre) => ownContent(centre).filter(({ label }) => !label.startsWith('application')));

type Entry = Extract<ContentItem, { kind: 'entry' }>;
const isEntry = (item: ContentItem): item is Entry => item.kind === 'entry';
const keyOf = ({ application: of, uuid }: Entry) => `${of}/${uuid}`;
/** Every entry that any of the estates has, once. */
const ENTRIES = [
  ...new Map(
    ESTATES.flat()
      .filter(isEntry)
      .map((item) => [keyOf(item), item]),
  ).values(),
];

/** What a person does to an entry; the number makes each edit one that nobody else makes. */
const actArbitrary = fc.record({ entry: fc.nat(ENTRIES.length - 1), act: fc.constantFrom('edit', 'delete') });
type Act = { readonly entry: number; readonly act: string };
const stepArbitrary = fc.oneof(
  fc.record({ is: fc.constant('person' as const), act: actArbitrary }),
  fc.record({
    is: fc.constant('run' as const),
    estate: fc.nat(ESTATES.length - 1),
    prune: fc.boolean(),
    // The request after which it is killed, and what a person does at which request.
    killed: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
    meanwhile: fc.array(fc.record({ at: fc.integer({ min: 1, max: 120 }), act: actArbitrary }), { maxLength: 3 }),
    // Another run at the same time, of another estate.
    beside: fc.option(fc.nat(ESTATES.length - 1), { nil: undefined }),
  }),
);

/** A person at the ConfigDB, and what must be there for ever because he put it there, or must not because he deleted it. */
class Person {
  readonly claims = new Map<string, Json | undefined>();
  /** Entries that a run that ended has seen: only of these a deletion is known to be one. */
  readonly confirmed = new Set<string>();
  #edits = 0;

  constructor(private readonly store: ConfigStore) {}

  does({ entry, act }: Act): void {
    const item = ENTRIES[entry];
    if (!item || !this.store.objects.has(item.uuid)) return;
    const key = keyOf(item);
    const value = this.store.entry(item.application, item.uuid) as { readonly [key: string]: Json } | undefined;
    if (act === 'delete') {
      if (value === undefined || !this.confirmed.has(key)) return;
      this.store.remove(item.application, item.uuid);
      this.claims.set(key, undefined);
      return;
    }
    const text = `edit ${++this.#edits}`;
    const edited: Json = {
      ...((value ?? item.value) as object),
      ...(item.application === APPLICATION.info ? { name: text } : { description: text }),
    };
    if (this.store.put(item.application, item.uuid, edited) >= 300) return;
    this.claims.set(key, edited);
  }

  /** Claims that do not hold any more. */
  lost(): string[] {
    return [...this.claims].flatMap(([key, value]) => {
      const [of = '', uuid = ''] = key.split('/');
      const now = this.store.entry(of, uuid) as Json | undefined;
      const same = value === undefined || now === undefined ? value === now : digestOf(value) === digestOf(now);
      return same ? [] : [`${key} is ${JSON.stringify(now)}, and the person made it ${JSON.stringify(value)}`];
    });
  }

  /** A run begins of an estate that does not have everything: what is deleted of the rest is nobody's any more, and may come back with the estate. */
  leaves(content: readonly ContentItem[]): void {
    const entries = new Set(content.filter(isEntry).map(keyOf));
    for (const [key, value] of this.claims) if (value === undefined && !entries.has(key)) this.claims.delete(key);
    for (const key of this.confirmed) if (!entries.has(key)) this.confirmed.delete(key);
  }

  /** What is there after a run that ended. What is deleted and not in the estate is nobody's any more: it may come back with the estate. */
  sees(content: readonly ContentItem[]): void {
    const entries = new Set(content.filter(isEntry).map(keyOf));
    for (const key of this.store.entries.keys()) this.confirmed.add(key);
    for (const [key, value] of this.claims) if (value === undefined && !entries.has(key)) this.claims.delete(key);
    for (const key of [...this.confirmed]) if (!this.store.entries.has(key) && !entries.has(key)) this.confirmed.delete(key);
  }
}

test('whatever a person does between any two requests, and wherever runs are killed, no edit is lost, and in the end all the rest is as the estate says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 8 }), async (steps) => {
      const store = new ConfigStore();
      const person = new Person(store);
      let taken = false;
      for (const uuid of Object.values(application)) store.register(uuid, CLASS.application);
      for (const step of steps) {
        if (step.is === 'person') {
          person.does(step.act);
          continue;
        }
        const content = ESTATES[step.estate] ?? [];
        const begun = store.seen.length;
        const waiting = [...step.meanwhile];
        store.between = () => {
          for (const now of waiting.filter(({ at }) => at <= store.seen.length - begun)) {
            waiting.splice(waiting.indexOf(now), 1);
            person.does(now.act);
          }
        };
        person.leaves(content);
        if (step.beside !== undefined) person.leaves(ESTATES[step.beside] ?? []);
        const direct = store.send.bind(store);
        const send = step.killed === undefined ? direct : killedAt(direct, step.killed);
        const runs = [applied(store, content, { prune: step.prune, send })];
        if (step.beside !== undefined) runs.push(applied(store, ESTATES[step.beside] ?? [], { prune: false }));
        const ended = await Promise.allSettled(runs);
        store.between = () => {};
        for (const end of ended) {
          if (end.status === 'fulfilled') continue;
          expect(String(end.reason)).toBe('Error: killed');
          // Where one of two runs is killed, what it did may be taken for a person's: nothing is lost, but it stays.
          if (step.beside !== undefined) taken = true;
        }
        expect(person.lost()).toEqual([]);
        if (ended.length === 1 && ended[0]?.status === 'fulfilled') person.sees(content);
      }
      // Nobody disturbs any more: one run is enough, and the next one has nothing to do.
      const content = ESTATES[0] ?? [];
      await applied(store, content);
      expect(person.lost()).toEqual([]);
      for (const item of content.filter(isEntry)) {
        const now = store.entry(item.application, item.uuid) as Json;
        if (!taken && !person.claims.has(keyOf(item))) expect([item.label, now]).toEqual([item.label, item.value]);
      }
      const writes = store.seen.length;
      await applied(store, content);
      expect(store.seen.slice(writes).filter(({ method }) => method !== 'GET')).toEqual([]);
    }),
    { numRuns: isCampaign ? 2000 : 12 },
  );
});

test('the entries that persons change are those of machines, plants and names', () => {
  expect(new Set(ENTRIES.map((item) => item.application))).toEqual(
    new Set([APPLICATION.info, application.plant, application.machine, application.points]),
  );
});
