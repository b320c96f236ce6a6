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

/** Who may send what to whom under a set of policies. */
export interface Evaluator {
  /** One port of each way in which the policies treat ports: those that some policy names, and two of all the others. */
  readonly doors: readonly Door[];
  /** Those of the doors through which a connection passes. */
  readonly open: (from: Party, to: Party) => readonly Door[];
  /** Whether a connection through one door passes. */
  readonly reaches: (from: Party, to: Party, door: Door) => boolean;
}

/**
 * NetworkPolicies as the documentation of Kubernetes describes them (networking.k8s.io/v1): a pod that no policy selects is open; one that
 * some select lets through what any of them lists. A list of peers or ports that is missing or empty means all. A connection passes when
 * the sender may send it and the receiver may receive it.
 */
export function evaluator(policies: readonly KubeObject[]): Evaluator {
  const rulesOf = { Egress: selectedRules(policies, 'Egress'), Ingress: selectedRules(policies, 'Ingress') };
  // Rules that let two parties talk at all are few: only they are asked about ports.
  const admitting = (direction: Direction, own: Party, other: Party): Fields[] =>
    rulesOf[direction](own).filter((rule) => admits(direction === 'Egress' ? rule.to : rule.from, own, other));
  const open = (from: Party, to: Party, doors: readonly Door[]): readonly Door[] => {
    const sent = admitting('Egress', from, to);
    if (sent.length === 0) return [];
    const received = admitting('Ingress', to, from);
    if (received.length === 0) return [];
    return doors.filter((door) => [sent, received].every((rules) => rules.some(({ ports }) => opens(ports, door))));
  };
  const doors = doorsOf(policies);
  return { doors, open: (from, to) => open(from, to, doors), reaches: (from, to, door) => open(from, to, [door]).length > 0 };
}

type Direction = 'Egress' | 'Ingress';

/** What lets everything through, where no policy selects a pod, and for a computer that is no pod. */
const OPEN: readonly Fields[] = [{}];

/** The rules of the policies that select a party in a direction. */
function selectedRules(policies: readonly KubeObject[], direction: Direction): (own: Party) => readonly Fields[] {
  const known = new Map<Party, readonly Fields[]>();
  return (own) => {
    const found = known.get(own);
    if (found) return found;
    const selecting =
      own.namespace === undefined
        ? []
        : policies.filter(
            ({ metadata, spec }: Fields) =>
              metadata.namespace === own.namespace && selects(spec.podSelector, own.labels) && typesOf(spec).includes(direction),
          );
    const rules =
      selecting.length === 0 ? OPEN : selecting.flatMap(({ spec }: Fields) => spec[direction === 'Egress' ? 'egress' : 'ingress'] ?? []);
    known.set(own, rules);
    return rules;
  };
}

/** Two ports between the named ones and past the end of each range stand for all ports that the policies treat alike. */
function doorsOf(policies: readonly KubeObject[]): Door[] {
  const named: Fields[] = policies.flatMap(({ spec }: Fields) =>
    [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap(({ ports }: Fields) => ports ?? []),
  );
  const ports = new Set<number>();
  for (const { port, endPort } of named) {
    if (port !== undefined) ports.add(port);
    if (endPort !== undefined) ports.add(endPort).add(endPort + 1);
  }
  const inRange = (port: number) => named.some((one) => port >= one.port && port <= (one.endPort ?? one.port));
  for (let port = 1, more = 2; more > 0 && port <= 65_535; port += 20_011) {
    if (inRange(port)) continue;
    ports.add(port);
    more -= 1;
  }
  return [...ports]
    .filter((port) => port <= 65_535)
    .sort((a, b) => a - b)
    .flatMap((port): Door[] => [
      { port, protocol: 'TCP' },
      { port, protocol: 'UDP' },
    ]);
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
