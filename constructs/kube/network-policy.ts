import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { hostNetwork } from '../../infra/model/network';
import { type ObjectLabels, objectLabels, selectorLabels } from './labels';

/** The other end of a conduit: pods by namespace and labels, or networks outside the cluster. */
export type Peer =
  | { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly networks: readonly string[] };

/** A port, or all from one to another. */
export type Port = number | readonly [first: number, last: number];

/** What may cross: to or from a peer, on these ports. */
export interface Conduit {
  readonly peer: Peer;
  /** 1–65535, or a range with both ends; at least one: without a port a policy would open all of them. */
  readonly ports: readonly [Port, ...Port[]];
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';
}

/** What {@link WorkloadPolicy} takes. */
export interface WorkloadPolicyProps {
  readonly namespace: string;
  /** The workload whose pods it opens; also the name of the policy. */
  readonly labels: ObjectLabels;
  /** Labels of its pods. @default - the workload's name and component */
  readonly selector?: Readonly<Record<string, string>>;
  readonly ingress?: readonly Conduit[];
  readonly egress?: readonly Conduit[];
}

/** The conduits of one workload. All else stays closed by the zone's default. */
export class WorkloadPolicy extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadPolicyProps) {
    super(scope, id);
    const ports = ({ ports, protocol = 'TCP' }: Conduit) => ports.map((port) => ({ protocol, ...portOf(port) }));
    new k8s.KubeNetworkPolicy(this, 'policy', {
      metadata: { name: props.labels.name, namespace: props.namespace, labels: objectLabels(props.labels) },
      spec: {
        podSelector: { matchLabels: { ...(props.selector ?? selectorLabels(props.labels)) } },
        policyTypes: [...(props.ingress ? ['Ingress'] : []), ...(props.egress ? ['Egress'] : [])],
        ...(props.ingress ? { ingress: props.ingress.map((conduit) => ({ from: peers(conduit.peer), ports: ports(conduit) })) } : {}),
        ...(props.egress ? { egress: props.egress.map((conduit) => ({ to: peers(conduit.peer), ports: ports(conduit) })) } : {}),
      },
    });
  }
}

function portOf(port: Port) {
  if (typeof port === 'number') return { port: k8s.IntOrString.fromNumber(port) };
  const [first, last] = port;
  return { port: k8s.IntOrString.fromNumber(first), endPort: last };
}

function peers(peer: Peer): k8s.NetworkPolicyPeer[] {
  // Kubernetes reads an empty list as everybody.
  if ('networks' in peer && peer.networks.length === 0) throw new RangeError('a conduit to no network at all would open every one');
  if ('networks' in peer) return peer.networks.map((network) => ({ ipBlock: { cidr: hostNetwork(network) } }));
  return [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } },
      podSelector: { matchLabels: { ...peer.labels } },
    },
  ];
}

/** Closes a namespace: nothing in, nothing out, but questions to the cluster's DNS. */
export class ClosedNamespace extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly namespace: string;
      readonly names: { readonly defaultDeny: string; readonly allowDns: string };
      readonly labels: ObjectLabels;
    },
  ) {
    super(scope, id);
    const metadata = (name: string) => ({ name, namespace: props.namespace, labels: objectLabels(props.labels) });
    new k8s.KubeNetworkPolicy(this, 'default-deny', {
      metadata: metadata(props.names.defaultDeny),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    new k8s.KubeNetworkPolicy(this, 'allow-dns', {
      metadata: metadata(props.names.allowDns),
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: peers({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }),
            ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(53) })),
          },
        ],
      },
    });
  }
}
