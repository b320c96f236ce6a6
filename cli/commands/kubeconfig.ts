import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isName } from '../../infra/model/name';
import { yamlText } from '../../stacks/flux/yaml';
import { apiServerUrl, certificateSigningRequest, kubeconfig as kubeconfigOf } from '../../stacks/hosts/kubeconfig';
import { type EstateOptions, openEstate } from '../door';
import type { Terminal } from '../terminal';
import { UserError } from '../user-error';

/** Options of {@link kubeconfig}. */
export interface KubeconfigOptions extends Omit<EstateOptions, 'only' | 'json'> {
  /** Name of the person. */
  readonly user: string;
  /** File with the certificate of the authority that signs the API server. */
  readonly authority?: string;
  /** File with the person's certificate request. */
  readonly request?: string;
}

/**
 * `millwright kubeconfig CLUSTER`: prints the kubeconfig of a person's workstation, or with a request what an administrator approves. Returns
 * the exit code.
 */
export function kubeconfig(name: string, options: KubeconfigOptions, terminal: Terminal): number {
  if (!isName(options.user)) {
    throw new UserError(`--user ${JSON.stringify(options.user)} must be lower-case letters, digits and hyphens, such as anna.`, 2);
  }
  if ((options.authority === undefined) === (options.request === undefined)) {
    throw new UserError('name one of --authority <file>, for a kubeconfig, and --request <file>, for what an administrator approves.', 2);
  }
  const checked = openEstate({ ...options, only: [], json: false }, terminal);
  if (!checked.ok) {
    terminal.say('The estate is not in order.');
    return 1;
  }
  const clusters = [...checked.plants, ...checked.softGateways];
  const cluster = clusters.find((candidate) => candidate.name === name);
  if (!cluster) {
    const names = clusters.map((other) => other.name).sort();
    throw new UserError(`${name} is neither a plant nor a cluster of soft gateways; the estate has ${names.join(', ')}.`, 2);
  }
  if (options.request !== undefined) {
    const request = pem(options.request, 'CERTIFICATE REQUEST');
    terminal.out(yamlText(certificateSigningRequest(cluster.name, options.user, request)).trimEnd());
    return 0;
  }
  if (apiServerUrl(cluster) === undefined) {
    throw new UserError(
      `${checked.softGateways.some((other) => other.name === name) ? 'softGateways' : 'plants'}.${name}.kubernetes.endpoint is missing, and no node of the control plane states its address; state one of them.`,
    );
  }
  const authority = pem(options.authority ?? '', 'CERTIFICATE');
  try {
    new X509Certificate(authority);
  } catch {
    throw new UserError(
      `${options.authority} holds no certificate that can be read; name /etc/kubernetes/pki/ca.crt of a control-plane node.`,
    );
  }
  terminal.out(yamlText(kubeconfigOf({ cluster, user: options.user, authority })).trimEnd());
  return 0;
}

/** Text of a PEM file of one kind. */
function pem(file: string, kind: string): string {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(`-----BEGIN ${kind}-----`)) throw new UserError(`${file} is no PEM file with a ${kind}.`);
  return text;
}
