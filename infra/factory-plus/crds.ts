/** A schema of a custom resource, as `apiextensions.k8s.io/v1` has it (OpenAPI 3, with rules in CEL). */
export interface CustomSchema {
  readonly type: 'object' | 'array' | 'string' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, CustomSchema>>;
  readonly required?: readonly string[];
  readonly items?: CustomSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'uuid' | 'duration';
  readonly default?: boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

/** A kind of custom resource. */
export interface CustomResource {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  /** Columns of `kubectl get`: title → path. */
  readonly columns: Readonly<Record<string, string>>;
  readonly spec: CustomSchema;
  readonly status: CustomSchema;
}

/** Group of the custom resources of Factory+. */
export const FACTORY_PLUS_GROUP = 'factoryplus.app.amrc.co.uk';

const text = (description: string, rest: Partial<CustomSchema> = {}): CustomSchema => ({ type: 'string', description, ...rest });
const uuid = (description: string) => text(description, { format: 'uuid' });
const list = (description: string, items: CustomSchema): CustomSchema => ({ type: 'array', description, items });
const inSecret = (description: string) => text(description, { pattern: '^[a-z0-9.-]+/[a-zA-Z0-9._-]+$' });

/** Whatever the operator writes: kopf keeps its progress there. */
const FREE_STATUS: CustomSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const KERBEROS_KEY: CustomResource = {
  kind: 'KerberosKey',
  plural: 'kerberos-keys',
  shortNames: ['krb', 'krbs'],
  columns: {
    Type: '.spec.type',
    Principal: '.spec.principal',
    Secret: '.spec.secret',
    'Account UUID': '.spec.account.uuid',
    'Account class': '.spec.account.class',
  },
  spec: {
    type: 'object',
    description: 'A principal of Kerberos, and where its key goes',
    required: ['type', 'principal'],
    'x-kubernetes-validations': [
      {
        rule: "self.type in ['Random', 'Disabled'] || !has(self.additionalPrincipals)",
        message: 'additionalPrincipals are only for types Random and Disabled',
      },
      {
        rule: "self.type in ['Random', 'Disabled'] || !has(self.keepOldKeys)",
        message: 'keepOldKeys is only for types Random and Disabled',
      },
      { rule: 'has(self.secret) || !(has(self.sealWith) || has(self.cluster))', message: 'sealWith and cluster need a secret' },
      { rule: "has(self.secret) || !(self.type in ['Trust', 'PresetTrust'])", message: 'types Trust and PresetTrust need a secret' },
      { rule: '!(has(self.account) && has(self.additionalPrincipals))', message: 'an account has one principal: no additionalPrincipals' },
    ],
    properties: {
      type: text(
        'Random: a random key, in a keytab. Password: a random password. PresetPassword: a password that is in the secret already. Trust, PresetTrust: a key shared with another realm. Disabled: no tickets',
        { enum: ['Disabled', 'Random', 'Password', 'PresetPassword', 'Trust', 'PresetTrust'] },
      ),
      principal: text('Name of the principal, with its realm'),
      additionalPrincipals: list('Further principals with keys in the same keytab: other names of a server', { type: 'string' }),
      keepOldKeys: { type: 'boolean', description: 'Whether keys that were replaced stay in the keytab for a day' },
      secret: inSecret('Secret of this namespace and the key in it that gets the keytab or password: NAME/KEY'),
      sealWith: inSecret(
        'ConfigMap of this namespace and the key in it with the certificate to seal with: NAME/KEY. A SealedSecret is made then',
      ),
      cluster: {
        type: 'object',
        description: 'Edge cluster that gets the secret, through the cluster manager',
        required: ['uuid'],
        properties: { uuid: uuid('Id of the cluster'), namespace: text('Namespace there. Default: that of its configuration') },
      },
      account: {
        type: 'object',
        description: 'Account of Factory+ that the principal belongs to',
        'x-kubernetes-validations': [
          { rule: 'has(self.uuid) || has(self.class)', message: 'an account needs a uuid or a class' },
          { rule: 'has(self.class) || !has(self.name)', message: 'the name of an account needs its class' },
        ],
        properties: {
          uuid: uuid('Id of an account that exists'),
          class: uuid('Class of an account to be made'),
          name: text('Name of the account'),
          groups: list('Ids of groups that it is a member of', { type: 'string', format: 'uuid' }),
          aces: list('Permissions. ACS 6.8.1 does not read them', {
            type: 'object',
            required: ['permission', 'target'],
            properties: { permission: uuid('Permission'), target: uuid('What it is for') },
          }),
          sparkplug: {
            type: 'object',
            description: 'Sparkplug address of the account',
            required: ['node'],
            properties: { group: text('Group. Default: that of the edge cluster'), node: text('Node') },
          },
        },
      },
    },
  },
  status: FREE_STATUS,
};

const LOCAL_SECRET: CustomResource = {
  kind: 'LocalSecret',
  plural: 'localsecrets',
  columns: { Secret: '.spec.secret', Key: '.spec.key', Format: '.spec.format' },
  spec: {
    type: 'object',
    description: 'A random value that is made in the cluster and known to nobody',
    required: ['secret', 'key', 'format'],
    properties: {
      secret: text('Name of the Secret'),
      key: text('Key in it, which gets a value where it has none'),
      format: text('What it is', { enum: ['Password'] }),
    },
  },
  status: FREE_STATUS,
};

const SPARKPLUG_NODE: CustomResource = {
  kind: 'SparkplugNode',
  plural: 'sparkplugnodes',
  shortNames: ['spnode', 'spnodes'],
  columns: { UUID: '.spec.uuid' },
  spec: {
    type: 'object',
    description: 'A Sparkplug node that the monitor watches',
    'x-kubernetes-validations': [
      { rule: 'has(self.uuid) != has(self.address)', message: 'a node has either a uuid or an address' },
      { rule: 'has(self.uuid) || !self.edgeAgent', message: 'an edge agent needs a uuid' },
      { rule: 'self.edgeAgent || !has(self.secrets)', message: 'only an edge agent has secrets' },
    ],
    properties: {
      uuid: uuid('Id of the node in Factory+'),
      address: text('Sparkplug address of a node that Factory+ does not know'),
      edgeAgent: { type: 'boolean', default: false, description: 'Whether it is an edge agent' },
      interval: text('Silence after which it is asked to announce itself', { format: 'duration' }),
      secrets: list('Names of the SealedSecrets that it uses', { type: 'string' }),
    },
  },
  status: { type: 'object' },
};

/** The custom resources of Factory+ (ACS 6.8.1). Its chart of the centre brings KerberosKey alone, though its operator acts on LocalSecret too. */
export const CUSTOM_RESOURCES: readonly CustomResource[] = [KERBEROS_KEY, LOCAL_SECRET, SPARKPLUG_NODE];
