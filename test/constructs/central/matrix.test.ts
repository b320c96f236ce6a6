import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { componentsOf } from '../../../infra/model/central-cluster';
import { centralManifests } from '../../../stacks/manifest/build';
import { exampleCentral } from '../../support/centre';

const PAGE = readFileSync(join(__dirname, '../../../docs/central-services.md'), 'utf8');
const central = exampleCentral();
// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
const objects: any[] = centralManifests(central).entries.map(({ object }) => object);
const NAME = 'app.kubernetes.io/name';

/** Rows of the table whose first heading these are: cells by heading. */
function table(...headings: readonly string[]): Map<string, string[]> {
  const head = `| ${headings.join(' | ')} |\n`;
  const at = PAGE.indexOf(head);
  if (at < 0) throw new Error(`docs/central-services.md has no table ${head}`);
  const rows =
    PAGE.slice(at + head.length)
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1) ?? [];
  return new Map(
    rows
      .filter((row) => row.startsWith('|'))
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map(([name = '', ...cells]) => [name, cells]),
  );
}

const list = (values: readonly string[]) => (values.length === 0 ? '–' : values.map((value) => `\`${value}\``).join(', '));
const distinct = (values: readonly string[]) => [...new Set(values)].sort();

/** What runs under the name of a component: pods of Deployments, StatefulSets, Jobs and CronJobs. */
function workloadsOf(name: string) {
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'CronJob'].includes(kind))
    .map((object) => ({ object, template: (object.spec.jobTemplate ?? object).spec.template }))
    .filter(({ template }) => template.metadata.labels[NAME] === name)
    .map(({ object, template }) => {
      const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
      return { object, pod: template.spec, containers };
    });
}

/** Secrets that the pods of a component see: name → keys that they see; all when it is undefined. */
function secretsOf(name: string): Map<string, string[] | undefined> {
  const found = new Map<string, string[] | undefined>();
  for (const { pod, containers } of workloadsOf(name)) {
    for (const { secret, projected } of pod.volumes ?? []) {
      if (secret)
        found.set(
          secret.secretName,
          secret.items?.map(({ key }: { key: string }) => key),
        );
      for (const source of projected?.sources ?? []) if (source.secret) found.set(source.secret.name, undefined);
    }
    for (const { env = [] } of containers) {
      for (const { valueFrom } of env) if (valueFrom?.secretKeyRef) found.set(valueFrom.secretKeyRef.name, [valueFrom.secretKeyRef.key]);
    }
  }
  return found;
}

/** Principals whose keys or passwords a component sees. HTTP/NAME stands for its host inside the cluster and its public one. */
function principalsOf(name: string): string[] {
  const secrets = secretsOf(name);
  const { domain, realm } = central.contract;
  const hosts = ['.factory-plus.svc.cluster.local', `.${domain}`];
  const short = (principal: string) =>
    hosts.reduce(
      (text, host) => text.replace(new RegExp(`(?<=/[^/]*)${host.replaceAll('.', '\\.')}$`), ''),
      principal.replace(`@${realm}`, ''),
    );
  return objects
    .filter(({ kind }) => kind === 'KerberosKey')
    .filter(({ spec }) => {
      const [secret = '', key = ''] = spec.secret.split('/');
      return secrets.has(secret) && (secrets.get(secret)?.includes(key) ?? true);
    })
    .flatMap(({ spec }) => [spec.principal, ...(spec.additionalPrincipals ?? [])].map(short));
}

/** Its row of the table of components. */
function row(name: string): string[] {
  const workloads = workloadsOf(name);
  const images = workloads.flatMap(({ containers }) => containers.map(({ image }) => image.split('/').at(-1)));
  const podPort = (port: string | number) =>
    workloads.flatMap(({ containers }) => containers.flatMap(({ ports = [] }) => ports)).find((one: { name: string }) => one.name === port)
      ?.containerPort ?? port;
  const ports = objects
    .filter(({ kind, spec }) => kind === 'Service' && spec.selector?.[NAME] === name)
    .flatMap(({ metadata, spec }) =>
      spec.ports.map(({ port, targetPort }: { port: number; targetPort: string }) => `${metadata.name} ${port} → ${podPort(targetPort)}`),
    );
  const claims = workloads.flatMap(({ object, pod, containers }) => [
    ...(object.spec.volumeClaimTemplates ?? []).map(
      (claim: { metadata: { name: string }; spec: { resources: { requests: { storage: string } } } }) => {
        const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
        const { mountPath } = mounts.find((mount: { name: string }) => mount.name === claim.metadata.name);
        return `${mountPath} ${claim.spec.resources.requests.storage}`;
      },
    ),
    ...(pod.volumes ?? []).flatMap(({ persistentVolumeClaim }: { persistentVolumeClaim?: { claimName: string } }) =>
      persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
    ),
  ]);
  return [images, ports, principalsOf(name), [...secretsOf(name).keys()], claims].map((values) => list(distinct(values)));
}

/** Names of the variables of its containers that go on or are its work, not of those that prepare. */
function variablesOf(name: string): string {
  const names = workloadsOf(name).flatMap(({ pod }) =>
    pod.containers.flatMap(({ env = [] }) => env.map((one: { name: string }) => one.name)),
  );
  return list(distinct(names));
}

const components = componentsOf(central).filter((name) => workloadsOf(name).length > 0);
const matrix = ['Component', 'Image', 'Ports', 'Principals', 'Secrets', 'Volumes'];

test('the page has a row for everything that runs at the centre, and for nothing else', () => {
  expect([...table(...matrix).keys()].sort()).toEqual([...components].sort());
  expect([...table('Component', 'Variables').keys()].sort()).toEqual([...components].filter((name) => variablesOf(name) !== '–').sort());
});

test.each(components)('the rows of %s say what is rendered', (name) => {
  const line = (cells: readonly string[] | undefined) => cells && `| ${[name, ...cells].join(' | ')} |`;
  expect(line(table(...matrix).get(name))).toBe(line(row(name)));
  expect(line(table('Component', 'Variables').get(name))).toBe(variablesOf(name) === '–' ? undefined : line([variablesOf(name)]));
});
