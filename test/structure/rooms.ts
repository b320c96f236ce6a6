/** A room of the house: some files, and what they may import. */
export interface Room {
  readonly name: string;
  /** Paths of its files; the first room that matches counts. */
  readonly files: RegExp;
  /** Other rooms, `npm:` packages and `node:` modules; `*` stands for all of that kind. Its own files it may always import. */
  readonly may: readonly string[];
}

const CDK8S = ['npm:cdk8s', 'npm:cdk8s-plus-27', 'npm:constructs'];
const DESCRIBED = [
  'infra/model',
  'infra/formats',
  'infra/placement',
  'infra/nats',
  'infra/telegraf',
  'infra/jobs',
  'infra/mysql',
  'infra/postgres',
  'infra/monitoring',
  'infra/kerberos',
  'infra/hivemq',
  'infra/influxdb',
  'infra/factory-plus',
  'infra/flux',
  'infra/sealed-secrets',
  'infra/keycloak',
  'infra/grafana',
  'infra/traefik',
  'infra/central-backup',
];

/**
 * The one-way table of imports: a room may import only rooms above it here. In infra/estate, what reads stands before the rules, and the
 * door (check, define, prune, resolve) after them. Nothing imports an entry file, a barrel in exports/, or a test.
 */
export const ROOMS: readonly Room[] = [
  // What exists: plain data and pure functions, without a package that knows Kubernetes.
  { name: 'infra/model', files: /^infra\/model\//, may: ['npm:zod', 'npm:ipaddr.js', 'npm:croner'] },
  { name: 'infra/formats', files: /^infra\/formats\//, may: ['infra/model', 'npm:smol-toml'] },
  { name: 'infra/protocols', files: /^infra\/protocols\//, may: ['infra/model', 'npm:zod'] },
  { name: 'infra/placement', files: /^infra\/placement\//, may: ['infra/model'] },
  { name: 'infra/nats', files: /^infra\/nats\//, may: ['infra/model', 'infra/placement'] },
  { name: 'infra/telegraf', files: /^infra\/telegraf\//, may: ['infra/model', 'infra/formats', 'infra/placement'] },
  { name: 'infra/jobs', files: /^infra\/jobs\//, may: ['infra/model', 'infra/formats', 'infra/placement', 'npm:zod'] },
  { name: 'infra/mysql', files: /^infra\/mysql\//, may: ['infra/model', 'infra/formats', 'infra/placement'] },
  { name: 'infra/postgres', files: /^infra\/postgres\//, may: ['infra/model', 'infra/formats'] },
  { name: 'infra/monitoring', files: /^infra\/monitoring\//, may: ['infra/model', 'infra/formats', 'infra/placement', 'infra/telegraf'] },
  { name: 'infra/kerberos', files: /^infra\/kerberos\//, may: ['infra/model', 'infra/formats'] },
  { name: 'infra/hivemq', files: /^infra\/hivemq\//, may: ['infra/model', 'infra/formats', 'infra/placement'] },
  { name: 'infra/influxdb', files: /^infra\/influxdb\//, may: ['infra/model'] },
  { name: 'infra/traefik', files: /^infra\/traefik\//, may: ['infra/model', 'infra/formats'] },
  { name: 'infra/factory-plus', files: /^infra\/factory-plus\//, may: ['infra/model', 'infra/kerberos', 'node:crypto'] },
  { name: 'infra/sealed-secrets', files: /^infra\/sealed-secrets\//, may: ['infra/model', 'node:crypto'] },
  { name: 'infra/flux', files: /^infra\/flux\//, may: ['infra/model'] },
  {
    name: 'infra/central-backup',
    files: /^infra\/central-backup\//,
    may: ['infra/model', 'infra/formats', 'infra/kerberos', 'infra/monitoring', 'infra/mysql', 'infra/postgres'],
  },
  { name: 'infra/keycloak', files: /^infra\/keycloak\//, may: ['infra/model'] },
  { name: 'infra/grafana', files: /^infra\/grafana\//, may: ['infra/model', 'infra/factory-plus', 'infra/influxdb'] },
  {
    name: 'infra/estate/schema',
    files: /^infra\/estate\/(?!check|define|prune|resolve)/,
    may: ['infra/model', 'infra/protocols', 'npm:zod', 'npm:csv-parse'],
  },
  { name: 'infra/rules', files: /^infra\/rules\//, may: [...DESCRIBED, 'infra/protocols', 'infra/estate/schema'] },
  {
    name: 'infra/estate',
    files: /^infra\/estate\//,
    may: ['infra/model', 'infra/protocols', 'infra/estate/schema', 'infra/rules', 'npm:zod'],
  },
  { name: 'infra/sites', files: /^infra\/sites\//, may: ['infra/estate'] },
  // What a thing becomes in Kubernetes. The two sides share a contract in infra/model and nothing else.
  { name: 'constructs/imports', files: /^constructs\/imports\//, may: CDK8S },
  { name: 'constructs/kube', files: /^constructs\/kube\//, may: [...DESCRIBED, 'constructs/imports', ...CDK8S, 'node:crypto'] },
  { name: 'constructs/edge', files: /^constructs\/edge\//, may: [...DESCRIBED, 'constructs/kube', 'constructs/imports', ...CDK8S] },
  { name: 'constructs/central', files: /^constructs\/central\//, may: [...DESCRIBED, 'constructs/kube', 'constructs/imports', ...CDK8S] },
  // Where it goes. The deliveries know nothing of each other.
  {
    name: 'stacks/charts',
    files: /^stacks\/charts\//,
    may: [...DESCRIBED, 'constructs/kube', 'constructs/edge', 'constructs/central', 'npm:cdk8s', 'npm:constructs'],
  },
  { name: 'stacks/manifest', files: /^stacks\/manifest\//, may: [...DESCRIBED, 'constructs/kube', 'stacks/charts'] },
  { name: 'stacks/flux', files: /^stacks\/flux\/(?!main\.ts)/, may: [...DESCRIBED, 'stacks/charts', 'stacks/manifest', 'npm:js-yaml'] },
  { name: 'stacks/hosts', files: /^stacks\/hosts\//, may: [...DESCRIBED, 'npm:js-yaml'] },
  {
    name: 'stacks/bootstrap',
    files: /^stacks\/bootstrap\//,
    may: [...DESCRIBED, 'constructs/kube', 'stacks/manifest', 'stacks/flux', 'npm:cdk8s', 'npm:cdk8s-plus-27'],
  },
  { name: 'stacks/configdb', files: /^stacks\/configdb\//, may: [...DESCRIBED, 'npm:zod', 'node:crypto'] },
  {
    name: 'stacks/secrets',
    files: /^stacks\/secrets\//,
    may: [...DESCRIBED, 'stacks/manifest', 'npm:js-yaml', 'npm:zod', 'npm:@peculiar/*', 'node:crypto'],
  },
  {
    name: 'stacks/pulumi',
    files: /^stacks\/pulumi\/(?!main\.ts)/,
    may: [...DESCRIBED, 'stacks/charts', 'stacks/manifest', 'stacks/secrets', 'npm:@pulumi/*'],
  },
  // The only place that touches the process, files, Git and the clock, and that knows the example.
  {
    name: 'cli',
    files: /^cli\//,
    may: [
      ...DESCRIBED,
      'infra/protocols',
      'infra/estate',
      'infra/estate/schema',
      'infra/rules',
      'infra/sites',
      'stacks/charts',
      'stacks/manifest',
      'stacks/flux',
      'stacks/hosts',
      'stacks/bootstrap',
      'stacks/configdb',
      'stacks/secrets',
      'npm:commander',
      'npm:js-yaml',
      'npm:zod',
      'node:*',
    ],
  },
  // The entry files of other programs, which start like the command line.
  { name: 'stacks/flux/main', files: /^stacks\/flux\/main\.ts$/, may: ['cli', 'node:fs', 'node:path'] },
  { name: 'stacks/pulumi/main', files: /^stacks\/pulumi\/main\.ts$/, may: ['cli', 'stacks/pulumi', 'npm:@pulumi/*', 'node:*'] },
  // What the package offers: never the example, never the command line.
  {
    name: 'exports',
    files: /^exports\//,
    may: [
      ...DESCRIBED,
      ...['infra/protocols', 'infra/estate', 'infra/estate/schema', 'constructs/kube', 'constructs/edge', 'constructs/central'],
      ...['stacks/charts', 'stacks/manifest', 'stacks/flux', 'stacks/secrets', 'stacks/hosts'],
    ],
  },
];

/** An import, type-only ones included: a path of a source, and a path, `npm:package` or `node:module`. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** What the table does not allow. */
export function forbidden(imports: readonly Import[], rooms: readonly Room[] = ROOMS): string[] {
  const roomOf = (path: string) => rooms.find(({ files }) => files.test(path));
  return imports.flatMap(({ from, to }) => {
    const room = roomOf(from);
    if (!room) return [`${from} is in no room; give its folder a line in the table`];
    const target = to.includes(':') ? to : roomOf(to)?.name;
    const allowed =
      target === room.name || room.may.some((may) => may === target || (may.endsWith('*') && target?.startsWith(may.slice(0, -1))));
    return allowed ? [] : [`${from} must not import ${to}`];
  });
}

/** Files that import each other in a circle, by whatever way. */
export function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = (start: string) => {
    const seen = new Set<string>();
    const left = [...(next.get(start) ?? [])];
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      left.push(...(next.get(file) ?? []));
    }
    return seen;
  };
  return [...next.keys()].filter((file) => reached(file).has(file)).sort();
}
