import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';

/** Group and version of the custom resources of Factory+ (ACS 6.8.1). */
export const FACTORY_PLUS_API = 'factoryplus.app.amrc.co.uk/v1';

/** The account of Factory+ that a principal belongs to: one that exists, or one that the operator makes. */
export interface KerberosAccount {
  /** Id of an account that exists. Either it or `class` is stated. */
  readonly uuid?: string;
  /** Class of an account to be made; needs `name`. */
  readonly class?: string;
  readonly name?: string;
  /** Ids of the groups that it is made a member of. */
  readonly groups?: readonly string[];
  /** Sparkplug node whose address it gets; its group is that of the edge cluster by default. */
  readonly sparkplug?: { readonly node: string; readonly group?: string };
}

/** What a KerberosKey says (ACS 6.8.1, CRD KerberosKey). */
export interface KerberosKeySpec {
  readonly type: 'Disabled' | 'Random' | 'Password' | 'PresetPassword' | 'Trust' | 'PresetTrust';
  /** Principal with its realm. */
  readonly principal: string;
  /** Further principals of the same key; only of types Random and Disabled, and without an account. */
  readonly additionalPrincipals?: readonly string[];
  readonly keepOldKeys?: boolean;
  /** Secret and key that it goes to: `name/key`. */
  readonly secret?: string;
  /** ConfigMap and key with the certificate to seal with: `configmap/key`. */
  readonly sealWith?: string;
  readonly cluster?: { readonly uuid: string; readonly namespace?: string };
  readonly account?: KerberosAccount;
}

/** What a LocalSecret says: a random password that the operator puts into a Secret where the key is absent. */
export interface LocalSecretSpec {
  readonly secret: string;
  readonly key: string;
  readonly format: 'Password';
}

/** What a SparkplugNode says: a node that the edge monitor watches. Exactly one of `uuid` and `address`. */
export interface SparkplugNodeSpec {
  readonly uuid?: string;
  readonly address?: string;
  readonly edgeAgent?: boolean;
  /** Silence after which it asks for a rebirth, such as `3m`. */
  readonly interval?: string;
  readonly secrets?: readonly string[];
}

interface Props<Spec> {
  readonly metadata: ApiObjectMetadata;
  readonly spec: Spec;
}

/** The custom resource KerberosKey. */
export class KubeKerberosKey extends ApiObject {
  constructor(scope: Construct, id: string, props: Props<KerberosKeySpec>) {
    super(scope, id, { apiVersion: FACTORY_PLUS_API, kind: 'KerberosKey', ...props });
  }
}

/** The custom resource LocalSecret. */
export class KubeLocalSecret extends ApiObject {
  constructor(scope: Construct, id: string, props: Props<LocalSecretSpec>) {
    super(scope, id, { apiVersion: FACTORY_PLUS_API, kind: 'LocalSecret', ...props });
  }
}

/** The custom resource SparkplugNode. */
export class KubeSparkplugNode extends ApiObject {
  constructor(scope: Construct, id: string, props: Props<SparkplugNodeSpec>) {
    super(scope, id, { apiVersion: FACTORY_PLUS_API, kind: 'SparkplugNode', ...props });
  }
}
