import type { SecretRequirement } from '../../infra/model/secret-requirement';
import type { Phase } from '../charts/component-chart';

/** A Kubernetes object as plain data, ready to be written or applied. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** An object of a cluster, and what a delivery must know of it. */
export interface ManifestEntry {
  /** The component that it belongs to. */
  readonly component: string;
  readonly phase: Phase;
  /** True when it holds data, or all of something: no delivery removes it by itself. */
  readonly protect: boolean;
  readonly object: KubeObject;
}

/** All objects of one cluster, in the order in which they are applied. Plain data; holds no Secret's value. */
export interface ManifestSet {
  readonly cluster: string;
  readonly entries: readonly ManifestEntry[];
  /** Ordered by namespace and name. */
  readonly secrets: readonly SecretRequirement[];
}

/** `Deployment machines/press-1`: an object as a person names it. */
export function objectText({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** What is wrong with an object, and what to do about it. */
export type Complaint = readonly [message: string, remedy: string];
