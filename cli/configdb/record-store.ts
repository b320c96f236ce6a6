import type { ContentItem } from '../../infra/factory-plus/content-item';
import { APPLICATION, CLASS } from '../../infra/factory-plus/ids';
import { NO_TAG } from '../../stacks/configdb/decide';
import { DIGITS, EMPTY_SHARD, parseShard, type RecordIds, recordIds, type Shard, shardJson } from '../../stacks/configdb/record';
import { changeRequest, entryPath, foundIn, readRequest, strongTag } from '../../stacks/configdb/requests';
import type { Send } from '../factory-plus-client';
import { UserError } from '../user-error';
import { refusal } from './refusal';

/** How often a change of the record is tried while other runs change it as well. */
const MOST_TRIES = 30;

interface Held {
  readonly shard: Shard;
  /** ETag of the entry; empty when none came with it. @default - there is no entry yet */
  readonly tag?: string;
}

/** The record of what Millwright wrote, which is kept in the ConfigDB itself: sixteen entries under an application of its own. */
export class RecordStore {
  readonly #ids: RecordIds;
  readonly #held = new Map<string, Held>();

  constructor(
    private readonly send: Send,
    realm: string,
  ) {
    this.#ids = recordIds(realm);
  }

  /** What was read last of a shard. */
  shard(digit: string): Shard {
    return this.#held.get(digit)?.shard ?? EMPTY_SHARD;
  }

  /** Reads all of it. */
  async load(): Promise<void> {
    await Promise.all(DIGITS.map((digit) => this.reload(digit)));
  }

  /** Reads a shard anew. */
  async reload(digit: string): Promise<Shard> {
    const path = this.#path(digit);
    const answer = await this.send({ service: 'configdb', method: 'GET', path });
    if (answer.status === 404) this.#held.set(digit, { shard: EMPTY_SHARD });
    else if (answer.status !== 200) throw refusal('read the record of what was written', answer);
    else {
      const shard = parseShard(answer.body);
      if (!shard) {
        throw new UserError(
          `${path} of the ConfigDB is not a record that this version reads: somebody changed it, or a newer version wrote it.`,
        );
      }
      this.#held.set(digit, { shard, tag: strongTag(answer.headers) ?? '' });
    }
    return this.shard(digit);
  }

  /** Changes a shard as it is now, whoever changed it meanwhile: `change` may be asked several times. */
  async change(digit: string, change: (shard: Shard) => Shard): Promise<void> {
    for (let tried = 0; tried < MOST_TRIES; tried++) {
      const { shard, tag } = this.#held.get(digit) ?? { shard: await this.reload(digit) };
      const changed = change(shard);
      if (JSON.stringify(changed) === JSON.stringify(shard)) return;
      const json = shardJson(changed);
      if ('tooLarge' in json) {
        throw new UserError(
          `the record of what was written would have ${json.tooLarge} bytes in one of its 16 entries: too many machines for one centre.`,
        );
      }
      if (tag === '') throw new UserError(`${this.#path(digit)} of the ConfigDB, the record of what was written: ${NO_TAG}`);
      const headers: Record<string, string> = tag === undefined ? { 'if-none-match': '*' } : { 'if-match': tag };
      const answer = await this.send({ service: 'configdb', method: 'PUT', path: this.#path(digit), headers, body: json.value });
      // An answer to PUT has no ETag: the next change needs that of the entry as it is then.
      await this.reload(digit);
      if (answer.status === 201 || answer.status === 204) return;
      if (answer.status === 404) await this.#prepare(digit);
      else if (answer.status !== 412) throw refusal('write the record of what was written', answer);
    }
    throw new UserError('other runs change the record of what was written all the time; run this one again.');
  }

  /** Makes the application and the objects of the record. They hold nothing of the estate, so there is nothing to keep of them. */
  async #prepare(digit: string): Promise<void> {
    const { application, class: own, shards } = this.#ids;
    const item = (part: Pick<ContentItem, 'uuid'> & { readonly kind: 'object'; readonly class: string }): ContentItem => ({
      ...part,
      label: 'record',
      owner: 'configdb',
    });
    const name = (uuid: string, value: string): ContentItem => ({
      kind: 'entry',
      application: APPLICATION.info,
      uuid,
      value: { name: value },
      label: 'record',
      owner: 'configdb',
    });
    const shard = shards[digit] ?? '';
    const items: ContentItem[] = [
      item({ kind: 'object', uuid: application, class: CLASS.application }),
      name(application, 'Millwright record'),
      { kind: 'subclass', uuid: application, of: CLASS.configEntry, label: 'record', owner: 'configdb' },
      item({ kind: 'object', uuid: own, class: CLASS.ofIndividuals }),
      name(own, 'Millwright record'),
      item({ kind: 'object', uuid: shard, class: own }),
      name(shard, `Millwright record ${digit}`),
    ];
    for (const needed of items) {
      if (foundIn(needed, await this.send(readRequest(needed)))?.is === 'there') continue;
      const request = changeRequest(needed, { do: 'create' });
      if (!request) continue;
      const answer = await this.send(request);
      if (answer.status >= 300 && answer.status !== 412) throw refusal(`make ${request.path}`, answer);
    }
  }

  #path(digit: string): string {
    return entryPath(this.#ids.application, this.#ids.shards[digit] ?? '');
  }
}
