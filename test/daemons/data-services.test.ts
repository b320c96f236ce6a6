import { App, Chart } from 'cdk8s';
import { Historian } from '../../constructs/central/historian';
import { PlantDataIngester } from '../../constructs/central/plant-data-ingester';
import { SparkplugHistorian } from '../../constructs/central/sparkplug-historian';
import { requiredSecrets } from '../../constructs/kube/requirements';
import { FORWARD_PORT } from '../../infra/influxdb/forward';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import type { KubeObject, ManifestSet } from '../../stacks/manifest/manifest-set';
import { newAuthority } from '../../stacks/secrets/authority';
import { exampleCentral } from '../support/centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { type CentreLayout, layOutCentre } from './support/centre-layout';
import { DebianPod, run, type ScriptPodTemplate } from './support/debian-pod';
import { filesOf, objectOf } from './support/files';
import { openGate } from './support/gate';
import { type Host, makeNetwork, onHost } from './support/network';

let workDir: WorkDir;
let group: ProcessGroup;
let centre: CentreLayout;
let forward: DebianPod;
let host: Host;

/** A client as historian-sparkplug has it: with an agent of node:http, whatever the URL. Prints the status. */
const CLIENT = `
const { Agent } = require('node:http');
const [url, token, lines] = process.argv.slice(1);
const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
const asked = request(url + '/api/v2/write?org=default&bucket=default&precision=ns', {
  method: 'POST', agent: new Agent({ keepAlive: true }), headers: { authorization: 'Token ' + token },
}, ({ statusCode }) => { console.log(statusCode); process.exit(0); });
asked.on('error', (error) => { console.log(error.message); process.exit(1); });
asked.end(lines);
`;

const client = (url: string, lines: string) => {
  const { program, args } = onHost(host, process.execPath, [
    '-e',
    CLIENT,
    url,
    centre.secretDoor.tokens['historian-sparkplug'] ?? '',
    lines,
  ]);
  return run(program, args, {});
};
const probe = (kind: 'liveness' | 'readiness') => forward.exec(commands[kind]);
let commands: Record<'liveness' | 'readiness', readonly string[]>;

beforeAll(async () => {
  const programs = await getPrograms();
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  const cluster = exampleCentral();
  const chart = new Chart(new App(), 'centre');
  new Historian(chart, 'historian', { central: cluster });
  new PlantDataIngester(chart, 'ingester', { central: cluster });
  new SparkplugHistorian(chart, 'sparkplug', { central: cluster });
  const set: ManifestSet = {
    cluster: cluster.name,
    entries: (chart.toJson() as KubeObject[]).map((object) => ({ component: 'centre', phase: 'data', protect: false, object })),
    secrets: requiredSecrets(chart).map((secret) => ({ ...secret, source: secret.source ?? ('sops' as const) })),
  };
  const network = await makeNetwork(group);
  const gate = await openGate(group, await network.host('test', '10.244.0.1'));
  const authority = newAuthority(cluster.name, new Date());
  const broker = await network.host('central', '192.0.2.1');
  centre = await layOutCentre({ cluster, set, programs, group, network, gate, broker, publicAuthorities: '', authority });
  host = await network.host('sparkplug', '192.0.2.31');
  const { spec } = objectOf(set, 'Deployment', CENTRAL_NAMESPACE, 'historian-sparkplug') as unknown as {
    spec: { template: { spec: { containers: ScriptPodTemplate['containers'][0][]; volumes: ScriptPodTemplate['volumes'] } } };
  };
  const container = spec.template.spec.containers.find(({ command }) => command.some((word) => word.endsWith('forward.cjs')));
  if (!container) throw new Error('nothing carries to the historian');
  commands = {
    liveness: container.livenessProbe?.exec?.command ?? [],
    readiness: container.readinessProbe?.exec?.command ?? [],
  };
  const files = filesOf(
    set,
    authority,
    () => ({ username: '', password: '' }),
    (text) => text,
  );
  forward = new DebianPod(group, {
    name: 'forward',
    template: { containers: [{ ...container, args: [] }], volumes: spec.template.spec.volumes },
    host,
    hosts: '127.0.0.1 localhost\n192.0.2.10 historian.factory-plus.svc.cluster.local\n',
    files: (kind, name) => files(kind, CENTRAL_NAMESPACE, name),
    claim: (name) => {
      throw new Error(`it has no volume ${name}`);
    },
  });
  await centre.historian.start();
  expect(await centre.setup.run()).toMatchObject({ code: 0 });
  forward.start();
  await forward.ready();
}, 120_000);

afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

test('a client with an agent of node:http cannot ask the historian itself, which is why something carries for it', async () => {
  const { code, said } = await client('https://historian.factory-plus.svc.cluster.local:8086', 'x value=1');
  expect([code, said]).not.toEqual([0, '204\n']);
  expect(said).toContain('Protocol "https:" not supported. Expected "http:"');
});

test('what carries for the Sparkplug historian writes its rows over TLS, many at once', async () => {
  const lines = Array.from(
    { length: 5_000 },
    (_, index) => `m:d,device=d${index % 7} value=${index} ${1_760_000_000_000_000_000n + BigInt(index)}`,
  );
  const each = [lines.slice(0, 2_500), lines.slice(2_500)].map((some) => client(`http://127.0.0.1:${FORWARD_PORT}`, some.join('\n')));
  for (const ended of await Promise.all(each)) expect(ended).toMatchObject({ code: 0, said: '204\n' });
  expect(await centre.historian.rows('default', 'm:d')).toHaveLength(5_000);
});

test('while the historian is away it is alive and not ready, and the client is told at once', async () => {
  await centre.historian.pod.kill();
  expect((await probe('liveness')).code).toBe(0);
  expect((await probe('readiness')).code).toBe(1);
  expect((await client(`http://127.0.0.1:${FORWARD_PORT}`, 'x value=1')).code).toBe(1);
  await centre.historian.start();
  expect((await probe('readiness')).code).toBe(0);
});

test('nobody outside the pod can use it', async () => {
  const { said } = await client(`http://192.0.2.31:${FORWARD_PORT}`, 'x value=1');
  expect(said).toContain('ECONNREFUSED');
});
