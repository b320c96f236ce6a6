/** Who fills a Secret: which of the deliveries' means. */
export type SecretSource = 'sops' | 'sealed' | 'kerberosKey' | 'localSecret' | 'externalSecret' | 'pulumi' | 'given';

/** What a Secret holds, so that whoever fills it knows what to make. */
export type SecretContent =
  /** `tls.crt`, `tls.key` and `ca.crt`, signed by the plant's own authority. */
  | {
      readonly kind: 'certificate';
      readonly commonName: string;
      readonly dnsNames: readonly string[];
      /** Names that are URIs, such as that of an OPC UA application. @default - none */
      readonly uriNames?: readonly string[];
      /** Kind of its key. `rsa-2048` may encrypt and sign whatever is asked of it, as OPC UA demands. @default 'p-256' */
      readonly keyType?: 'p-256' | 'rsa-2048';
      readonly usages: readonly ('client' | 'server')[];
    }
  /**
   * A user name and a password that the central cluster's administrator gives. With `inJson` they lie under other keys, escaped so that they
   * can be put between the quotes of a text of JSON.
   */
  | {
      readonly kind: 'login';
      readonly purpose: string;
      /** Keys of both. @default - `username` and `password`, as they are */
      readonly inJson?: { readonly username: string; readonly password: string };
    }
  /**
   * A user name and a password that only programs of the cluster know: `millwright secrets` makes the password, 192 bits of chance in 32
   * characters of base64url. 32, because replication of MySQL and MariaDB takes no more.
   */
  | { readonly kind: 'password'; readonly username: string; readonly purpose: string }
  /** A password under each key, which only programs of the cluster know, made like that of `password`. */
  | { readonly kind: 'passwords'; readonly purpose: string }
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

/** Whether a Secret lies in the cluster's Git tree: encrypted with sops, or sealed. */
export function liesInTree({ source }: Pick<SecretRequirement, 'source'>): boolean {
  return source === 'sops' || source === 'sealed';
}

/** Keys of a Secret that holds a certificate. */
export const CERTIFICATE_KEYS = ['ca.crt', 'tls.crt', 'tls.key'] as const;

/** Keys of a Secret that holds a user name and a password. */
export const LOGIN_KEYS = ['password', 'username'] as const;

/**
 * Keys of a Secret that opens a database: user name and password as they are, and in `_url` percent-encoded, as they stand in a URL. The
 * user name has no colon, which ends it in a data source name.
 */
export const DATABASE_LOGIN_KEYS = [...LOGIN_KEYS, 'password_url', 'username_url'] as const;
