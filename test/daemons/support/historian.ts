import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import type { DebianPod, ScriptPodTemplate } from './debian-pod';
import type { Gate } from './gate';

/** An answer of the historian. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A row as InfluxQL gives it: time in ns since 1970, and each tag and field that it has. */
export type Row = Readonly<Record<string, string | number | boolean>>;

/** The real InfluxDB in the historian's pod, and what a test asks of it. */
export class HistorianOnTrial {
  constructor(
    private readonly gate: Gate,
    /** The pod that runs it. */
    readonly pod: DebianPod,
    private readonly options: {
      readonly address: string;
      readonly serverName: string;
      readonly port: number;
      readonly authority: string;
      readonly token: string;
    },
  ) {}

  /** Starts it and waits until a kubelet would call it ready. */
  async start(): Promise<void> {
    this.pod.start();
    await this.pod.ready();
  }

  /** Asks it over TLS, as its first user. Throws when there is no answer within 20 seconds. */
  ask(method: string, path: string, body = '', authorization = `Token ${this.options.token}`): Promise<Answer> {
    const { address, serverName, port, authority } = this.options;
    return new Promise((resolve, reject) => {
      const socket = connectTls({ socket: this.gate.connect(address, port), servername: serverName, ca: authority });
      // Whatever it waits for: a server that is killed while it shakes hands says nothing more.
      const late = setTimeout(() => end(new Error(`no answer to ${method} ${path}`)), 20_000);
      const end = (error: Error) => {
        clearTimeout(late);
        socket.destroy();
        reject(error);
      };
      let answers = false;
      socket.on('error', end).on('close', () => {
        // A long answer may still be read when the connection is closed behind it.
        if (!answers) end(new Error('it hung up'));
      });
      const asked = request(
        {
          method,
          path,
          headers: {
            host: `${serverName}:${port}`,
            authorization,
            connection: 'close',
            'content-length': Buffer.byteLength(body),
            ...(body.startsWith('{') ? { 'content-type': 'application/json' } : {}),
          },
          createConnection: () => socket,
        },
        (response) => {
          answers = true;
          let text = '';
          response.on('error', end).on('close', () => {
            if (!response.complete) end(new Error('it hung up in its answer'));
          });
          response.setEncoding('utf8').on('data', (part) => (text += part));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: text });
            clearTimeout(late);
          });
        },
      );
      asked.on('error', end);
      asked.end(body);
    });
  }

  /** All rows of a measurement in a bucket. Throws with the historian's words when it refuses. */
  async rows(bucket: string, measurement: string, where = ''): Promise<Row[]> {
    const query = encodeURIComponent(`select * from "${measurement}" ${where}`);
    // In parts: without, it answers with the first 10000 rows and does not say so.
    const { status, body } = await this.ask('GET', `/query?db=${bucket}&epoch=ns&chunked=true&q=${query}`);
    if (status !== 200) throw new Error(`${status}: ${body}`);
    return body.split('\n').filter(Boolean).flatMap(rowsOf);
  }

  /** Makes a bucket, or throws with the historian's words. */
  async command(method: string, path: string, body: unknown): Promise<string> {
    const answer = await this.ask(method, path, JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  }
}

/** The rows of one part of an answer. */
function rowsOf(part: string): Row[] {
  // Nanoseconds are more than a number of JavaScript can tell apart.
  const { results } = JSON.parse(part.replace(/\[(\d{16,19}),/g, '["$1",')) as {
    results: { error?: string; series?: { columns: string[]; values: unknown[][] }[] }[];
  };
  return results.flatMap(({ error, series = [] }) => {
    if (error !== undefined) throw new Error(error);
    return series.flatMap(({ columns, values }) =>
      values.map((value) => Object.fromEntries(columns.map((column, i) => [column, value[i]]).filter(([, v]) => v !== null)) as Row),
    );
  });
}

/** A folder that any user may look into, with InfluxDB: the claim `programs` of {@link serverTemplate}. */
export function programFolder(workDir: string, influxd: string): string {
  const folder = join(workDir, 'programs');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  copyFileSync(influxd, join(folder, 'influxd'));
  return folder;
}

/** The historian's pod, with the program of its image, which is not Debian's. */
export function serverTemplate(owner: KubeObject): ScriptPodTemplate {
  const { containers, volumes } = (owner.spec as { template: { spec: ScriptPodTemplate } }).template.spec;
  const [container] = containers;
  const mount = { name: 'programs', mountPath: '/opt/programs', readOnly: true };
  const env = [{ name: 'PATH', value: '/opt/programs:/usr/sbin:/usr/bin:/sbin:/bin' }];
  return { containers: [{ ...container, env, volumeMounts: [...container.volumeMounts, mount] }], volumes };
}
