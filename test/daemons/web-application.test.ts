import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Historian } from '../../constructs/central/historian';
import { PlantDataIngester } from '../../constructs/central/plant-data-ingester';
import { PublicAuthority } from '../../constructs/central/public-authority';
import { WebApplication } from '../../constructs/central/web-application';
import { requiredSecrets } from '../../constructs/kube/requirements';
import { dashboardQueries } from '../../infra/grafana/dashboard';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { centralGrants } from '../../infra/model/contract';
import { SIGNALS } from '../../infra/model/signal';
import type { KubeObject, ManifestSet } from '../../stacks/manifest/manifest-set';
import { issueCertificate, newAuthority, trustedCertificates } from '../../stacks/secrets/authority';
import { exampleCentral } from '../support/centre';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { CentralBroker } from './support/central-broker';
import { type CentreLayout, layOutCentre } from './support/centre-layout';
import { DebianPod, type ScriptPodTemplate } from './support/debian-pod';
import { filesOf, objectOf } from './support/files';
import { type Gate, openGate } from './support/gate';
import { TestClient } from './support/mqtt';
import { type Host, makeNetwork } from './support/network';

const APPLICATION = 'sv1webapplicationapi';
const LOGINS: Record<string, string> = {
  [APPLICATION]: 'so "many" $words \\',
  leeds: 'leeds',
  york: 'york',
  sv1plantdataingester: 'ingester',
};
const HISTORIAN = 'historian.factory-plus.svc.cluster.local';
const part = (name: string) => ({ image: `registry.factory.example.com/plants/${name}:1.0.0`, health: { path: '/health' } });

let workDir: WorkDir;
let group: ProcessGroup;
let gate: Gate;
let centre: CentreLayout;
let broker: CentralBroker;
let backEnd: { pod: DebianPod; host: Host };
let frontEnd: { pod: DebianPod; host: Host };
let leeds: TestClient;
let york: TestClient;

/** Asks the front end, as a browser does. */
function ask(method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { createConnection: () => gate.connect(frontEnd.host.address, 8080), method, path, headers: { host: 'app', connection: 'close' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more) => (text += more));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

beforeAll(async () => {
  const programs = await getPrograms();
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  const authority = newAuthority('public', new Date());
  const pem = trustedCertificates(authority, new Date()).join('');
  const plain = exampleCentral({ webApplication: { frontEnd: part('front-end'), backEnd: part('back-end'), commands: ['leeds'] } });
  const cluster = { ...plain, contract: { ...plain.contract, certificateAuthority: pem } };
  const chart = new Chart(new App(), 'centre');
  new Historian(chart, 'historian', { central: cluster });
  new PlantDataIngester(chart, 'ingester', { central: cluster });
  new PublicAuthority(chart, 'authority', { central: cluster });
  if (cluster.webApplication) new WebApplication(chart, 'application', { central: cluster, webApplication: cluster.webApplication });
  const set: ManifestSet = {
    cluster: cluster.name,
    entries: (chart.toJson() as KubeObject[]).map((object) => ({ component: 'centre', phase: 'data', protect: false, object })),
    secrets: requiredSecrets(chart).map((secret) => ({ ...secret, source: secret.source ?? ('sops' as const) })),
  };
  const network = await makeNetwork(group);
  gate = await openGate(group, await network.host('test', '10.244.0.1'));
  const host = await network.host('central', '192.0.2.1');
  const own = newAuthority(cluster.name, new Date());
  centre = await layOutCentre({ cluster, set, programs, group, network, gate, broker: host, publicAuthorities: pem, authority: own });
  const grantsOf = (plant: string, who: string) => {
    const grant = centralGrants(plant, SIGNALS).find((one) => one.who === who);
    return { publish: grant?.publish ?? [], subscribe: grant?.subscribe ?? [] };
  };
  broker = new CentralBroker(group, {
    host,
    gate,
    port: cluster.contract.mqtt.port,
    mosquitto: programs.mosquitto,
    certificate: issueCertificate(
      authority,
      { kind: 'certificate', commonName: 'central', dnsNames: [cluster.contract.mqtt.host], usages: ['server'] },
      new Date(),
    ),
    authority: pem,
    users: LOGINS,
    // What the generated grants give to the commander of leeds, and nothing for york.
    grants: { [APPLICATION]: grantsOf('leeds', 'commander'), leeds: grantsOf('leeds', 'plant'), york: grantsOf('york', 'plant') },
  });
  const files = filesOf(
    set,
    own,
    () => ({ username: APPLICATION, password: LOGINS[APPLICATION] ?? '' }),
    (text) => text,
  );
  const pod = async (name: string, address: string, program: string) => {
    const at = await network.host(name, address);
    const { spec } = objectOf(set, 'Deployment', CENTRAL_NAMESPACE, name) as unknown as { spec: { template: { spec: ScriptPodTemplate } } };
    const [container] = spec.template.spec.containers;
    const mount = (volume: string, mountPath: string) => ({ name: volume, mountPath, readOnly: true });
    return {
      host: at,
      pod: new DebianPod(group, {
        name,
        // The image's entry point, and what its image holds.
        template: {
          containers: [
            {
              ...container,
              // Here nothing leads from the port of the Service to that of its pod.
              env: container.env.map(({ name: variable, value }) =>
                variable === 'MILLWRIGHT_BACK_END' ? { name: variable, value: `${value}:8080` } : { name: variable, value: value ?? '' },
              ),
              command: [process.execPath, `/opt/program/${program}`],
              volumeMounts: [...container.volumeMounts, mount('program', '/opt/program'), mount('modules', '/opt/node_modules')],
            },
          ],
          volumes: spec.template.spec.volumes.map((volume) =>
            volume.name === 'broker-login' ? { name: volume.name, secret: { secretName: 'broker-login' } } : volume,
          ),
        },
        host: at,
        hosts: [
          '127.0.0.1 localhost',
          `${host.address} ${cluster.contract.mqtt.host}`,
          `192.0.2.10 ${HISTORIAN}`,
          '192.0.2.21 web-application-api.factory-plus.svc.cluster.local',
          '',
        ].join('\n'),
        files: (kind, fileSet) =>
          fileSet === 'broker-login'
            ? {
                ...files('configMap', CENTRAL_NAMESPACE, 'web-application-api-login'),
                ...files('secret', CENTRAL_NAMESPACE, 'web-application-api-login'),
              }
            : files(kind, CENTRAL_NAMESPACE, fileSet),
        claim: (volume) =>
          volume === 'modules'
            ? dirname(dirname(require.resolve('mqtt/package.json')))
            : join(__dirname, '..', 'support', 'web-application'),
      }),
    };
  };
  backEnd = await pod('web-application-api', '192.0.2.21', 'back-end.cjs');
  frontEnd = await pod('web-application', '192.0.2.22', 'front-end.cjs');
  await Promise.all([broker.start(), centre.historian.start()]);
  expect(await centre.setup.run()).toMatchObject({ code: 0 });
  const plant = (name: string) =>
    TestClient.connect(gate, {
      address: broker.address,
      port: cluster.contract.mqtt.port,
      serverName: cluster.contract.mqtt.host,
      ca: broker.authority,
      clientId: name,
      username: name,
      password: LOGINS[name] ?? '',
    });
  [leeds, york] = [await plant('leeds'), await plant('york')];
  expect(await leeds.subscribe('command/v1/leeds/jobs')).toBe(true);
  expect(await york.subscribe('command/v1/york/jobs')).toBe(true);
  backEnd.pod.start();
  frontEnd.pod.start();
  await eventually('the back end to be connected', 30_000, async () => {
    const status = await gate.status(backEnd.host.address, 8080, '/health');
    if (status !== 200) throw new Error(backEnd.pod.log(5));
  });
  await eventually('the front end', 20_000, async () => {
    if ((await gate.status(frontEnd.host.address, 8080, '/')) !== 200) throw new Error(frontEnd.pod.log(5));
  });
}, 120_000);

afterAll(async () => {
  leeds?.drop();
  york?.drop();
  await group?.stop();
  await workDir?.remove();
});

test('the browser gets a row that a plant sent, by front end and back end as they are rendered', async () => {
  const now = BigInt(Date.now()) * 1_000_000n;
  const line = `point,plant=leeds,machine=press-1,point=main-pressure,type=REAL,unit=bar real=184.25,quality=192i ${now}`;
  expect((await centre.historian.ask('POST', '/write?db=plant-data&precision=ns', line)).status).toBe(204);
  const { status, body } = await ask('GET', '/api/last?plant=leeds&machine=press-1&point=main-pressure');
  expect(status).toBe(200);
  const [{ series }] = (JSON.parse(body) as { results: [{ series: [{ columns: string[]; values: unknown[][] }] }] }).results;
  const row = Object.fromEntries(series[0].columns.map((column, index) => [column, series[0].values[0]?.[index]]));
  expect(row).toMatchObject({ real: 184.25, quality: 192, unit: 'bar' });
});

test('the account of the back end reads production data and figures, and neither logs nor what was refused, and writes nothing', async () => {
  const { historian } = centre;
  const password = createHash('sha256').update(`${CENTRAL_NAMESPACE}/historian-web-application`).digest('base64url').slice(0, 32);
  const authorization = `Basic ${Buffer.from(`web-application:${password}`).toString('base64')}`;
  const seen: string[] = [];
  for (const database of ['plant-data', 'plant-figures', 'plant-logs', 'plant-refused', 'default']) {
    expect((await historian.ask('POST', `/write?db=${database}`, 'seen value=1')).status).toBe(204);
    const { body } = await historian.ask('GET', `/query?db=${database}&q=select+*+from+seen`, '', authorization);
    if (body.includes('"values"')) seen.push(database);
    expect((await historian.ask('POST', `/write?db=${database}`, 'seen value=2', authorization)).status).toBeGreaterThanOrEqual(400);
  }
  expect(seen).toEqual(['plant-data', 'plant-figures']);
});

test("a command reaches the plant's topic, and its answer the browser", async () => {
  const command = { commandId: '5d1c7f6e-7c0a-4b51-9d5d-3a8c3a1b2f10', kind: 'start-job' };
  expect(await ask('POST', '/api/plants/leeds/commands', JSON.stringify(command))).toMatchObject({ status: 202 });
  await eventually('the command', 10_000, () => {
    if (leeds.received.length === 0) throw new Error(backEnd.pod.log(5));
  });
  expect(leeds.received).toEqual([expect.objectContaining({ topic: 'command/v1/leeds/jobs', payload: JSON.stringify(command) })]);
  await leeds.publish('answer/v1/leeds/jobs', JSON.stringify({ kind: 'accepted', commandId: command.commandId }));
  await eventually('the answer', 10_000, async () => {
    const { body } = await ask('GET', '/api/answers');
    expect(JSON.parse(body)).toEqual([{ topic: 'answer/v1/leeds/jobs', answer: { kind: 'accepted', commandId: command.commandId } }]);
  });
});

test('a plant that the model does not name gets no command of it', async () => {
  await ask('POST', '/api/plants/york/commands', '{"commandId":"x"}');
  // What comes after it on the same connection is there; Mosquitto answers a publication that it refuses as if it had taken it.
  expect(await ask('POST', '/api/plants/leeds/commands', '{"commandId":"after"}')).toMatchObject({ status: 202 });
  await eventually('the next command', 10_000, () => {
    expect(leeds.received.at(-1)?.payload).toBe('{"commandId":"after"}');
  });
  expect(york.received).toEqual([]);
});

test('an answer that came while the back end was away is there when it is back', async () => {
  await backEnd.pod.kill();
  await leeds.publish('answer/v1/leeds/jobs', JSON.stringify({ kind: 'ended', jobId: 'meanwhile' }));
  backEnd.pod.start();
  await eventually('the answer', 30_000, async () => {
    const { body } = await ask('GET', '/api/answers');
    expect(body).toContain('"jobId":"meanwhile"');
  });
});

test('every query of the dashboard is answered with rows to the account of Grafana', async () => {
  const { historian } = centre;
  const now = BigInt(Date.now()) * 1_000_000n;
  const fields = ['real=1.5', 'integer=3i', 'boolean=true', 'string="on"'];
  const lines = fields.map((field, index) => `point,plant=leeds,machine=press-1,point=p${index},type=X ${field},quality=192i ${now}`);
  expect((await historian.ask('POST', '/write?db=plant-data&precision=ns', lines.join('\n'))).status).toBe(204);
  const figure = `oee,plant=leeds,machine=press-1,period=shift oee=0.5,final=false ${now}`;
  expect((await historian.ask('POST', '/write?db=plant-figures&precision=ns', figure)).status).toBe(204);
  const password = createHash('sha256').update(`${CENTRAL_NAMESPACE}/historian-grafana`).digest('base64url').slice(0, 32);
  const authorization = `Basic ${Buffer.from(`grafana:${password}`).toString('base64')}`;
  const queries = dashboardQueries({ contract: exampleCentral().contract });
  expect(queries.length).toBeGreaterThan(6);
  for (const { database, query } of queries) {
    // As Grafana fills them in, where one is chosen.
    const filled = query
      .replaceAll('$plant', 'leeds')
      .replaceAll('$machine', 'press-1')
      .replaceAll('$timeFilter', 'time >= now() - 1h')
      .replaceAll('$__interval', '1m');
    expect(filled).not.toContain('/^$');
    const { body } = await historian.ask('GET', `/query?db=${database}&q=${encodeURIComponent(filled)}`, '', authorization);
    expect([filled, body]).toEqual([filled, expect.stringContaining('"values"')]);
    expect(body).not.toContain('"error"');
  }
});
