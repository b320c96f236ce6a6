import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkEstate } from '../../infra/estate/check';
import { FLUX_COMPONENT } from '../../infra/flux/names';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import example from '../../infra/sites/estate';
import { centralManifests } from '../../stacks/manifest/build';
import type { ManifestSet } from '../../stacks/manifest/manifest-set';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { pod } from './harness-objects';
import { buildPrograms } from './programs/build';
import { bootstrapSecrets, storageClass } from './support/before-git';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { dryRun } from './support/dry-run';
import { commandsIn } from './support/example-plant';
import { type ExpectedWorkload, expectedWorkloads } from './support/expected-pods';
import { type Flux, startFlux } from './support/flux';
import { type KwokNodes, startKwok } from './support/kwok-nodes';
import type { Pod } from './support/pods';
import { makeAgeKey } from './support/sops';
import { startVolumeProvisioner, type VolumeProvisioner } from './support/volumes';

const PROVISIONER = 'rancher.io/local-path';

let workDir: WorkDir;
let controlPlane: ControlPlane;
let kwok: KwokNodes;
let volumes: VolumeProvisioner;
let flux: Flux;
let set: ManifestSet;
let workloads: readonly ExpectedWorkload[];

/** The example's central cluster on a real API server, applied by Flux's real controller from what the commands wrote to disk. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path });
  const keys = { cluster: await makeAgeKey(programs), owner: await makeAgeKey(programs) };
  const estate = structuredClone(example) as unknown as { centrals: { sheffield: { cluster: { secrets: unknown } } } };
  estate.centrals.sheffield.cluster.secrets = { clusterKey: keys.cluster.recipient, ownerKeys: [keys.owner.recipient] };
  const commands = commandsIn(workDir.path);
  await writeFile(commands.estateFile, JSON.stringify(estate));
  await commands.millwright('synth', '--only', 'sheffield');
  const [central] = checkEstate(estate).centralClusters as [CentralCluster];
  set = centralManifests(central);
  await commands.fillSecrets('sheffield', set.secrets, keys.owner, programs.path('sops'));
  const folder = join(commands.out, 'sheffield');

  const capacity = { cpu: '8', memory: '32Gi', 'ephemeral-storage': '200Gi' };
  kwok = await startKwok(
    controlPlane,
    ['c1', 'c2', 'c3'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { capacity } })),
  );
  volumes = startVolumeProvisioner(controlPlane.api, PROVISIONER);
  flux = await startFlux({ controlPlane });
  await controlPlane.apply(storageClass(PROVISIONER, central.storage.class), ...bootstrapSecrets(keys.cluster.identity, 'sheffield'));
  workloads = expectedWorkloads(
    set.entries.map(({ object }) => object),
    3,
  ).filter(({ namespace }) => namespace === CENTRAL_NAMESPACE);
  await controlPlane.kubectl(['apply', '--server-side', '--validate=strict', '-k', join(folder, 'flux')]);
  await flux.deliver(folder, { gitRepositoryName: 'cluster' });
  await flux.waitForReady('cluster', 60_000);
  // As a load balancer does once it has an address for a Service.
  await eventually('the Service of the routes to be there', 240_000, () =>
    controlPlane.kubectl([
      ...['patch', 'service', 'ingress', '-n', CENTRAL_NAMESPACE, '--subresource=status', '--type=merge'],
      ...['-p', JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } })],
    ]),
  );
}, 40 * 60_000);

afterAll(async () => {
  await flux?.stop();
  await volumes?.stop();
  await kwok?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

test('every phase becomes ready: definitions before what is of them, the KDC and its operator before what has keys', async () => {
  for (const name of ['flux-controllers', 'platform', 'secrets', 'operators', 'data', 'scheduled']) await flux.waitForReady(name, 240_000);
}, 600_000);

test('every pod of the centre is admitted under Pod Security restricted, fits, and runs', async () => {
  const wanted = workloads.map(({ name }) => name).sort();
  await eventually(`${wanted.length} pods to run`, 120_000, async () => {
    const { items } = await controlPlane.api.get<{ items: Pod[] }>(`/api/v1/namespaces/${CENTRAL_NAMESPACE}/pods`);
    const running = items
      .filter(({ metadata, status }) => metadata.labels?.['batch.kubernetes.io/job-name'] === undefined && status?.phase === 'Running')
      .map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] ?? '');
    if (JSON.stringify(running.sort()) !== JSON.stringify(wanted))
      throw new Error(`of ${wanted.join(', ')} there run ${running.join(', ')}`);
  });
  await expect(controlPlane.apply(pod(CENTRAL_NAMESPACE, 'privileged', { securityContext: { privileged: true } }))).rejects.toThrow(
    /violates PodSecurity "restricted:v1.34"/,
  );
}, 300_000);

test('every object passes a server-side dry run with strict validation, custom resources against their own definitions', async () => {
  const objects = set.entries.map(({ object }) => object);
  expect(objects.filter(({ kind }) => kind === 'KerberosKey').length).toBeGreaterThan(20);
  expect(await dryRun(controlPlane, objects)).toHaveLength(objects.length);
});

test('a Secret is read by the operator of Kerberos keys, and two by what makes its own key; nobody lists them or makes pods', async () => {
  // Flux itself may do everything, and test/cluster/flux-itself.test.ts tells of it.
  const named = (kind: string) =>
    set.entries
      .filter(({ component, object }) => component !== FLUX_COMPONENT && object.kind === kind)
      .map(({ object }) => object.metadata.name);
  const accounts = named('ServiceAccount');
  const may = async (account: string, verb: string, resource: string, namespace = CENTRAL_NAMESPACE) => {
    const as = `system:serviceaccount:${CENTRAL_NAMESPACE}:${account}`;
    const answer = await controlPlane
      .kubectl(['auth', 'can-i', verb, resource, '--namespace', namespace, '--as', as])
      .catch((error: Error) => error.message);
    return answer.trim() === 'yes';
  };
  const who = async (verb: string, resource: string, namespace?: string) => {
    const answers = await Promise.all(accounts.map(async (account) => [account, await may(account, verb, resource, namespace)] as const));
    return answers.filter(([, yes]) => yes).map(([account]) => account);
  };
  expect(accounts.length).toBeGreaterThan(20);
  expect(named('Role').sort()).toEqual(['historian-setup', 'kdc', 'krb-keys-operator', 'service-setup']);
  expect(named('ClusterRole')).toEqual([]);
  expect(await who('get', 'secrets')).toEqual(['krb-keys-operator']);
  expect((await who('get', 'secret/krb5-keytabs')).sort()).toEqual(['kdc', 'krb-keys-operator']);
  expect((await who('get', 'secret/krb5-passwords')).sort()).toEqual(['kdc', 'krb-keys-operator']);
  expect(await who('get', 'secret/historian-tokens')).toEqual(['krb-keys-operator']);
  expect((await who('patch', 'secret/historian-tokens')).sort()).toEqual(['historian-setup', 'krb-keys-operator']);
  expect(await who('list', 'secrets')).toEqual([]);
  expect(await who('get', 'secrets', 'kube-system')).toEqual([]);
  expect(await who('create', 'pods')).toEqual([]);
}, 300_000);
