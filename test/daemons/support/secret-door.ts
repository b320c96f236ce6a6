import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HISTORIAN_TOKENS, SETUP_MOUNTS } from '../../../infra/influxdb/setup';
import { CENTRAL_NAMESPACE } from '../../../infra/model/central-services';
import { issueCertificate, newAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import type { ScriptPodTemplate } from './debian-pod';
import { type Host, onHost } from './network';

/** Name by which the API server is asked, and its port. */
const API_SERVER = { name: 'kubernetes.default.svc', port: 6443 } as const;

/** Name of the volume with what a kubelet gives a pod that may ask the API server. */
const ACCOUNT = 'service-account';

/** The one door of an API server that the historian's setup uses: it keeps the Secret of the tokens. */
export class SecretDoor {
  readonly #folder: string;
  readonly #process: RunningProcess;
  /** What a kubelet gives the pod. */
  readonly account: Readonly<Record<string, string>>;

  constructor(
    group: ProcessGroup,
    private readonly host: Host,
  ) {
    this.#folder = join(group.workDir, 'secret-door');
    mkdirSync(this.#folder);
    const authority = newAuthority('kubernetes', new Date());
    const content = { kind: 'certificate', commonName: 'kubernetes', dnsNames: [API_SERVER.name], usages: ['server'] } as const;
    const { certificate, key } = issueCertificate(authority, content, new Date());
    this.account = { token: 'token-of-historian-setup', 'ca.crt': trustedCertificates(authority, new Date()).join('') };
    const path = `/api/v1/namespaces/${CENTRAL_NAMESPACE}/secrets/${HISTORIAN_TOKENS}`;
    const files = { 'tls.key': key, 'tls.crt': certificate, token: this.account.token ?? '', path };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text, { mode: 0o600 });
    this.#process = group.start({
      name: 'secret-door',
      ...onHost(host, process.execPath, [join(__dirname, 'api-server-door.cjs'), this.#folder, `${API_SERVER.port}`]),
    });
  }

  /** A line of a pod's /etc/hosts. */
  get hosts(): string {
    return `${this.host.address} ${API_SERVER.name}`;
  }

  /** The pod with what a kubelet adds where the API server may be asked. */
  given(template: ScriptPodTemplate): ScriptPodTemplate {
    const [container] = template.containers;
    return {
      containers: [
        {
          ...container,
          env: [
            { name: 'KUBERNETES_SERVICE_HOST', value: API_SERVER.name },
            { name: 'KUBERNETES_SERVICE_PORT', value: `${API_SERVER.port}` },
          ],
          volumeMounts: [...container.volumeMounts, { name: ACCOUNT, mountPath: SETUP_MOUNTS.apiServer, readOnly: true }],
        },
      ],
      volumes: [...template.volumes, { name: ACCOUNT, secret: { secretName: ACCOUNT } }],
    };
  }

  /** Files of the Secrets of that pod: those of its service account, or what another source has. */
  files(name: string, others: (name: string) => Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return name === ACCOUNT ? this.account : others(name);
  }

  /** Waits until it takes connections. */
  open(): Promise<void> {
    return this.#process.ready(async () => {
      if (!this.#process.log().includes('open')) throw new Error('not open yet');
    }, 20_000);
  }

  /** The tokens that the setup applied last, by their holders. */
  get tokens(): Readonly<Record<string, string>> {
    const file = join(this.#folder, 'applied');
    if (!existsSync(file)) return {};
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
  }
}
