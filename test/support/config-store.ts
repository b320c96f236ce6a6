import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { APPLICATION } from '../../infra/factory-plus/ids';
import type { ServiceAnswer, ServiceRequest } from '../../stacks/configdb/requests';
import { AuthGrants } from './auth-grants';
import { AuthIdentities } from './auth-identities';
import { FACTORY_PLUS_OBJECTS } from './factory-plus-objects';

/** What goes wrong with a request: before it is carried out, or after it, when its answer is lost. */
export type Fault = 'cut before' | 'cut after' | 'unavailable' | 'forget tokens' | 'slow' | 'silent';

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface Entry {
  readonly json: string;
  readonly etag: string;
}
interface Registered {
  /** ETag of its registration. */
  etag: string;
  class: string;
  rank: number;
  deleted: boolean;
  owner: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UNOWNED = '091e796a-65c0-4080-adff-c3ce01a65b2e';
const ADMIN = 'd53f476a-29dd-4d79-b614-5b7fe9bc8acf';

/**
 * The ConfigDB and Auth of ACS 6.8.1, as far as `millwright configdb` asks them, over real HTTP: routes and answers of
 * acs-configdb/lib/{api-v2,etags,model,special}.js and of js-service-api/lib/auth.js, written anew; of Auth see {@link AuthGrants}.
 * An ETag is a random UUID that changes when the JSON does; a body is at most 100 kB; an entry must follow its application's schema.
 */
export class ConfigStore {
  readonly seen: Seen[] = [];
  readonly objects = new Map<string, Registered>();
  readonly entries = new Map<string, Entry>();
  readonly subclasses = new Set<string>();
  /** Classes that objects are members of beside the one that they were made in. */
  readonly members = new Set<string>();
  readonly auth = new AuthGrants();
  readonly identities = new AuthIdentities();
  /** What goes wrong with the next requests: asked for each, before it is carried out. */
  fault: (request: { readonly method: string; readonly path: string; readonly number: number }) => Fault | undefined = () => undefined;
  /** What somebody else does between two requests. */
  between: () => void = () => {};
  readonly #tokens = new Set<string>();
  readonly #schemas = new Map<string, ValidateFunction | null>();
  readonly #server: Server;
  #number = 0;

  constructor(
    private readonly login = { principal: 'admin', password: 'pass:word' },
    private readonly tls?: { readonly key: string; readonly cert: string },
  ) {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    this.#server = tls ? createSecureServer(tls, answer) : createServer(answer);
    for (const [uuid, own, rank] of FACTORY_PLUS_OBJECTS)
      this.objects.set(uuid, { class: own, rank, deleted: false, owner: UNOWNED, etag: randomUUID() });
  }

  /** Listens on a free port of this machine and gives its URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Answers a request without a network and a login: for tests of many thousands of them. */
  async send({ method, path, headers = {}, body }: ServiceRequest): Promise<ServiceAnswer> {
    await Promise.resolve();
    this.between();
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const [status, answer, etag] = this.#route({ 'content-type': 'application/json', ...headers }, method, path, bytes);
    this.seen.push({ method, path, status });
    return { status, headers: etag === undefined ? {} : { etag: `"${etag}"` }, ...(answer === undefined ? {} : { body: answer }) };
  }

  /** An entry as it is; undefined where there is none. */
  entry(application: string, object: string): unknown {
    const found = this.entries.get(`${application}/${object}`);
    return found && JSON.parse(found.json);
  }

  /** What a person does in the administration's pages: writes without looking at ETags. */
  put(application: string, object: string, value: unknown): number {
    return this.#put(application, object, value, () => undefined);
  }

  remove(application: string, object: string): boolean {
    return this.entries.delete(`${application}/${object}`);
  }

  /** Registers an object, as a dump or a person does. */
  register(uuid: string, class_: string): number {
    return this.#create({ uuid, class: class_ })[0];
  }

  /** Removes an object with all its entries, as a person does. */
  removeObject(uuid: string): number {
    return this.#deleteObject(uuid)[0];
  }

  /** Everything but ETags and owners: two stores that say the same are equal. */
  state(): unknown {
    return {
      objects: [...this.objects].map(([uuid, { class: own, deleted }]) => [uuid, own, deleted]).sort(),
      entries: [...this.entries].map(([key, { json }]) => [key, JSON.parse(json)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      subclasses: [...this.subclasses].sort(),
      members: [...this.members].sort(),
      identities: [...this.identities.all].sort(),
      grants: this.auth.all.map(({ uuid: _, ...grant }) => JSON.stringify(grant)).sort(),
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [method = '', path = ''] = [request.method, request.url];
    this.between();
    const fault = this.fault({ method, path, number: ++this.#number });
    if (fault === 'cut before') return void request.socket.destroy();
    if (fault === 'forget tokens') this.#tokens.clear();
    if (fault === 'silent') return;
    if (fault === 'slow') await new Promise(setImmediate);
    const [status, body, etag] = fault === 'unavailable' ? [503] : this.#serve(request.headers, method, path, Buffer.concat(chunks));
    this.seen.push({ method, path, status });
    if (fault === 'cut after') return void request.socket.destroy();
    response.writeHead(status, {
      'cache-control': 'max-age=300',
      ...(etag === undefined ? {} : { etag: `"${etag}"` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #serve(headers: IncomingHttpHeaders, method: string, path: string, bytes: Buffer): [status: number, body?: unknown, etag?: string] {
    if (!this.#authenticated(headers.authorization)) return [401];
    if (method === 'POST' && path === '/token') {
      const token = Buffer.from(randomUUID()).toString('base64');
      this.#tokens.add(token);
      return [200, { token, expiry: Date.now() + 10_800_000 }];
    }
    return this.#route(headers, method, path, bytes);
  }

  #route(headers: IncomingHttpHeaders, method: string, path: string, bytes: Buffer): [status: number, body?: unknown, etag?: string] {
    if (bytes.length > 100 * 1024) return [413];
    let body: unknown;
    if (bytes.length > 0 && /^application\/(?:merge-patch\+)?json$/.test(headers['content-type'] ?? ''))
      body = JSON.parse(bytes.toString());
    const check = (etag: string | undefined) => matches(headers, etag);
    const parts = path.split('/').slice(1);
    const [, kind, a = '', word = '', b = '', c = ''] = parts;
    if (kind === 'grant' && parts.length <= 3) return this.auth.answer(method, a, body);
    if (kind === 'principal' && parts.length === 4) return this.identities.answer(method, a, word, body);
    if (kind === 'class' && parts.length === 6) return [this.#relation(method, b, a, c)];
    switch (`${method} ${kind} ${parts.length}`) {
      case 'POST object 2':
        return this.#create(body as { uuid?: string; class?: string; owner?: string });
      case 'DELETE object 3':
        return UUID.test(a) ? this.#deleteObject(a) : [410];
      case 'GET class 4':
        return this.objects.has(a)
          ? [200, [...this.objects].flatMap(([uuid, own]) => (own.class === a || this.members.has(`${a}/${uuid}`) ? [uuid] : []))]
          : [404];
      case 'GET app 4':
        return this.objects.has(a)
          ? [200, [...this.entries.keys()].flatMap((key) => (key.startsWith(`${a}/`) ? [key.slice(37)] : []))]
          : [404];
    }
    if (kind !== 'app' || word !== 'object' || parts.length !== 5) return [404];
    if (!UUID.test(a) || !UUID.test(b)) return [410];
    switch (method) {
      case 'GET':
        return this.#get(a, b, check);
      case 'PUT':
        return [this.#put(a, b, body, check)];
      case 'PATCH':
        return [this.#patch(a, b, body, headers['content-type'], check)];
      case 'DELETE': {
        const entry = this.entries.get(`${a}/${b}`);
        const status = check(entry?.etag);
        if (status) return [status];
        if (!entry) return [404];
        this.entries.delete(`${a}/${b}`);
        if (a === APPLICATION.schema) this.#schemas.delete(b);
        return [204];
      }
      default:
        return [404];
    }
  }

  /** Looks at a direct relation of an object to a class, makes one or takes it away. */
  #relation(method: string, relation: string, of: string, uuid: string): number {
    const [upper, lower] = [this.objects.get(of), this.objects.get(uuid)];
    const key = `${of}/${uuid}`;
    const isMember = relation === 'member';
    const related = isMember ? this.members : this.subclasses;
    if (method === 'GET') return related.has(key) || (isMember && lower?.class === of) ? 204 : 404;
    if (!upper || !lower) return 404;
    if (method === 'PUT') {
      if (isMember ? upper.rank !== lower.rank + 1 : upper.rank !== lower.rank || lower.rank === 0) return 409;
      related.add(key);
      return 204;
    }
    // Nothing leaves the class that it was made in.
    if (isMember && lower.class === of) return 409;
    related.delete(key);
    return 204;
  }

  #authenticated(authorization: string | undefined): boolean {
    const [, scheme, shown = ''] = /^([A-Za-z]+) +([A-Za-z0-9._~+/=-]+)$/.exec(authorization ?? '') ?? [];
    if (scheme === 'Bearer') return this.#tokens.has(shown);
    return scheme === 'Basic' && Buffer.from(shown, 'base64').toString() === `${this.login.principal}:${this.login.password}`;
  }

  #get(application: string, object: string, check: (etag: string | undefined) => number | undefined): [number, unknown?, string?] {
    const registered = this.objects.get(object);
    if (application === APPLICATION.registration) return registered ? [200, this.#registration(object), registered.etag] : [404];
    const entry = this.entries.get(`${application}/${object}`);
    const status = check(entry?.etag);
    if (status) return [status === 412 ? 304 : status];
    return entry ? [200, JSON.parse(entry.json), entry.etag] : [404];
  }

  #registration(uuid: string): unknown {
    const { etag: _, ...registered } = this.objects.get(uuid) ?? {};
    return { uuid, ...registered };
  }

  /** Of merge patches those of registrations that mark an object as deleted, or take the mark away. */
  #patch(
    application: string,
    object: string,
    patch: unknown,
    type: string | undefined,
    check: (etag: string | undefined) => number | undefined,
  ): number {
    if (type !== 'application/merge-patch+json') return 415;
    const registered = this.objects.get(object);
    if (!registered || !this.objects.has(application)) return 404;
    const status = check(registered.etag);
    if (status) return status;
    const { deleted } = patch as { deleted?: boolean };
    if (application !== APPLICATION.registration || deleted === undefined) throw new Error('no test sends another patch');
    if (registered.deleted !== deleted) Object.assign(registered, { deleted, etag: randomUUID() });
    return 204;
  }

  #put(application: string, object: string, value: unknown, check: (etag: string | undefined) => number | undefined): number {
    if (!this.objects.has(application) || !this.objects.has(object)) return 404;
    const key = `${application}/${object}`;
    const old = this.entries.get(key);
    const status = check(old?.etag);
    if (status) return status;
    const schema = this.#schemaOf(application);
    if (schema && !schema(value)) return 422;
    if (application === APPLICATION.schema) {
      const refused = this.#takeSchema(object, value);
      if (refused) return refused;
    }
    const json = normal(value);
    if (old?.json === json) return 204;
    this.entries.set(key, { json, etag: randomUUID() });
    return old ? 204 : 201;
  }

  #schemaOf(application: string): ValidateFunction | null {
    const held = this.#schemas.get(application);
    if (held !== undefined) return held;
    const schema = this.entry(APPLICATION.schema, application);
    const validate = schema === undefined ? null : compiled(schema as object);
    this.#schemas.set(application, validate);
    return validate;
  }

  #takeSchema(application: string, schema: unknown): number | undefined {
    let validate: ValidateFunction;
    try {
      validate = compiled(schema as object);
    } catch {
      return 422;
    }
    const own = [...this.entries].filter(([key]) => key.startsWith(`${application}/`));
    if (own.some(([, { json }]) => !validate(JSON.parse(json)))) return 409;
    this.#schemas.set(application, validate);
    return undefined;
  }

  #create({ uuid = randomUUID(), class: class_, owner = ADMIN }: { uuid?: string; class?: string; owner?: string }): [number, unknown?] {
    const existing = this.objects.get(uuid);
    if (existing) {
      // Says the object anew: class and owner become those of the request, and it is not deleted any more.
      Object.assign(existing, { owner, deleted: false, etag: randomUUID(), ...(class_ === undefined ? {} : { class: class_ }) });
      return [200, this.#registration(uuid)];
    }
    if (class_ === undefined) return [422];
    const upper = this.objects.get(class_);
    if (!upper) return [409];
    this.objects.set(uuid, { class: class_, rank: upper.rank - 1, deleted: false, owner, etag: randomUUID() });
    return [201, this.#registration(uuid)];
  }

  #deleteObject(uuid: string): [number, unknown?] {
    if (!this.objects.has(uuid)) return [404];
    const using = [
      ...[...this.objects].flatMap(([member, own]) => (own.class === uuid ? [member] : [])),
      ...[...this.subclasses, ...this.members].flatMap((relation) => (relation.startsWith(`${uuid}/`) ? [relation.slice(37)] : [])),
      ...[...this.entries.keys()].flatMap((key) => (key.startsWith(`${uuid}/`) ? [key.slice(37)] : [])),
    ];
    if (using.length > 0) return [409, using];
    for (const key of this.entries.keys()) if (key.endsWith(`/${uuid}`)) this.entries.delete(key);
    for (const related of [this.subclasses, this.members]) {
      for (const relation of related) if (relation.endsWith(`/${uuid}`)) related.delete(relation);
    }
    this.objects.delete(uuid);
    return [204];
  }
}

const AJV = new Ajv2020({ addUsedSchema: false });
const COMPILED = new Map<string, ValidateFunction>();

/** A schema as a function; of each that is the same one function, because tests have many stores. */
function compiled(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  const validate = COMPILED.get(text) ?? AJV.compile(schema);
  COMPILED.set(text, validate);
  return validate;
}

/** What the headers If-Match and If-None-Match ask for (RFC 7232; acs-configdb/lib/etags.js). */
function matches(headers: IncomingHttpHeaders, etag: string | undefined): number | undefined {
  const listed = (header: string) => header.split(/ *, */).map((tag) => /^(W\/)?"([\x21\x23-\x7e\x90-\xff]*)"$/.exec(tag));
  const match = headers['if-match']?.trim();
  if (match === '*' && etag === undefined) return 412;
  if (match !== undefined && match !== '*') {
    const tags = listed(match);
    if (tags.includes(null)) return 400;
    if (!tags.some((tag) => tag?.[1] === undefined && tag?.[2] === etag)) return 412;
  }
  const none = headers['if-none-match']?.trim();
  if (none === '*' && etag !== undefined) return 412;
  if (none !== undefined && none !== '*') {
    const tags = listed(none);
    if (tags.includes(null)) return 400;
    if (tags.some((tag) => tag?.[2] === etag)) return 412;
  }
  return undefined;
}

/** JSON as PostgreSQL's jsonb keeps it: keys in its order, which is not that of the request. */
function normal(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))
      : inner,
  );
}
