import { API_SERVER_PORT } from '../../infra/model/kubernetes';
import { type ZonedCluster, zonesOf } from '../../infra/model/zone';

/** How long a person's certificate holds that is asked for, in seconds: 90 days. Kubernetes has no list of revoked ones. */
export const PERSON_CERTIFICATE_SECONDS = 90 * 24 * 60 * 60;

/** What {@link kubeconfig} takes. */
export interface KubeconfigInput {
  /** A plant, or a cluster of soft gateways. */
  readonly cluster: ZonedCluster;
  /** Name of the person: the user, and the name of the files with certificate and key. */
  readonly user: string;
  /** PEM of the authority that signs the API server. */
  readonly authority: string;
}

/**
 * Address of a cluster's API server: what `kubernetes.endpoint` says, else the first node of the control plane that states one; undefined
 * when none does.
 */
export function apiServerUrl({ kubernetes, nodes }: ZonedCluster): string | undefined {
  const ofNodes = kubernetes.controlPlane.map((name) => nodes.find((node) => node.name === name)?.address);
  const address = kubernetes.endpoint ?? ofNodes.find((found) => found !== undefined);
  if (address === undefined) return undefined;
  return `https://${address.includes(':') ? `[${address}]` : address}:${API_SERVER_PORT}`;
}

/**
 * A workstation's kubeconfig for one person at one cluster, as plain data. It holds no key: certificate and key are files beside it, which
 * never leave the workstation.
 *
 * @throws RangeError when the cluster's API server has no address
 */
export function kubeconfig({ cluster: edge, user, authority }: KubeconfigInput): Record<string, unknown> {
  const server = apiServerUrl(edge);
  if (server === undefined) throw new RangeError(`the API server of ${edge.name} has no address`);
  // Where gateways run.
  const namespace = zonesOf(edge).includes('machines') ? 'machines' : 'factory-plus';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: edge.name, cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: [{ name: `${user}@${edge.name}`, user: { 'client-certificate': `${user}.crt`, 'client-key': `${user}.key` } }],
    contexts: [{ name: edge.name, context: { cluster: edge.name, user: `${user}@${edge.name}`, namespace } }],
    'current-context': edge.name,
  };
}

/**
 * The request that an administrator of the cluster approves: a certificate for a person's own key. Who the person is, and in which group,
 * stands in the request itself.
 *
 * @param request PEM of the certificate request that the person made
 */
export function certificateSigningRequest(cluster: string, user: string, request: string): Record<string, unknown> {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: `${cluster}-${user}` },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      expirationSeconds: PERSON_CERTIFICATE_SECONDS,
      usages: ['client auth'],
    },
  };
}
