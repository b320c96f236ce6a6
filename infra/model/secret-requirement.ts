/** Who fills a Secret: which of the deliveries' means. */
export type SecretSource = 'sops' | 'kerberosKey' | 'localSecret' | 'externalSecret' | 'pulumi' | 'given';

/** What a Secret holds, so that whoever fills it knows what to make. */
export type SecretContent =
  /** `tls.crt`, `tls.key` and `ca.crt`, signed by the plant's own authority. */
  | {
      readonly kind: 'certificate';
      readonly commonName: string;
      readonly dnsNames: readonly string[];
      readonly usages: readonly ('client' | 'server')[];
    }
  /** A user name and a password that the central cluster's administrator gives. */
  | { readonly kind: 'login'; readonly purpose: string }
  /** Credentials of an image registry, as `.dockerconfigjson`. */
  | { readonly kind: 'registryLogin'; readonly server: string }
  /** Something that exists before the tree is applied, such as the cluster's own key. */
  | { readonly kind: 'other'; readonly purpose: string };

/** A Secret that the objects of a cluster need. A ManifestSet says that it must exist and never holds its value. */
export interface SecretRequirement {
  readonly namespace: string;
  readonly name: string;
  /** Kubernetes' type of the Secret. */
  readonly type: 'Opaque' | 'kubernetes.io/tls' | 'kubernetes.io/dockerconfigjson';
  /** Keys that it must have. */
  readonly keys: readonly string[];
  readonly source: SecretSource;
  readonly content: SecretContent;
}

/** Keys of a Secret that holds a certificate. */
export const CERTIFICATE_KEYS = ['ca.crt', 'tls.crt', 'tls.key'] as const;
