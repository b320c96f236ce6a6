/** A schema of a custom resource, as `apiextensions.k8s.io/v1` has it (OpenAPI 3). */
export interface FluxSchema {
  readonly type: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, FluxSchema>>;
  readonly required?: readonly string[];
  readonly items?: FluxSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'int64' | 'date-time';
  readonly default?: unknown;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

/** A kind of custom resource of Flux. */
export interface FluxKind {
  readonly group: string;
  readonly version: 'v1' | 'v2';
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  /** The first columns of `kubectl get`: title → path. */
  readonly columns: Readonly<Record<string, string>>;
  readonly spec: FluxSchema;
  readonly status: FluxSchema;
}

const text = (description: string, rest: Partial<FluxSchema> = {}): FluxSchema => ({ type: 'string', description, ...rest });
const flag = (description: string, rest: Partial<FluxSchema> = {}): FluxSchema => ({ type: 'boolean', description, ...rest });
const object = (description: string, properties: Readonly<Record<string, FluxSchema>>, required?: readonly string[]): FluxSchema => ({
  type: 'object',
  description,
  ...(required ? { required } : {}),
  properties,
  'x-kubernetes-preserve-unknown-fields': true,
});
const secretOf = (description: string) => object(description, { name: text('Name of the Secret') }, ['name']);

/** A length of time as Go reads it. */
const duration = (description: string, rest: Partial<FluxSchema> = {}) =>
  text(description, { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', ...rest });

/** Anything at all: fields that Millwright never writes. */
const FREE: FluxSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** What the controllers write. That nothing was observed yet is -1, which they compare with the generation. */
const STATUS: FluxSchema = {
  type: 'object',
  default: { observedGeneration: -1 },
  properties: {
    observedGeneration: { type: 'integer', format: 'int64' },
    lastHandledReconcileAt: { type: 'string' },
  },
  'x-kubernetes-preserve-unknown-fields': true,
};

const SOURCE = { group: 'source.toolkit.fluxcd.io', version: 'v1' } as const;

const GIT_REPOSITORY: FluxKind = {
  ...SOURCE,
  kind: 'GitRepository',
  plural: 'gitrepositories',
  shortNames: ['gitrepo'],
  columns: { URL: '.spec.url' },
  spec: object(
    'A Git repository that is pulled',
    {
      url: text('Address of the repository', { pattern: '^(http|https|ssh)://.*$' }),
      interval: duration('How often it is looked at'),
      timeout: text('How long a pull may take', { default: '60s', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$' }),
      ref: object('What of it', {
        branch: text('Branch'),
        tag: text('Tag'),
        semver: text('Range of versions that tags are'),
        commit: text('Commit'),
        name: text('Full name of a reference'),
      }),
      secretRef: secretOf('Credentials: username and password, or identity and known_hosts'),
      suspend: flag('Whether it is left alone'),
    },
    ['interval', 'url'],
  ),
  status: STATUS,
};

const KUSTOMIZATION: FluxKind = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  plural: 'kustomizations',
  shortNames: ['ks'],
  columns: {},
  spec: object(
    'A folder of a source that is applied',
    {
      interval: duration('How often it is applied anew'),
      retryInterval: duration('How soon after it failed'),
      timeout: duration('How long it may take'),
      path: text('Folder in the source'),
      prune: flag('Whether what left the folder is deleted'),
      wait: flag('Whether it is ready only when all that it applied is'),
      force: flag('Whether objects are made anew that cannot be changed', { default: false }),
      suspend: flag('Whether it is left alone'),
      deletionPolicy: text('What happens to its objects when it is deleted', {
        enum: ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'],
      }),
      dependsOn: {
        type: 'array',
        description: 'Kustomizations that must be ready first',
        items: object(
          'A Kustomization',
          { name: text('Its name'), namespace: text('Its namespace'), readyExpr: text('When it counts as ready') },
          ['name'],
        ),
      },
      sourceRef: object(
        'The source',
        {
          apiVersion: text('Version of its kind'),
          kind: text('Its kind', { enum: ['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact'] }),
          name: text('Its name'),
          namespace: text('Its namespace'),
        },
        ['kind', 'name'],
      ),
      decryption: object(
        'How encrypted Secrets are read',
        {
          provider: text('With what', { enum: ['sops'] }),
          secretRef: secretOf('Private keys'),
          serviceAccountName: text('Whose identity opens keys elsewhere'),
        },
        ['provider'],
      ),
    },
    ['interval', 'prune', 'sourceRef'],
  ),
  status: STATUS,
};

/** A kind that Millwright makes no object of: any field is taken. */
const unused = (kind: string, plural: string, columns: Readonly<Record<string, string>>, shortNames?: readonly string[]): FluxKind => ({
  ...SOURCE,
  kind,
  plural,
  ...(shortNames ? { shortNames } : {}),
  columns,
  spec: FREE,
  status: STATUS,
});

/**
 * The kinds of Flux that its two programs look for when they start, without which they end: names, versions and the fields that Millwright
 * writes as upstream has them (config/crd/bases of fluxcd/source-controller 1.7 and fluxcd/kustomize-controller 1.7.3), everything else
 * free. Only version v1 of each; upstream also serves v1beta2.
 */
export const FLUX_KINDS: readonly FluxKind[] = [
  GIT_REPOSITORY,
  KUSTOMIZATION,
  unused('Bucket', 'buckets', { Endpoint: '.spec.endpoint' }),
  unused('HelmChart', 'helmcharts', { Chart: '.spec.chart', Version: '.spec.version' }, ['hc']),
  unused('HelmRepository', 'helmrepositories', { URL: '.spec.url' }, ['helmrepo']),
  unused('OCIRepository', 'ocirepositories', { URL: '.spec.url' }, ['ocirepo']),
];

/** HelmRelease, which edge-sync of Factory+ lists and without which it ends (ACS 6.8.1). No program of Millwright's acts on it. */
export const HELM_RELEASE: FluxKind = {
  group: 'helm.toolkit.fluxcd.io',
  version: 'v2',
  kind: 'HelmRelease',
  plural: 'helmreleases',
  shortNames: ['hr'],
  columns: {},
  spec: FREE,
  status: STATUS,
};
