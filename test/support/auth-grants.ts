import { randomUUID } from 'node:crypto';

/** A grant as Auth keeps it. */
export interface Grant {
  readonly uuid: string;
  readonly principal: string;
  readonly permission: string;
  readonly target: string;
  readonly plural: boolean;
}

type Answer = [status: number, body?: unknown];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PARTS = ['principal', 'permission', 'target'] as const;

/**
 * The grants of Auth of ACS 6.8.1, as an administrator has them: acs-auth/lib/{api_v2,model,queries,dataflow}.js and sql/v3.sql, written anew.
 * They have no ETags. One of each principal, permission, target and `plural`; the same once more is the one that is there. What a grant
 * says may be changed under its id. None of its ids need be of an object that the ConfigDB knows.
 */
export class AuthGrants {
  readonly all: Grant[] = [];
  /**
   * Whether a look right after a change tells of the time before it: Auth reads all grants anew after each change, and answers the change
   * before that is done.
   */
  lags = false;
  #before: readonly Grant[] | undefined;

  /** What a person does: grants something. */
  add(grant: Omit<Grant, 'uuid'>): Answer {
    const there = this.all.find((other) => same(other, grant));
    if (there) return [200, { uuid: there.uuid }];
    const uuid = randomUUID();
    this.all.push({ uuid, ...grant });
    return [201, { uuid }];
  }

  /** Likewise: takes a grant back. */
  remove(uuid: string): Answer {
    const index = this.all.findIndex((grant) => grant.uuid === uuid);
    if (index < 0) return [404];
    this.all.splice(index, 1);
    return [204];
  }

  /** Likewise: makes another grant of one. */
  change(uuid: string, grant: Omit<Grant, 'uuid'>): Answer {
    const index = this.all.findIndex((other) => other.uuid === uuid);
    if (index < 0) return [404];
    if (this.all.some((other) => other.uuid !== uuid && same(other, grant))) return [500];
    this.all[index] = { ...grant, uuid };
    return [204];
  }

  /** Answers a request to `/v2/grant` and what is below it. */
  answer(method: string, rest: string, body: unknown): Answer {
    const told = this.lags && this.#before ? this.#before : this.all;
    this.#before = undefined;
    const before = [...this.all];
    if (method === 'POST' && rest === 'find') return found(told, body as Partial<Grant>);
    if (method === 'GET' && rest !== '') {
      const grant = told.find(({ uuid }) => uuid === rest);
      return grant ? [200, grant] : [UUID.test(rest) ? 404 : 410];
    }
    const answer = this.#write(method, rest, body as Omit<Grant, 'uuid'>);
    if (answer[0] < 300) this.#before = before;
    return answer;
  }

  #write(method: string, rest: string, grant: Omit<Grant, 'uuid'>): Answer {
    if (rest !== '' && !UUID.test(rest)) return [410];
    if (method === 'DELETE' && rest !== '') return this.remove(rest);
    if (!(method === 'POST' && rest === '') && !(method === 'PUT' && rest !== '')) return [404];
    if (!PARTS.every((part) => UUID.test(grant[part])) || typeof grant.plural !== 'boolean') return [422];
    return method === 'POST' ? this.add(grant) : this.change(rest, grant);
  }
}

const same = (a: Omit<Grant, 'uuid'>, b: Omit<Grant, 'uuid'>) => a.plural === b.plural && PARTS.every((part) => a[part] === b[part]);

function found(grants: readonly Grant[], asked: Partial<Grant>): Answer {
  if (!PARTS.every((part) => asked[part] === undefined || UUID.test(asked[part]))) return [422];
  const wanted = [...PARTS, 'plural' as const].filter((part) => asked[part] !== undefined);
  return [200, grants.filter((grant) => wanted.every((part) => grant[part] === asked[part])).map(({ uuid }) => uuid)];
}
