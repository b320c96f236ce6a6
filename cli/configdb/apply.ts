import type { ContentItem } from '../../infra/factory-plus/content-item';
import { APPLICATION } from '../../infra/factory-plus/ids';
import { FACTORY_PLUS } from '../../infra/factory-plus/mqtt-permissions';
import { type Allowed, type Decision, decide, type Finding, type Found, knownAfter, knownBefore } from '../../stacks/configdb/decide';
import { itemDigest } from '../../stacks/configdb/digest';
import { DIGITS, itemOf, type Known, knownOf, partOf, shardOf, withKnown } from '../../stacks/configdb/record';
import { changeRequest, entryPath, foundIn, hasTag, outcomeOf, readRequest } from '../../stacks/configdb/requests';
import type { Send } from '../factory-plus-client';
import { UserError } from '../user-error';
import { atOnce } from './at-once';
import { RecordStore } from './record-store';
import { itemRefusal, refusal } from './refusal';
import { otherWithPath } from './repository-paths';
import { isOfFactoryPlus, leansOn, neededOfFactoryPlus, type Own, Usage } from './usage';

/** Items between two states of the record: what a run that breaks off has to look at again. */
const BATCH = 100;
/** How often somebody else may change a thing while it is changed. */
const MOST_TRIES = 10;

/** The order in which what has left the estate goes: who is granted a permission without a template cannot log in at the broker. */
const LEAVING = ['grant', 'member', 'identity', 'subclass', 'entry', 'object'] as const;

const DONE = { create: 'created', update: 'updated', remove: 'removed' } as const;

/** What {@link applyContent} takes. */
export interface ApplyOptions extends Allowed {
  readonly content: readonly ContentItem[];
  readonly realm: string;
  readonly send: Send;
  /** Only look. */
  readonly dryRun: boolean;
  /** Told now and then. */
  readonly progress?: (done: number, all: number) => void;
  /** Told what was done until then, when a run cannot go on, before it throws. */
  readonly brokenOff?: (report: ConfigDbReport, error: unknown) => void;
}

/** What became of one item that is not simply as it should be. */
export interface ItemReport {
  readonly label: string;
  readonly uuid: string;
  /** What was done, or would be in a dry run; or what a person must know. */
  readonly is: 'created' | 'updated' | 'removed' | Finding | 'refused';
  /** Where it is in the ConfigDB or Auth. */
  readonly path: string;
  /** What a service said, or why. @default - nothing */
  readonly said?: string;
}

/** What a run did. */
export interface ConfigDbReport {
  /** Items that are as the estate says, and were before. */
  readonly unchanged: number;
  readonly items: readonly ItemReport[];
}

/** An item, what is there, what is known, and what is done about it. */
interface Planned {
  readonly item: ContentItem;
  readonly wanted?: string;
  readonly found: Found;
  readonly known: Known | undefined;
  readonly decision: Decision;
}

/** Brings what Factory+ knows to the content, as far as nobody else changed it. May be broken off anywhere and started again. */
export async function applyContent(options: ApplyOptions): Promise<ConfigDbReport> {
  const run = new Run(options);
  try {
    await run.run();
  } catch (error) {
    options.brokenOff?.(run.report, error);
    throw error;
  }
  return run.report;
}

class Run {
  readonly #record: RecordStore;
  readonly #reports: ItemReport[] = [];
  #unchanged = 0;
  /** Ids of grants that this run took back: Auth may tell of them for a moment yet. */
  readonly #takenBack = new Set<string>();
  /** Items that a service refused. */
  readonly #refused = new Set<string>();
  readonly #usage: Usage;
  /** Ids of objects that nobody used when the run began, and that go. */
  readonly #leaving = new Set<string>();
  #ownEntry: Own['entry'];

  constructor(private readonly options: ApplyOptions) {
    this.#record = new RecordStore(options.send, options.realm);
    this.#usage = new Usage(options.send);
  }

  /** What was done so far. */
  get report(): ConfigDbReport {
    return { unchanged: this.#unchanged, items: this.#reports };
  }

  async run(): Promise<void> {
    const { content, dryRun, progress } = this.options;
    await this.#checkFactoryPlus();
    await this.#record.load();
    const wanted = new Map(content.map((item) => [idOf(item), item]));
    const left = DIGITS.flatMap((digit) =>
      Object.entries(this.#record.shard(digit).objects).flatMap(([uuid, { label, parts }]) =>
        Object.keys(parts).flatMap((part) => itemOf(uuid, label, part) ?? []),
      ),
    ).filter((item) => !wanted.has(idOf(item)));
    const leaving = LEAVING.flatMap((kind) => left.filter((item) => item.kind === kind));
    const all = [...content.map((item) => ({ item, wanted: itemDigest(item) })), ...leaving.map((item) => ({ item }))];
    const planned = await this.#withoutUsed(withoutPartsOfTold(await atOnce(all, (each) => this.#look(each))));
    if (!dryRun) {
      // Before anything is known of the objects: of what Millwright made, nobody took a right before it was there.
      const taken = planned.filter(({ decision, known }) => decision.do === 'tell' && decision.finding === 'deleted' && !known);
      await this.#remember(taken, ({ known, decision, wanted }, now) => knownAfter(now, known, decision, wanted));
    }
    for (let begin = 0; begin < planned.length; begin += BATCH) {
      const batch = planned.slice(begin, begin + BATCH);
      if (dryRun) for (const each of batch) this.#tell(each);
      else await this.#carryOut(batch);
      progress?.(Math.min(begin + BATCH, planned.length), planned.length);
    }
  }

  async #look({ item, wanted }: { readonly item: ContentItem; readonly wanted?: string }): Promise<Planned> {
    const found = await this.#find(item);
    const madeElsewhere = found.is === 'absent' && wanted !== undefined && (await this.#isRightOfOthers(item));
    const situation = {
      ...(wanted === undefined ? {} : { wanted }),
      owner: item.owner,
      found,
      known: this.#known(item, partOf(item)),
      madeElsewhere,
    };
    return { item, ...situation, decision: decide(situation, this.options) };
  }

  #known({ uuid }: ContentItem, part: string): Known | undefined {
    return knownOf(this.#record.shard(shardOf(uuid)), uuid, part);
  }

  /** Whether an item gives rights to an object that is there, and that no run has made, such as one of the dumps of Millwright 0.3.0. */
  async #isRightOfOthers(item: ContentItem): Promise<boolean> {
    if (!givesRights(item) || item.owner === 'edge') return false;
    const isKnown = () => [partOf(item), 'object'].some((part) => this.#known(item, part));
    if (isKnown() || !(await this.#isRegistered(item.uuid))) return false;
    // Another run may have made it since the record was read: it wrote so before.
    await this.#record.reload(shardOf(item.uuid));
    return !isKnown();
  }

  async #find(item: ContentItem): Promise<Found> {
    const answer = await this.options.send(readRequest(item));
    const found = foundIn(item, answer);
    if (!found) throw refusal(`tell ${readRequest(item).path}`, answer);
    return found;
  }

  async #carryOut(batch: readonly Planned[]): Promise<void> {
    await this.#remember(batch, ({ decision, wanted }, now) => knownBefore(now, decision, wanted));
    const settled: Planned[] = [];
    for (const each of batch) {
      const done = await this.#change(each);
      if (done) settled.push(done);
    }
    await this.#remember(settled, ({ known, decision, wanted }, now) => knownAfter(now, known, decision, wanted));
  }

  /** Writes what is known of some items, a shard at a time. */
  async #remember(items: readonly Planned[], knownOfItem: (each: Planned, now: Known | undefined) => Known | undefined): Promise<void> {
    for (const digit of DIGITS) {
      const own = items.filter(({ item }) => shardOf(item.uuid) === digit);
      if (own.length === 0) continue;
      await this.#record.change(digit, (shard) =>
        own.reduce((changed, each) => {
          const now = knownOf(changed, each.item.uuid, partOf(each.item));
          const then = knownOfItem(each, now);
          return JSON.stringify(now) === JSON.stringify(then) ? changed : withKnown(changed, each.item, then);
        }, shard),
      );
    }
  }

  /** Carries a decision out; undefined when it was refused and nothing is known anew. */
  async #change(planned: Planned): Promise<Planned | undefined> {
    // Where nothing shows what a change changes, it is looked at again right before.
    let each = hasTag(planned.item) || !changeRequest(planned.item, planned.decision) ? planned : await this.#look(planned);
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      const { item, decision } = each;
      const request = changeRequest(item, decision);
      if (!request) {
        this.#tell(each);
        return each;
      }
      if (decision.do === 'remove' && (await this.#isUsed(item))) {
        this.#report(item, 'kept');
        return undefined;
      }
      const lacking = decision.do === 'create' ? await this.#isLacking(item) : undefined;
      if (lacking) {
        if (lacking !== 'told') this.#report(item, lacking.is, lacking.said);
        return undefined;
      }
      const answer = await this.options.send(request);
      const outcome = outcomeOf(item, decision, answer);
      if (outcome === 'done') {
        if (item.kind === 'grant' && decision.do === 'remove' && decision.tag !== undefined) this.#takenBack.add(decision.tag);
        this.#tell(each);
        return each;
      }
      if (answer.status === 403 || answer.status === 401 || answer.status >= 500)
        throw refusal(`${request.method} ${request.path}`, answer);
      if (outcome === 'refused') {
        this.#refuse(item, itemRefusal(item, answer.status));
        return undefined;
      }
      await this.#record.reload(shardOf(item.uuid));
      each = await this.#look({ item, ...(each.wanted === undefined ? {} : { wanted: each.wanted }) });
      await this.#remember([each], ({ decision: next, wanted }, now) => knownBefore(now, next, wanted));
      // The object itself went: what a person deleted is not put back piece by piece.
      if (item.kind !== 'object' && each.decision.do === 'create' && !(await this.#isRegistered(item.uuid))) {
        this.#report(item, 'deleted');
        return undefined;
      }
      // Of Millwright's own applications one that a person deleted, or that was refused, is not put back either.
      if (answer.status === 404 && each.decision.do === 'create') {
        const there = await atOnce(leansOn(item), (uuid) => this.#isRegistered(uuid));
        if (there.includes(false)) {
          this.#refuse(item, `404: ${leansOn(item).join()} is not there`);
          return undefined;
        }
      }
    }
    throw new UserError(`${planned.item.label} is changed by somebody else all the time; run this again.`);
  }

  async #isRegistered(uuid: string): Promise<boolean> {
    return (await this.#find({ kind: 'object', uuid, class: '', label: uuid, owner: 'configdb' })).is === 'there';
  }

  /**
   * With what somebody uses told as kept, as it is before anything is removed: of a role that a person granted something else, its grant
   * counts for nothing once it is no subclass of Principal.
   */
  async #withoutUsed(planned: readonly Planned[]): Promise<Planned[]> {
    const removed = planned.filter(
      ({ decision, wanted }) => decision.do === 'remove' || (decision.do === 'refuse' && wanted === undefined),
    );
    const entries = new Set(removed.flatMap(({ item }) => (item.kind === 'entry' ? [entryPath(item.application, item.uuid)] : [])));
    const own: Own = {
      grants: new Set(removed.flatMap(({ item, found }) => (item.kind === 'grant' && found.is === 'there' ? (found.tag ?? []) : []))),
      entry: (application, uuid) => entries.has(entryPath(application, uuid)),
    };
    const objects = removed.flatMap(({ item }) => (item.kind === 'object' ? [item.uuid] : []));
    const used = await atOnce(objects, async (uuid) => ((await this.#usage.isUsed(uuid, own)) ? [uuid] : []));
    this.#usage.forget();
    const kept = new Set(used.flat());
    this.#ownEntry = own.entry;
    for (const uuid of objects) if (!kept.has(uuid)) this.#leaving.add(uuid);
    return planned.map((each) =>
      removed.includes(each) && kept.has(each.item.uuid) && staysWithUsed(each.item)
        ? { ...each, decision: { do: 'tell', finding: 'kept' } }
        : each,
    );
  }

  /** Likewise right before it is removed, when the grants of this run are gone. */
  async #isUsed(item: ContentItem): Promise<boolean> {
    const own = { grants: this.#takenBack };
    if (item.kind === 'object') return this.#usage.isUsed(item.uuid, own);
    if (isTemplate(item)) return this.#usage.isGranted(item.uuid, own);
    if (item.kind !== 'subclass' || !this.#leaving.has(item.uuid)) return false;
    return this.#usage.isUsed(item.uuid, { ...own, ...(this.#ownEntry ? { entry: this.#ownEntry } : {}) });
  }

  /** Why something is not made that would be of no use, or do harm; undefined when it may be. */
  async #isLacking(item: ContentItem): Promise<{ readonly is: 'refused' | 'deleted'; readonly said?: string } | 'told' | undefined> {
    if (item.kind === 'object') return undefined;
    if (this.#refused.has(`${item.uuid}/object`)) return 'told';
    const other = await otherWithPath(item, this.options.send);
    if (other !== undefined) return { is: 'refused', said: `${other} has this path already, and the Git server serves neither of two` };
    if (item.kind !== 'grant' && item.kind !== 'identity') return undefined;
    // Auth takes grants and identities of what the ConfigDB does not know, and acs-mqtt 6.8.1 refuses who has a permission without a template.
    if (!(await this.#isRegistered(item.uuid))) return { is: 'deleted' };
    if (item.kind === 'identity') return undefined;
    const { label, owner } = item;
    const object = (uuid: string): ContentItem => ({ kind: 'object', uuid, class: '', label, owner });
    const application = FACTORY_PLUS.mqttPermissionTemplate;
    const needed: [string, ContentItem][] = [
      ['permission', object(item.permission)],
      isOfFactoryPlus(item.permission)
        ? ['target', object(item.target)]
        : ['template of its permission', { kind: 'entry', application, uuid: item.permission, value: null, label, owner }],
    ];
    for (const [name, part] of needed) {
      if ((await this.#find(part)).is === 'there') continue;
      const refused = this.#refused.has(idOf(part));
      return { is: refused ? 'refused' : 'deleted', said: `the ${name} is not there (${readRequest(part).path})` };
    }
    return undefined;
  }

  async #checkFactoryPlus(): Promise<void> {
    const needed = [...neededOfFactoryPlus(this.options.content)];
    const there = await atOnce(needed, ([uuid]) => this.#isRegistered(uuid));
    const missing = needed.filter((_, index) => !there[index]).map(([uuid, label]) => `${uuid} (for ${label})`);
    if (missing.length === 0) return;
    throw new UserError(
      `service-setup has not run to its end: the ConfigDB has not yet ${missing.join(', ')}. Nothing was written; look at its Job.`,
    );
  }

  #tell({ item, decision, found }: Planned): void {
    if (decision.do === 'nothing') this.#unchanged++;
    else if (decision.do === 'tell') this.#report(item, decision.finding);
    else if (decision.do === 'refuse') this.#refuse(item, decision.why);
    else if (decision.do !== 'forget') this.#report(item, DONE[decision.do]);
    else if (found.is === 'there') this.#report(item, 'kept');
  }

  #refuse(item: ContentItem, said: string): void {
    this.#refused.add(idOf(item));
    this.#report(item, 'refused', said);
  }

  #report(item: ContentItem, is: ItemReport['is'], said?: string): void {
    const { path, service } = readRequest(item);
    this.#reports.push({
      label: item.label,
      uuid: item.uuid,
      is,
      path: item.kind === 'grant' ? `auth: grant of ${item.permission} to ${item.uuid}` : `${service === 'auth' ? 'auth: ' : ''}${path}`,
      ...(said === undefined ? {} : { said }),
    });
  }
}

const isTemplate = (item: ContentItem) => item.kind === 'entry' && item.application === FACTORY_PLUS.mqttPermissionTemplate;

/** Whether an item stays as long as somebody uses its object: what makes it what it is, and its name. */
function staysWithUsed(item: ContentItem): boolean {
  return (
    item.kind === 'object' ||
    item.kind === 'subclass' ||
    isTemplate(item) ||
    (item.kind === 'entry' && item.application === APPLICATION.info)
  );
}

/** Whether somebody has rights by an item that he has not without it. */
function givesRights(item: ContentItem): boolean {
  return (
    ['grant', 'member', 'identity'].includes(item.kind) ||
    isTemplate(item) ||
    (item.kind === 'subclass' && item.of === FACTORY_PLUS.principal)
  );
}

/** Identity of an item. */
function idOf(item: ContentItem): string {
  return `${item.uuid}/${partOf(item)}`;
}

/** Without the parts of objects that a person deleted, or that `service-setup` has not made: telling it once is enough. */
function withoutPartsOfTold(planned: readonly Planned[]): Planned[] {
  const told = new Set(
    planned.flatMap(({ item, decision }) =>
      item.kind === 'object' && decision.do === 'tell' && ['deleted', 'missing'].includes(decision.finding) ? [item.uuid] : [],
    ),
  );
  return planned.filter(({ item }) => item.kind === 'object' || !told.has(item.uuid));
}
