import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Auth } from '../../../constructs/central/auth';
import { ClusterManager } from '../../../constructs/central/cluster-manager';
import { CommandEscalation } from '../../../constructs/central/command-escalation';
import { ConfigDb } from '../../../constructs/central/configdb';
import { DirectoryMqtt, DirectoryWebApi } from '../../../constructs/central/directory';
import { GitServer } from '../../../constructs/central/git-server';
import { Monitor } from '../../../constructs/central/monitor';
import { Postgres } from '../../../constructs/central/postgres';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { exampleCentral } from '../../support/centre';

type Component = new (scope: Construct, id: string, props: { readonly central: CentralCluster }) => Construct;

/** PostgreSQL and the core services, by the names of their components. */
export const COMPONENTS: Readonly<Record<string, Component>> = {
  postgres: Postgres,
  'directory-webapi': DirectoryWebApi,
  'directory-mqtt': DirectoryMqtt,
  auth: Auth,
  configdb: ConfigDb,
  git: GitServer,
  'cluster-manager': ClusterManager,
  cmdescd: CommandEscalation,
  monitor: Monitor,
};

/** A component as it is rendered alone. */
export function rendered(name: string, central: CentralCluster = exampleCentral()) {
  const chart = new Chart(new App(), 'centre');
  const Component = COMPONENTS[name] as Component;
  new Component(chart, 'component', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, called = name) => objects.find((object) => object.kind === kind && object.metadata.name === called);
  const workload = of('Deployment') ?? of('StatefulSet');
  const { spec: pod } = workload.spec.template;
  const [container] = pod.containers;
  const env = Object.fromEntries((container.env ?? []).map((one: { name: string; value: string }) => [one.name, one.value]));
  return { objects, of, workload, pod, container, env, secrets: requiredSecrets(chart) };
}
