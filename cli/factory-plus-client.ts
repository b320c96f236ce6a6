import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceAnswer, ServiceRequest } from '../stacks/configdb/requests';
import { UserError } from './user-error';

/** Sends a request to a service of Factory+ and gives its answer. */
export type Send = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** What {@link factoryPlusClient} takes. */
export interface ClientOptions {
  /** URL of each service, without a slash at the end. */
  readonly urls: Readonly<Record<ServiceRequest['service'], string>>;
  /** Principal, with or without its realm. */
  readonly principal: string;
  readonly password: string;
  /** PEM certificates that sign the services. @default - the public authorities that Node trusts */
  readonly authority?: string;
  /** How often a request is sent before its failure is told. @default 6 */
  readonly attempts?: number;
  /** Milliseconds that an answer may take. @default 30000 */
  readonly timeoutMs?: number;
  /** Waits this many milliseconds. @default - so does the clock */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The most bytes of an answer: a hundred times what the ConfigDB takes for an entry. */
const MOST_BYTES = 10_000_000;

/**
 * A client of the services of Factory+ (ACS 6.8.1): it logs in with the password once a service (`POST /token`), and shows the token from
 * then on. What does not come to an answer, or to one of 5xx, is sent again after a while; every request of it may be sent twice,
 * because a change shows what it changes.
 */
export function factoryPlusClient(options: ClientOptions): Send {
  const { urls, principal, password, attempts = 6, wait = pause } = options;
  const tokens = new Map<ServiceRequest['service'], Promise<string>>();

  const attempt = async (request: ServiceRequest, authorization: string): Promise<ServiceAnswer> => {
    for (let tried = 1; ; tried++) {
      const last = tried >= attempts;
      try {
        const answer = await exchange(request, `${urls[request.service]}${request.path}`, authorization, options);
        if (answer.status < 500 || last) return answer;
      } catch (error) {
        if (last || !isTransient(error)) {
          throw new UserError(`${urls[request.service]} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`);
        }
      }
      await wait(Math.min(200 * 2 ** (tried - 1), 5000));
    }
  };

  const login = async (service: ServiceRequest['service']): Promise<string> => {
    const basic = `Basic ${Buffer.from(`${principal}:${password}`).toString('base64')}`;
    const { status, body } = await attempt({ service, method: 'POST', path: '/token' }, basic);
    const token = (body as { readonly token?: unknown } | undefined)?.token;
    if (status === 401) throw new UserError(`${urls[service]} refuses the password of ${principal}.`);
    if (status !== 200 || typeof token !== 'string')
      throw new UserError(`${urls[service]} answers ${status} to a login; is it a service of Factory+?`);
    return token;
  };

  // One login, however many requests wait for it.
  const tokenOf = (service: ServiceRequest['service']): Promise<string> => {
    const token = tokens.get(service) ?? login(service);
    tokens.set(service, token);
    return token;
  };

  return async (request) => {
    const { service } = request;
    for (let tried = 1; ; tried++) {
      const held = tokenOf(service);
      const answer = await attempt(request, `Bearer ${await held}`);
      if (answer.status !== 401 || tried >= attempts) return answer;
      // Tokens are in the memory of a service: it forgets them when it starts again.
      if (tokens.get(service) === held) tokens.delete(service);
    }
  };
}

const TRANSIENT = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'];

function isTransient(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code !== undefined && TRANSIENT.includes(code);
}

function exchange(
  { method, headers, body }: ServiceRequest,
  url: string,
  authorization: string,
  { authority, timeoutMs = 30_000 }: ClientOptions,
): Promise<ServiceAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = (url.startsWith('https:') ? requestHttps : requestHttp)(
      url,
      {
        method,
        agent: false,
        ...(authority === undefined ? {} : { ca: authority }),
        headers: {
          accept: 'application/json',
          authorization,
          'content-length': Buffer.byteLength(text ?? ''),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) sent.destroy(new Error(`the answer has more than ${MOST_BYTES} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const named = Object.entries(response.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]);
          const parsed = jsonOf(response.headers['content-type'], Buffer.concat(chunks));
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(named),
            ...(parsed === undefined ? {} : { body: parsed }),
          });
        });
      },
    );
    sent.setTimeout(timeoutMs, () =>
      sent.destroy(Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' })),
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

function jsonOf(type: string | undefined, bytes: Buffer): unknown {
  if (!type?.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
