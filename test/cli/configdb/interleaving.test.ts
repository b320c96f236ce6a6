import * as fc from 'fast-check';
import { configDbContent, ownIds } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem, Json } from '../../../infra/factory-plus/content-item';
import { GIT_REPOSITORY_APPLICATION } from '../../../infra/factory-plus/git-mirrors';
import { APPLICATION, CLASS } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import { digestOf } from '../../../stacks/configdb/digest';
import { isCampaign } from '../../support/campaign';
import { ConfigStore } from '../../support/config-store';
import { agentMachine, applied, centreOf, edgeCentreOf, killedAt, REALM, writes } from './scene';

const { application } = ownIds(REALM);

/**
 * The estate as it changes: a machine is changed, another one goes, a third comes, a plant comes; a plant comes under Factory+, its edge agent
 * is changed, and goes. Without the applications, which are always there.
 */
const ESTATES = [
  edgeCentreOf({ leeds: [{ name: 'press-1' }, agentMachine('cell-1')] }),
  centreOf({ leeds: [{ name: 'press-1', type: 'better-press' }, { name: 'press-2' }] }),
  edgeCentreOf({ leeds: [{ name: 'press-1' }, agentMachine('cell-1', 'DB2,INT0')], york: [] }, ['leeds']),
  edgeCentreOf({ leeds: [{ name: 'saw-1' }], york: [] }),
  centreOf({ leeds: [{ name: 'press-1' }, { name: 'press-2', description: 'spare' }], york: [] }),
].map((centre) => configDbContent(centre).filter(({ owner, label }) => owner !== 'setup' && !label.startsWith('application')));

type Entry = Extract<ContentItem, { kind: 'entry' }>;
const isEntry = (item: ContentItem): item is Entry => item.kind === 'entry' && item.owner === 'configdb';
const keyOf = ({ application: of, uuid }: Entry) => `${of}/${uuid}`;
/** Every entry that any of the estates has, once. */
const ENTRIES = [
  ...new Map(
    ESTATES.flat()
      .filter(isEntry)
      .map((item) => [keyOf(item), item]),
  ).values(),
];

type GrantItem = Extract<ContentItem, { kind: 'grant' }>;
const isGrant = (item: ContentItem): item is GrantItem => item.kind === 'grant';
const grantKey = ({ uuid, permission, target }: Pick<GrantItem, 'uuid' | 'permission' | 'target'>, plural = false) =>
  ['grant', uuid, permission, target, plural].join('/');
/** Every grant that any of the estates has, once. */
const GRANTS = [
  ...new Map(
    ESTATES.flat()
      .filter(isGrant)
      .map((item) => [grantKey(item), item]),
  ).values(),
];

type Relation = Extract<ContentItem, { kind: 'member' | 'identity' }>;
const isRelation = (item: ContentItem): item is Relation =>
  (item.kind === 'member' || item.kind === 'identity') && item.owner === 'configdb';
const relationKey = (item: Relation) => (item.kind === 'member' ? `member/${item.of}/${item.uuid}` : `identity/${item.uuid}`);
/** Every membership and every login that any of the estates has, once. */
const RELATIONS = [
  ...new Map(
    ESTATES.flat()
      .filter(isRelation)
      .map((item) => [relationKey(item), item]),
  ).values(),
];
/** What programs in edge clusters write, once. */
const OF_EDGE = [
  ...new Map(
    ESTATES.flat()
      .filter(({ owner }) => owner === 'edge')
      .map((item) => [item.label, item]),
  ).values(),
];
const keysOf = (content: readonly ContentItem[]) =>
  new Set(
    content.flatMap((item) =>
      isEntry(item) ? [keyOf(item)] : isGrant(item) ? [grantKey(item)] : isRelation(item) ? [relationKey(item)] : [],
    ),
  );

/** What a program in an edge cluster does: writes what is its own, or takes it away. */
function edgeDoes(store: ConfigStore, item: ContentItem | undefined, act: string): void {
  if (!item || !store.objects.has(item.uuid)) return;
  const writes = act === 'write';
  if (item.kind === 'entry') {
    if (writes) store.put(item.application, item.uuid, { group_id: 'Example-leeds', node_id: `n${store.seen.length}` });
    else store.remove(item.application, item.uuid);
  } else if (item.kind === 'member') {
    if (writes) store.members.add(`${item.of}/${item.uuid}`);
    else store.members.delete(`${item.of}/${item.uuid}`);
  } else if (item.kind === 'identity') {
    if (writes) store.identities.add(item.uuid, item.principal);
    else store.identities.all.delete(item.uuid);
  }
}

/** What a person does to an entry or a grant; the number makes each edit one that nobody else makes. */
const actArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.record({ entry: fc.nat(ENTRIES.length - 1), act: fc.constantFrom('edit', 'delete') }) },
  { weight: 2, arbitrary: fc.record({ grant: fc.nat(GRANTS.length - 1), act: fc.constantFrom('revoke', 'widen', 'grant again') }) },
  { weight: 2, arbitrary: fc.record({ relation: fc.nat(RELATIONS.length - 1), act: fc.constantFrom('take', 'replace', 'give again') }) },
  { weight: 2, arbitrary: fc.record({ ofEdge: fc.nat(OF_EDGE.length - 1), act: fc.constantFrom('write', 'take away') }) },
);
type Act = { readonly act: string } & (
  | { readonly entry: number }
  | { readonly grant: number }
  | { readonly relation: number }
  | { readonly ofEdge: number }
);
const stepArbitrary = fc.oneof(
  fc.record({ is: fc.constant('person' as const), act: actArbitrary }),
  fc.record({
    is: fc.constant('run' as const),
    estate: fc.nat(ESTATES.length - 1),
    prune: fc.boolean(),
    // The request after which it is killed, and what a person does at which request.
    killed: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    meanwhile: fc.array(fc.record({ at: fc.integer({ min: 1, max: 300 }), act: actArbitrary }), { maxLength: 3 }),
    // Another run at the same time, of another estate.
    beside: fc.option(fc.nat(ESTATES.length - 1), { nil: undefined }),
  }),
);

/** A person at the ConfigDB, and what must be there for ever because he put it there, or must not because he deleted it. */
class Person {
  readonly claims = new Map<string, Json | undefined>();
  /** Entries and grants that a run that ended has seen: only of these a deletion is known to be one. */
  readonly confirmed = new Set<string>();
  /** What he deleted before a run of an estate without it: if that run was killed, the record may still say so, and it stays deleted. */
  readonly open = new Set<string>();
  #edit = 0;

  constructor(private readonly store: ConfigStore) {}

  does(act: Act): void {
    if ('grant' in act) this.#grants(GRANTS[act.grant], act.act);
    else if ('relation' in act) this.#relates(RELATIONS[act.relation], act.act);
    else if ('ofEdge' in act) edgeDoes(this.store, OF_EDGE[act.ofEdge], act.act);
    else this.#edits(ENTRIES[act.entry], act.act);
  }

  /** Takes a grant, makes one of it that holds for what belongs to its target, or gives what was taken. */
  #grants(item: GrantItem | undefined, act: string): void {
    if (!item) return;
    const { uuid: principal, permission, target } = item;
    const key = grantKey(item);
    if (act === 'grant again') {
      // What he gives is what Millwright gives.
      if (this.store.objects.has(principal) && this.claims.delete(key))
        this.store.auth.add({ principal, permission, target, plural: false });
      return;
    }
    const there = this.store.auth.all.find((grant) => grant.principal === principal && grant.permission === permission && !grant.plural);
    if (!there || !this.confirmed.has(key)) return;
    if (act === 'revoke') this.store.auth.remove(there.uuid);
    else if (this.store.auth.change(there.uuid, { principal, permission, target, plural: true })[0] >= 300) return;
    else this.claims.set(grantKey(item, true), true);
    this.claims.set(key, undefined);
  }

  /** Takes a membership or a login, gives an account another login, or gives what was taken. */
  #relates(item: Relation | undefined, act: string): void {
    if (!item) return;
    const { uuid } = item;
    const key = relationKey(item);
    if (act === 'give again') {
      if (this.#now(key) !== undefined || !this.store.objects.has(uuid) || !this.claims.delete(key)) return;
      if (item.kind === 'identity') this.store.identities.add(uuid, item.principal);
      else this.store.members.add(`${item.of}/${uuid}`);
      return;
    }
    if (this.#now(key) === undefined || !this.confirmed.has(key)) return;
    if (item.kind === 'member') this.store.members.delete(`${item.of}/${uuid}`);
    else this.store.identities.all.delete(uuid);
    const other = act === 'replace' && item.kind === 'identity' ? `other-${++this.#edit}@EXAMPLE.COM` : undefined;
    if (other !== undefined) this.store.identities.add(uuid, other);
    this.claims.set(key, other);
  }

  #edits(item: Entry | undefined, act: string): void {
    if (!item || !this.store.objects.has(item.uuid)) return;
    const key = keyOf(item);
    const value = this.store.entry(item.application, item.uuid) as { readonly [key: string]: Json } | undefined;
    if (act === 'delete') {
      if (value === undefined || !this.confirmed.has(key)) return;
      this.store.remove(item.application, item.uuid);
      this.claims.set(key, undefined);
      return;
    }
    const text = `edit ${++this.#edit}`;
    const edited: Json = {
      ...((value ?? item.value) as object),
      ...(item.application === APPLICATION.info ? { name: text } : { description: text }),
    };
    if (this.store.put(item.application, item.uuid, edited) >= 300) return;
    this.claims.set(key, edited);
  }

  /** Whether the estate does not say alone what is there in the end. */
  mayDecide(key: string): boolean {
    return this.claims.has(key) || this.open.has(key);
  }

  /** Claims that do not hold any more. */
  lost(): string[] {
    return [...this.claims].flatMap(([key, value]) => {
      const now = this.#now(key);
      const same = value === undefined || now === undefined ? value === now : digestOf(value) === digestOf(now);
      return same ? [] : [`${key} is ${JSON.stringify(now)}, and the person made it ${JSON.stringify(value)}`];
    });
  }

  #now(key: string): Json | undefined {
    const [of = '', uuid = '', member = ''] = key.split('/');
    if (of === 'identity') return this.store.identities.all.get(uuid);
    if (of === 'member') return this.store.members.has(`${uuid}/${member}`) || undefined;
    return of === 'grant' ? this.#granted().has(key) || undefined : (this.store.entry(of, uuid) as Json | undefined);
  }

  #granted(): Set<string> {
    return new Set(
      this.store.auth.all.map(({ principal, permission, target, plural }) => grantKey({ uuid: principal, permission, target }, plural)),
    );
  }

  /** A run begins of an estate that does not have everything: what is deleted of the rest is nobody's any more, and may come back with the estate. */
  leaves(content: readonly ContentItem[]): void {
    const entries = keysOf(content);
    for (const [key, value] of this.claims) {
      if (value !== undefined || entries.has(key)) continue;
      this.claims.delete(key);
      this.open.add(key);
    }
    for (const key of this.confirmed) if (!entries.has(key)) this.confirmed.delete(key);
  }

  /** What is there after a run that ended. What is deleted and not in the estate is nobody's any more: it may come back with the estate. */
  sees(content: readonly ContentItem[]): void {
    const entries = keysOf(content);
    for (const key of [...this.store.entries.keys(), ...this.#granted()]) this.confirmed.add(key);
    for (const key of RELATIONS.map(relationKey)) if (this.#now(key) !== undefined) this.confirmed.add(key);
    for (const key of this.open) if (!entries.has(key)) this.open.delete(key);
    for (const [key, value] of this.claims) if (value === undefined && !entries.has(key)) this.claims.delete(key);
    for (const key of [...this.confirmed]) if (this.#now(key) === undefined && !entries.has(key)) this.confirmed.delete(key);
  }
}

test('whatever a person does between any two requests, and wherever runs are killed, no edit is lost, and in the end all the rest is as the estate says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(stepArbitrary, { minLength: 1, maxLength: 8 }), async (begun, steps) => {
      const store = new ConfigStore();
      const person = new Person(store);
      let taken = false;
      for (const uuid of Object.values(application)) store.register(uuid, CLASS.application);
      if (begun) {
        await applied(store, ESTATES[0] ?? []);
        person.sees(ESTATES[0] ?? []);
      }
      for (const step of steps) {
        if (step.is === 'person') {
          person.does(step.act);
          continue;
        }
        const content = ESTATES[step.estate] ?? [];
        const before = store.seen.length;
        const waiting = [...step.meanwhile];
        store.between = () => {
          for (const now of waiting.filter(({ at }) => at <= store.seen.length - before)) {
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
        if (!taken && !person.mayDecide(keyOf(item))) expect([item.label, now]).toEqual([item.label, item.value]);
      }
      for (const item of content.filter(isGrant)) {
        const own = store.auth.all.filter(
          ({ principal, permission, plural }) => principal === item.uuid && permission === item.permission && !plural,
        );
        if (!taken && !person.mayDecide(grantKey(item))) expect([item.label, own.length]).toEqual([item.label, 1]);
      }
      for (const item of content.filter(isRelation)) {
        const now = item.kind === 'identity' ? store.identities.all.get(item.uuid) : store.members.has(`${item.of}/${item.uuid}`);
        if (taken || person.mayDecide(relationKey(item))) continue;
        expect([item.label, now]).toEqual([item.label, item.kind === 'identity' ? item.principal : true]);
      }
      const { length } = store.seen;
      await applied(store, content);
      expect(writes(store, length)).toEqual([]);
    }),
    { numRuns: isCampaign ? 2000 : 12 },
  );
});

test('the entries that persons change are those of machines, plants, names, permissions and edge clusters', () => {
  expect(new Set(ENTRIES.map((item) => item.application))).toEqual(
    new Set([
      ...[APPLICATION.info, application.plant, application.machine, application.points, FACTORY_PLUS.mqttPermissionTemplate],
      ...[APPLICATION.sparkplugAddress, APPLICATION.agentConfiguration, APPLICATION.connectionConfiguration, GIT_REPOSITORY_APPLICATION],
    ]),
  );
  expect(new Set(RELATIONS.map(({ kind }) => kind))).toEqual(new Set(['member', 'identity']));
  expect(new Set(OF_EDGE.map(({ kind }) => kind))).toEqual(new Set(['entry', 'member', 'identity']));
});
