import type { ContentItem, Json } from '../../infra/factory-plus/content-item';
import { APPLICATION } from '../../infra/factory-plus/ids';
import type { Decision, Found } from './decide';
import { foundDigest, PRESENT } from './digest';

/** A request to a service of Factory+. */
export interface ServiceRequest {
  readonly service: 'configdb' | 'auth';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the service's URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. @default - none */
  readonly body?: Json;
}

/** What a service answered. */
export interface ServiceAnswer {
  readonly status: number;
  /** Headers, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its JSON; undefined without one. */
  readonly body?: unknown;
}

/** Path of an entry of the ConfigDB (acs-configdb 6.8.1, lib/api-v2.js). */
export function entryPath(application: string, object: string): string {
  return `/v2/app/${application}/object/${object}`;
}

/** The request that looks at the place of an item. */
export function readRequest(item: ContentItem): ServiceRequest {
  const service = 'configdb' as const;
  switch (item.kind) {
    case 'object':
      return { service, method: 'GET', path: entryPath(APPLICATION.registration, item.uuid) };
    case 'entry':
      return { service, method: 'GET', path: entryPath(item.application, item.uuid) };
    case 'subclass':
    case 'member':
      return { service, method: 'GET', path: relationPath(item) };
    case 'identity':
      return { service: 'auth', method: 'GET', path: identityPath(item.uuid) };
    case 'grant':
      return { service: 'auth', method: 'POST', path: '/v2/grant/find', body: grantOf(item) };
  }
}

/** Path of a direct relation of an object to a class (acs-configdb 6.8.1, lib/relations.js). */
function relationPath({ kind, of, uuid }: Extract<ContentItem, { kind: 'subclass' | 'member' }>): string {
  return `/v2/class/${of}/direct/${kind}/${uuid}`;
}

/** Path of the Kerberos principal of an account, of which it has one at most (acs-auth 6.8.1, lib/api_v2.js). */
function identityPath(uuid: string): string {
  return `/v2/principal/${uuid}/kerberos`;
}

/** A grant as Auth has it (acs-auth 6.8.1, lib/api_v2.js). Not `plural`: the target is that object itself, not what belongs to it. */
function grantOf({ uuid: principal, permission, target }: Extract<ContentItem, { kind: 'grant' }>) {
  return { principal, permission, target, plural: false };
}

/** Requests that find the grants that an object has part in, by the part that it may have. */
export function grantsAbout(uuid: string, parts: readonly ('principal' | 'permission' | 'target')[]): ServiceRequest[] {
  return parts.map((part) => ({ service: 'auth', method: 'POST', path: '/v2/grant/find', body: { [part]: uuid } }));
}

/** Whether an item has an ETag, by which a change shows what it changes: grants, identities and what relates to classes have none. */
export function hasTag({ kind }: ContentItem): boolean {
  return kind === 'object' || kind === 'entry';
}

/** What an answer to {@link readRequest} says; undefined when it is none. */
export function foundIn(item: ContentItem, { status, headers, body }: ServiceAnswer): Found | undefined {
  const absent = { is: 'absent' } as const;
  if (status === 404 && item.kind !== 'grant') return absent;
  if (item.kind === 'subclass' || item.kind === 'member') return status === 204 ? { is: 'there', digest: PRESENT } : undefined;
  if (status !== 200) return undefined;
  switch (item.kind) {
    case 'object':
      // An object that is marked as deleted is still registered.
      return (body as { readonly deleted?: boolean } | undefined)?.deleted === true
        ? absent
        : { is: 'there', digest: PRESENT, ...tagIn(headers) };
    case 'entry':
      return { is: 'there', digest: foundDigest(item, body as Json), ...tagIn(headers) };
    case 'identity':
      return typeof body === 'string' ? { is: 'there', digest: foundDigest(item, body) } : undefined;
    case 'grant': {
      if (!Array.isArray(body)) return undefined;
      const [grant] = body as string[];
      return grant === undefined ? absent : { is: 'there', digest: PRESENT, tag: grant };
    }
  }
}

/** The strong ETag of an answer: a weak one cannot be shown with a change. Undefined without one. */
export function strongTag({ etag = '' }: ServiceAnswer['headers']): string | undefined {
  return /^"[^"]*"$/.test(etag) ? etag : undefined;
}

function tagIn(headers: ServiceAnswer['headers']): { readonly tag: string } | { readonly untagged: true } {
  const tag = strongTag(headers);
  return tag === undefined ? { untagged: true } : { tag };
}

/**
 * The request that carries a decision out; undefined when it asks for none. An object is marked as deleted and not deleted: the
 * ConfigDB would remove all its entries with it, also one that a person made a moment ago, and there is no ETag for that.
 */
export function changeRequest(item: ContentItem, decision: Decision): ServiceRequest | undefined {
  const service = 'configdb' as const;
  if (decision.do === 'create' || decision.do === 'update') {
    switch (item.kind) {
      case 'object':
        return { service, method: 'POST', path: '/v2/object', body: { uuid: item.uuid, class: item.class } };
      case 'entry':
        return {
          service,
          method: 'PUT',
          path: entryPath(item.application, item.uuid),
          headers: decision.do === 'update' ? { 'if-match': decision.tag } : { 'if-none-match': '*' },
          body: item.value,
        };
      case 'subclass':
      case 'member':
        return { service, method: 'PUT', path: relationPath(item) };
      case 'identity':
        return { service: 'auth', method: 'PUT', path: identityPath(item.uuid), body: item.principal };
      case 'grant':
        // The same grant once more is no other one.
        return { service: 'auth', method: 'POST', path: '/v2/grant', body: grantOf(item) };
    }
  }
  if (decision.do !== 'remove') return undefined;
  switch (item.kind) {
    case 'object':
      return {
        service,
        method: 'PATCH',
        path: entryPath(APPLICATION.registration, item.uuid),
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': shown(item, decision.tag) },
        body: { deleted: true },
      };
    case 'entry':
      return {
        service,
        method: 'DELETE',
        path: entryPath(item.application, item.uuid),
        headers: { 'if-match': shown(item, decision.tag) },
      };
    case 'subclass':
    case 'member':
      return { service, method: 'DELETE', path: relationPath(item) };
    case 'identity':
      return { service: 'auth', method: 'DELETE', path: identityPath(item.uuid) };
    case 'grant':
      return { service: 'auth', method: 'DELETE', path: `/v2/grant/${decision.tag ?? ''}` };
  }
}

function shown({ label }: ContentItem, tag: string | undefined): string {
  if (tag === undefined) throw new Error(`${label} has no ETag`);
  return tag;
}

/**
 * How a change went: `done`; `conflict`: somebody else was there in between, look again; `refused`: a person must see to it.
 * 404 to a change means that its object, its class or its application went away; 409 to a grant, that another request made the same one.
 */
export function outcomeOf(item: ContentItem, decision: Decision, { status }: ServiceAnswer): 'done' | 'conflict' | 'refused' {
  if (status >= 200 && status < 300) return 'done';
  if (status === 404) return decision.do === 'remove' ? 'done' : 'conflict';
  return status === 412 || (status === 409 && item.kind === 'grant') ? 'conflict' : 'refused';
}
