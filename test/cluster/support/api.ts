import { Agent, request } from 'node:https';

/** A Kubernetes object, as far as the harness looks into one. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** A condition of any object's status. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** The API server refused a request. */
export class ApiError extends Error {
  constructor(
    /** HTTP status, such as 404. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Plain requests to the API server as administrator; far cheaper than a kubectl for what is polled. */
export interface Api {
  /** Reads an object or list at a path such as `/api/v1/nodes/press-1`. */
  get<T>(path: string): Promise<T>;
  /** Creates an object. */
  post<T>(path: string, body: unknown): Promise<T>;
  /** Applies an RFC 7386 merge patch. */
  patch<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

/** Connects to an API server. Every method throws an {@link ApiError} with the server's message when refused. */
export function connectApi(url: string, token: string, certificate: string): Api {
  const agent = new Agent({ ca: certificate, keepAlive: true });
  const send = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      };
      const sent = request(url + path, { method, headers, agent, timeout: 30_000 }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const status = response.statusCode ?? 0;
          if (status < 300) resolve(JSON.parse(text) as T);
          else reject(new ApiError(status, `${method} ${path} answered ${status}: ${messageOf(text)}`));
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`${method} ${path} got no answer`)));
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
    close: () => agent.destroy(),
  };
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
