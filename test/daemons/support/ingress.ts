import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { App, Chart } from 'cdk8s';
import { HISTORIAN_TLS } from '../../../constructs/central/historian';
import { Ingress } from '../../../constructs/central/ingress';
import { POD_USER } from '../../../constructs/kube/pod';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { CENTRAL_BROKER, CENTRAL_NAMESPACE, HISTORIAN } from '../../../infra/model/central-services';
import { addressBehind, httpRoutesOf, tcpRoutesOf } from '../../../infra/model/routes';
import { CERTIFICATE_KEYS, type SecretRequirement } from '../../../infra/model/secret-requirement';
import { serviceHost } from '../../../infra/model/services';
import { PING_PORT } from '../../../infra/traefik/configuration';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { issueCertificate, newAuthority, type PlantAuthority } from '../../../stacks/secrets/authority';
import { type ProcessGroup, processGroup, stoppedOnFailure } from '../../support/process-group';
import { makeWorkDir, type WorkDir } from '../../support/work-dir';
import { getPrograms } from '../programs/programs';
import { type FileSource, filesOf, objectOf } from './files';
import { type Gate, openGate } from './gate';
import { KdcOnTrial } from './kdc';
import { type Host, makeNetwork, type Network, onHost } from './network';
import { Pod, type PodTemplate } from './pod';

/** What a service behind the ingress says that it was asked. */
export interface Asked {
  /** The component that answered. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Length of the body that came. */
  readonly bytes: number;
}

/** An answer to an HTTP request. */
export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** What a test may choose. */
export interface IngressOptions {
  /** Changes the content of a ConfigMap's file. @default - all run as they are generated */
  readonly rewrite?: (text: string) => string;
  /** Whether the rendered KDC stands behind the doors of Kerberos. @default - something that answers with its name */
  readonly kdc?: boolean;
  /** Signs the historian. @default - the authority that signs the routes too */
  readonly historianAuthority?: PlantAuthority;
}

/** The set of the ingress alone, with the certificate of the historian. */
export function ingressManifests(central: CentralCluster): ManifestSet {
  const chart = new Chart(new App(), 'ingress');
  new Ingress(chart, 'ingress', { central });
  const historian: SecretRequirement = {
    namespace: CENTRAL_NAMESPACE,
    name: HISTORIAN_TLS,
    type: 'kubernetes.io/tls',
    keys: CERTIFICATE_KEYS,
    source: 'sops',
    content: { kind: 'certificate', commonName: HISTORIAN.name, dnsNames: [serviceHost(HISTORIAN)], usages: ['server'] },
  };
  return {
    cluster: central.name,
    entries: (chart.toJson() as KubeObject[]).map((object) => ({ component: 'ingress', phase: 'data', protect: false, object })),
    secrets: [...requiredSecrets(chart).map((secret): SecretRequirement => ({ ...secret, source: secret.source ?? 'sops' })), historian],
  };
}

/** The generated ingress of a centre with the real Traefik, and behind it a service for each route; the broker is a real Mosquitto. */
export class IngressOnTrial {
  private constructor(
    readonly pod: Pod,
    readonly gate: Gate,
    readonly authority: PlantAuthority,
    readonly files: FileSource,
    /** Behind the doors of Kerberos, if the test asked for it. */
    readonly kdc: KdcOnTrial | undefined,
    readonly network: Network,
    private readonly group: ProcessGroup,
    private readonly workDir: WorkDir,
  ) {}

  /** Starts all of it; returns when a kubelet would call the ingress ready and its routes are there. */
  static async of(
    central: CentralCluster,
    { rewrite = (text) => text, historianAuthority, kdc: withKdc = false }: IngressOptions = {},
  ): Promise<IngressOnTrial> {
    const programs = await getPrograms();
    const workDir = await makeWorkDir();
    const group = processGroup(workDir.path);
    const trial = stoppedOnFailure(group, async () => {
      const authority = newAuthority('centre', new Date());
      const set = ingressManifests(central);
      const files = filesOf(set, authority, () => ({ username: '', password: '' }), rewrite);
      const network = await makeNetwork(group);
      const gate = await openGate(group, await network.host('test', '10.244.0.1'));
      const host = await network.host('ingress', '10.244.0.2');
      const kdc = withKdc ? await KdcOnTrial.make({ group, network, central }) : undefined;
      await kdc?.start();
      const services = await network.host('services', '10.244.1.0');
      const hosts = await startServices(central, services, group, programs.mosquitto, historianAuthority ?? authority, kdc);
      const deployment = objectOf(set, 'Deployment', CENTRAL_NAMESPACE, 'ingress').spec as { template: { spec: PodTemplate } };
      const pod = new Pod(group, {
        name: 'ingress',
        template: deployment.template.spec,
        host,
        programs: { traefik: programs.traefik },
        files: (kind, name) => files(kind, CENTRAL_NAMESPACE, name),
        hosts,
        publicAuthorities: '',
      });
      const started = new IngressOnTrial(pod, gate, authority, files, kdc, network, group, workDir);
      pod.start();
      await pod.ready(async () => {
        const status = await gate.status(pod.address, PING_PORT, '/ping');
        if (status !== 200) throw new Error(`ping answered ${status}`);
        const { http, host: known } = started.#door(central);
        const { status: routed } = await started.ask(known, '/', { tls: http });
        if (routed !== 200) throw new Error(`${known} answered ${routed}`);
      });
      return started;
    });
    return trial.catch(async (error) => {
      await workDir.remove();
      throw error;
    });
  }

  #door({ contract }: CentralCluster) {
    return { http: contract.tls, host: `auth.${contract.domain}` };
  }

  /** A TLS connection to a door, verified for this name. Rejects when the certificate does not hold for it. */
  secure(servername: string, port: number, alpn: readonly string[] = []): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({
        socket: this.gate.connect(this.pod.address, port),
        servername,
        ca: this.authority.signing.certificate,
        minVersion: 'TLSv1.2',
        ...(alpn.length > 0 ? { ALPNProtocols: [...alpn] } : {}),
      });
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed')));
    });
  }

  /** Asks for a path of a host, over TLS or not. `servername` is asked for in the greeting of TLS. */
  async ask(
    host: string,
    path: string,
    {
      tls,
      servername = host,
      headers = {},
      method = 'GET',
      body: sent,
    }: { tls: boolean; servername?: string; headers?: Record<string, string>; method?: string; body?: Buffer },
  ): Promise<Answer> {
    const socket: Duplex = tls ? await this.secure(servername, 8443) : this.gate.connect(this.pod.address, 8000);
    return new Promise((resolve, reject) => {
      const asked = request(
        { createConnection: () => socket, method, path, headers: { host, connection: 'close', ...headers }, timeout: 10_000 },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part) => (body += part));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }));
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`no answer from ${host}`)));
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  /** Asks as {@link ask} does, and reads what the service behind says. Throws unless one answered. */
  async reached(host: string, path: string, options: Parameters<IngressOnTrial['ask']>[2]): Promise<Asked> {
    const { status, body } = await this.ask(host, path, options);
    if (status !== 200) throw new Error(`${host}${path} answered ${status}: ${body}`);
    return JSON.parse(body) as Asked;
  }

  /** A certificate of the routes as `millwright secrets` makes it: another one at each call. */
  newCertificate(dnsNames: readonly string[]): Record<string, string> {
    const { certificate, key } = issueCertificate(
      this.authority,
      { kind: 'certificate', commonName: 'ingress', dnsNames, usages: ['server'] },
      new Date(),
    );
    return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': this.authority.signing.certificate };
  }

  /**
   * Changes the files of the routes' volume as a kubelet does (pkg/volume/util/atomic_writer.go, Kubernetes 1.34): a new folder, a link that is
   * put in the place of the old one, and the old folder removed.
   */
  change(files: Readonly<Record<string, string>>): void {
    const folder = join(this.workDir.path, 'pods', 'ingress', 'routes');
    const old = readdirSync(folder).filter((name) => name.startsWith('..') && name !== '..data');
    const fresh = `..${process.hrtime.bigint()}`;
    mkdirSync(join(folder, fresh), { mode: 0o755 });
    chmodSync(join(folder, fresh), 0o755);
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(folder, fresh, file), text, { mode: 0o440 });
      chownSync(join(folder, fresh, file), 0, POD_USER);
    }
    symlinkSync(fresh, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    for (const name of old) rmSync(join(folder, name), { recursive: true });
  }

  /** Ends everything that was started and removes the files. */
  async end(): Promise<void> {
    await this.group.stop();
    await this.workDir.remove();
  }
}

/** Starts what is behind the routes on one host, each at an address of its own, and returns /etc/hosts. */
async function startServices(
  central: CentralCluster,
  host: Host,
  group: ProcessGroup,
  mosquitto: string,
  historianAuthority: PlantAuthority,
  kdc: KdcOnTrial | undefined,
): Promise<string> {
  const routes = [...httpRoutesOf(central), ...tcpRoutesOf(central).map((route) => ({ ...route, raw: true }))].filter(
    ({ to }) => !kdc || to !== 'kdc',
  );
  const names = [...new Set(routes.map((route) => addressBehind(route).host))];
  const addressOf = (name: string) => `10.244.1.${names.indexOf(name) + 1}`;
  const { program: enter, args: into } = onHost(host, '/bin/sh', [
    '-ec',
    names.map((name) => `ip addr add ${addressOf(name)}/32 dev eth0`).join('\n'),
  ]);
  await promisify(execFile)(enter, into);
  const { certificate, key } = issueCertificate(
    historianAuthority,
    { kind: 'certificate', commonName: HISTORIAN.name, dnsNames: [serviceHost(HISTORIAN)], usages: ['server'] },
    new Date(),
  );
  const seen = new Set<string>();
  const services = routes
    .filter(({ to }) => to !== CENTRAL_BROKER.name)
    .flatMap((route) => {
      const { host: name, port } = addressBehind(route);
      const address = addressOf(name);
      if (seen.has(`${address}:${port}`)) return [];
      seen.add(`${address}:${port}`);
      return [
        {
          name: 'raw' in route ? `${route.to}.${route.port}` : route.to,
          address,
          port,
          ...('raw' in route ? { raw: true } : {}),
          ...('overTls' in route && route.overTls ? { tls: { cert: certificate, key } } : {}),
        },
      ];
    });
  const list = join(group.workDir, 'services.json');
  writeFileSync(list, JSON.stringify(services));
  const program = group.start({ name: 'services', ...onHost(host, process.execPath, [join(__dirname, 'services.cjs'), list]) });
  await program.ready(async () => {
    if (!program.log().includes('open')) throw new Error('not open yet');
  }, 20_000);

  const broker = addressOf(serviceHost(CENTRAL_BROKER));
  const configuration = join(group.workDir, 'mosquitto.conf');
  writeFileSync(
    configuration,
    [
      'user root',
      'allow_anonymous true',
      `listener ${CENTRAL_BROKER.mqttPort} ${broker}`,
      `listener ${CENTRAL_BROKER.websocketPort} ${broker}`,
      'protocol websockets',
      '',
    ].join('\n'),
  );
  const started = group.start({ name: 'mosquitto', ...onHost(host, mosquitto, ['-c', configuration]) });
  await started.ready(async () => {
    if (!/running/.test(started.log())) throw new Error('not running yet');
  }, 20_000);
  return [...names.map((name) => `${addressOf(name)} ${name}`), kdc?.hosts ?? ''].join('\n');
}
