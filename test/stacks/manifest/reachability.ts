import { contains } from '../../../infra/model/network';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import type { Fields } from './rendered';

/** Something that sends or receives: a pod when it has a namespace, else a computer that no policy knows but by its address. */
export interface Party {
  readonly name: string;
  readonly address: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where a connection goes. */
export interface Door {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/**
 * NetworkPolicies as the documentation of Kubernetes describes them (networking.k8s.io/v1): a pod that no policy selects is open; one that
 * some select lets through what any of them lists. A list of peers or ports that is missing or empty means all. A connection passes when
 * the sender may send it and the receiver may receive it.
 */
export function reaches(policies: readonly KubeObject[], from: Party, to: Party, door: Door): boolean {
  return passes(policies, 'Egress', from, to, door) && passes(policies, 'Ingress', to, from, door);
}

/** True when the policies that select `own` in a direction, if there are any, let `other` through. */
function passes(policies: readonly KubeObject[], direction: 'Egress' | 'Ingress', own: Party, other: Party, door: Door): boolean {
  if (own.namespace === undefined) return true;
  const selecting = policies.filter(
    ({ metadata, spec }: Fields) =>
      metadata.namespace === own.namespace && selects(spec.podSelector, own.labels) && typesOf(spec).includes(direction),
  );
  if (selecting.length === 0) return true;
  const [rules, peers] = direction === 'Egress' ? ['egress', 'to'] : ['ingress', 'from'];
  return selecting.some(({ spec }: Fields) =>
    (spec[rules] ?? []).some((rule: Fields) => opens(rule.ports, door) && admits(rule[peers], own, other)),
  );
}

function typesOf(spec: Fields): string[] {
  return spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];
}

function opens(ports: Fields, door: Door): boolean {
  if ((ports ?? []).length === 0) return true;
  return ports.some(({ port, endPort, protocol = 'TCP' }: Fields) => {
    if (port !== undefined && typeof port !== 'number') throw new Error(`teach the tests the named port ${port}`);
    return protocol === door.protocol && (port === undefined || (door.port >= port && door.port <= (endPort ?? port)));
  });
}

function admits(peers: Fields, own: Party, other: Party): boolean {
  if ((peers ?? []).length === 0) return true;
  return peers.some(({ ipBlock, namespaceSelector, podSelector }: Fields) => {
    if (ipBlock)
      return contains(ipBlock.cidr, other.address) && !(ipBlock.except ?? []).some((cidr: string) => contains(cidr, other.address));
    if (other.namespace === undefined) return false;
    const inNamespace = namespaceSelector
      ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
      : other.namespace === own.namespace;
    return inNamespace && selects(podSelector, other.labels);
  });
}

/** True when a selector takes in these labels; an empty one takes in all. */
export function selects(selector: Fields, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selector?.matchExpressions) throw new Error('teach the tests matchExpressions');
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}
