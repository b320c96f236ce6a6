import { chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../constructs/kube/pod';
import type { Plant } from '../../infra/model/plant';
import { plantManifests } from '../../stacks/manifest/build';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { examplePlant, withOneBroker } from './support/example';
import { objectOf } from './support/files';
import type { TestClient } from './support/mqtt';
import type { Host } from './support/network';
import { PlantOnTrial } from './support/plant';

/** The gateway of docs/protocols/custom.md. */
const GATEWAY = join(__dirname, 'support', 'mill-gateway.cjs');

/** A mill that answers whoever connects. */
const MILL = `require('net').createServer((s) => s.on('error', () => {}).end('1450.5;cutting;17\\n')).listen(5000)`;

interface Template {
  readonly containers: readonly [
    {
      readonly args: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: number } };
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
    },
  ];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

describe('a gateway of the plant’s own', () => {
  let plant: Plant;
  let trial: PlantOnTrial;
  let workDir: WorkDir;
  let host: Host;
  let reader: TestClient;
  let template: Template;

  beforeAll(async () => {
    workDir = await makeWorkDir();
    plant = examplePlant((estate) => {
      withOneBroker(estate);
      estate.machineTypes.mill = {
        protocol: 'custom',
        image: 'registry.example.com/gateways/mill:1.4.0',
        health: { port: 8080, path: '/health' },
        ports: [{ port: 5000, purpose: 'the mill’s own protocol' }],
        secrets: { service: { purpose: 'the service user of the mill' } },
        points: { speed: { type: 'real', unit: '1/min' }, state: { type: 'string', maxBytes: 20 }, parts: { type: 'integer' } },
      };
      estate.plants.leeds.machines['mill-1'] = { type: 'mill', address: '10.20.1.61' };
    });
    const deployment = objectOf(plantManifests(plant), 'Deployment', 'machines', 'mill-1');
    template = (deployment.spec as { template: { spec: Template } }).template.spec;
    trial = await PlantOnTrial.of(plant);
    await Promise.all([trial.startBroker(), trial.central.start()]);
    reader = await trial.reader();
    await reader.subscribe('data/v1/leeds/mill-1');
    await trial.startTelegraf(trial.publisher);
    trial.startOn(await trial.network.host('mill', '10.20.1.61'), 'mill', process.execPath, ['-e', MILL]);
    host = await trial.network.host('mill-1', '10.244.0.60');
  }, 90_000);
  afterAll(async () => {
    await trial?.end();
    await workDir?.remove();
  });

  /** Starts the program as the rendered pod would its image: its environment and files, its user, on a root of its own that is read-only. */
  function start(): void {
    const [container] = template.containers;
    const root = mkdtempSync(join(workDir.path, 'root-'));
    const folder = (name: string, files: Readonly<Record<string, string>>) => {
      const path = join(workDir.path, name);
      mkdirSync(path, { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        writeFileSync(join(path, file), text, { mode: 0o440 });
        chownSync(join(path, file), 0, POD_USER);
      }
      return path;
    };
    const { certificate, key } = trial.certificate('mill-1');
    const secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'mill-1-client-tls': { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': trial.trusted },
      'mill-1-service': { username: 'service', password: 'secret' },
    };
    const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }) => {
      const secret = template.volumes.find((volume) => volume.name === name)?.secret?.secretName;
      const path = folder(name, secret === undefined ? {} : (secrets[secret] ?? {}));
      if (!readOnly) chownSync(path, POD_USER, POD_USER);
      return `${path} ${mountPath} ${readOnly ? 'ro' : 'rw'}`;
    });
    const [broker] = trial.brokers;
    const etc = folder('etc', { hosts: `${broker?.address} plant-broker.messaging.svc.cluster.local\n` });
    // What the image holds.
    mounts.push(`${etc}/hosts /etc/hosts ro`, `${GATEWAY} /app/gateway.cjs ro`);
    mounts.push(`${join(__dirname, '..', '..', 'node_modules')} /app/node_modules ro`);
    const variables = container.env.map(({ name, value }) => `${name}=${value}`);
    const image = ['/usr/bin/env', '-i', ...variables, process.execPath, '/app/gateway.cjs', ...container.args];
    const script = join(__dirname, 'support', 'debian-pod.sh');
    trial.startOn(host, 'gateway', '/usr/bin/unshare', [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      script,
      root,
      mounts.join('\n'),
      '--',
      ...image,
    ]);
  }

  test('is told where the broker, its topic, its certificate and its machine are, and every point that it publishes reaches the centre', async () => {
    start();
    const { httpGet } = template.containers[0].readinessProbe;
    await eventually('the health check', 30_000, async () => {
      expect(await trial.gate.status(host.address, httpGet.port, httpGet.path)).toBe(200);
    });
    const { payload } = await reader.waitFor('a reading', 20_000, ({ payload }) => payload.includes('point=parts'));
    const lines = payload
      .trim()
      .split('\n')
      .slice(0, 3)
      .map((text) => text.replace(/ [0-9]{13}000000$/, ' TIME'));
    expect(lines.sort()).toEqual([
      'point,machine=mill-1,plant=leeds,point=parts,type=integer integer=17i,quality=192i TIME',
      'point,machine=mill-1,plant=leeds,point=speed,type=real,unit=1/min real=1450.5,quality=192i TIME',
      'point,machine=mill-1,plant=leeds,point=state,type=string string="cutting",quality=192i TIME',
    ]);
  });

  test('may publish on its own topic only, as every gateway', async () => {
    const gateway = await trial.client('mill-1', { clientId: 'as-mill-1' });
    await gateway.publish('data/v1/leeds/press-1', 'forged');
    expect(await gateway.subscribe('data/v1/leeds/+')).toBe(false);
    expect(trial.brokers[0]?.log()).toContain('"as-mill-1" - Publish Violation - Subject "data.v1.leeds.press-1"');
  });

  test('the documentation shows the program that ran here', () => {
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'protocols', 'custom.md'), 'utf8');
    expect(page).toContain(readFileSync(GATEWAY, 'utf8'));
  });
});
