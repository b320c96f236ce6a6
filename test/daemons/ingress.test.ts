import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect as connectMqtt, MqttClient } from 'mqtt';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_COMPONENTS } from '../../infra/model/central-components';
import { certifiedHosts, entryPointsOf, hostOf, httpRoutesOf } from '../../infra/model/routes';
import { PING_PORT } from '../../infra/traefik/configuration';
import { newAuthority } from '../../stacks/secrets/authority';
import { exampleCentral } from '../support/centre';
import { eventually, pause } from '../support/wait';
import { IngressOnTrial } from './support/ingress';

const secureCentre = exampleCentral();
const { domain } = secureCentre.contract;
const insecureCentre: CentralCluster = {
  ...secureCentre,
  contract: {
    ...secureCentre.contract,
    tls: false,
    mqtt: { host: `mqtt.${domain}`, port: 1883 },
    git: { url: `http://git.${domain}`, port: 80 },
  },
};
const doors = CENTRAL_COMPONENTS.ingress.ports;

/** Every host with the component that answers it, but the broker's. */
const hostsOf = (central: CentralCluster) =>
  httpRoutesOf(central)
    .filter(({ to }) => to !== 'mqtt')
    .map((route) => [hostOf(route, central.contract), route.to] as const);

/** A client of the broker over a connection that is there. */
async function mqttOver(socket: Duplex, clientId: string, connectTimeout = 10_000): Promise<MqttClient> {
  const client = new MqttClient(() => socket as never, {
    clientId,
    protocolVersion: 4,
    reconnectPeriod: 0,
    keepalive: 0,
    connectTimeout,
  });
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('close', () => reject(new Error('the broker did not answer')));
  });
  return client;
}

/** Sends a message from one client to another. */
async function carries(from: MqttClient, to: MqttClient, payload: string): Promise<string> {
  await to.subscribeAsync('data/v1/leeds/press-1', { qos: 1 });
  const came = new Promise<string>((resolve) => {
    to.once('message', (_, content) => resolve(content.toString()));
  });
  await from.publishAsync('data/v1/leeds/press-1', payload, { qos: 1 });
  return came;
}

/** What comes back over TCP for a text. */
async function echoed(socket: Duplex, text: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(text);
  return `${(await answer)[0]}`;
}

describe('the ingress of a secure installation', () => {
  let trial: IngressOnTrial;
  beforeAll(async () => {
    trial = await IngressOnTrial.of(secureCentre);
  });
  afterAll(() => trial?.end());

  test.each(hostsOf(secureCentre))(
    '%s is answered by %s, over TLS that holds for that name, and told by which name it was asked',
    async (host, component) => {
      const asked = await trial.reached(host, '/some/path?with=query', {
        tls: true,
        method: 'POST',
        headers: { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'http', 'x-forwarded-for': '198.51.100.1' },
      });
      expect([asked.name, asked.url]).toEqual([component, '/some/path?with=query']);
      expect(asked.headers).toMatchObject({
        host,
        'x-forwarded-host': host,
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '10.244.0.1',
        'x-real-ip': '10.244.0.1',
      });
    },
  );

  test('a host that has no route is answered with 404, and its name is in no certificate', async () => {
    const { status } = await trial.ask(`manager.${domain}`, '/', { tls: true, servername: `git.${domain}` });
    expect(status).toBe(404);
    await expect(trial.secure(`manager.${domain}`, doors.websecure.pod)).rejects.toThrow(/not in the cert/);
    expect((await trial.ask('evil.example.com', '/', { tls: false })).status).toBe(404);
  });

  test('what the Directory carries out for everybody has no route, however it is spelt', async () => {
    const of = async (path: string) => (await trial.ask(`directory.${domain}`, path, { tls: true })).status;
    for (const path of ['/load', '/load/', '/load?x=1', '/LOAD', '/Load/', '/%4Coad', '/%6c%6f%61%64', '//load', '/x/../load'])
      expect([path, await of(path)]).toEqual([path, 404]);
    expect(await of('/v1/service')).toBe(200);
  });

  test('a body of 64 MiB passes, as Git pushes them', async () => {
    const body = Buffer.alloc(64 << 20, 'pack');
    expect(await trial.reached(`git.${domain}`, '/git/a/b/git-receive-pack', { tls: true, method: 'POST', body })).toMatchObject({
      bytes: body.length,
    });
  });

  test('without TLS every host sends to the same page over TLS, and nothing else', async () => {
    for (const host of certifiedHosts(secureCentre)) {
      expect(await trial.ask(host, '/a%2Fb?c=d', { tls: false })).toMatchObject({ status: 301, location: `https://${host}/a%2Fb?c=d` });
    }
  });

  test('MQTT passes over TLS and over a WebSocket, to the same broker', async () => {
    const plain = await mqttOver(await trial.secure(`mqtt.${domain}`, doors.mqttsecure.pod), 'over-tls');
    const named = await mqttOver(await trial.secure(`mqtt.${domain}`, doors.mqttsecure.pod, ['mqtt']), 'with-alpn');
    const socket = await trial.secure(`mqtt.${domain}`, doors.websecure.pod);
    const web = connectMqtt(`wss://mqtt.${domain}/`, {
      clientId: 'browser',
      reconnectPeriod: 0,
      wsOptions: { createConnection: (() => socket) as never },
    });
    await new Promise<void>((resolve) => {
      web.once('connect', () => resolve());
    });
    expect(await carries(plain, web, 'to the browser')).toBe('to the browser');
    expect(await carries(web, named, 'to the plant')).toBe('to the plant');
    for (const client of [plain, named, web]) await client.endAsync();
  });

  test('MQTT without TLS is not taken, neither where TLS is expected nor on a port of its own', async () => {
    await expect(mqttOver(trial.gate.connect(trial.pod.address, doors.mqttsecure.pod), 'in-clear', 1_000)).rejects.toThrow(
      'the broker did not answer',
    );
    expect(await trial.gate.accepts(trial.pod.address, doors.mqtt.pod)).toBe(false);
  });

  test.each([
    ['kdc', 'kdc.kerberos'],
    ['kpasswd', 'kdc.kpasswd'],
    ['kadmin', 'kdc.kerberos-adm'],
  ] as const)('TCP of %s is passed to %s as it is', async (door, service) => {
    const socket = trial.gate.connect(trial.pod.address, doors[door].pod);
    expect(await echoed(socket, '\u0000\u0000\u0001binary')).toBe(`${service}:\u0000\u0000\u0001binary`);
    socket.destroy();
  });

  test('there is no dashboard and no API, on any door', async () => {
    for (const path of ['/api/rawdata', '/dashboard/', '/debug/vars', '/metrics']) {
      expect([path, await trial.gate.status(trial.pod.address, PING_PORT, path)]).toEqual([path, 404]);
      expect([path, (await trial.ask('traefik', path, { tls: true, servername: `git.${domain}` })).status]).toEqual([path, 404]);
    }
  });

  test('the log tells who asked which host and how it ended, and neither paths, users, tokens nor passwords', async () => {
    const secrets = ['s3cret-query', 's3cret-basic', 's3cret-bearer', 's3cret-path', 's3cret-agent'];
    const basic = Buffer.from('s3cret-user:s3cret-basic').toString('base64');
    for (const authorization of [`Basic ${basic}`, 'Bearer s3cret-bearer']) {
      await trial.ask(`influxdb.${domain}`, '/s3cret-path?p=s3cret-query', {
        tls: true,
        headers: { authorization, 'user-agent': 's3cret-agent', cookie: 's3cret-cookie' },
      });
    }
    const log = await eventually('both requests in the log', 10_000, () => {
      const text = trial.pod.log(10_000);
      const requests = text.split('\n').filter((line) => line.includes(`influxdb.${domain}`));
      if (requests.length < 2) throw new Error(text);
      return text;
    });
    expect(log).toMatch(/"ClientHost":"10\.244\.0\.1".*"DownstreamStatus":200.*"RequestHost":"influxdb\.factory\.example\.com"/);
    expect([...secrets, basic, 's3cret-user', 's3cret-cookie'].filter((secret) => log.includes(secret))).toEqual([]);
  });

  test('a renewed certificate, and changed routes, are taken while connections go on, each time', async () => {
    const { pid } = trial.pod;
    const client = await mqttOver(await trial.secure(`mqtt.${domain}`, doors.mqttsecure.pod), 'stays');
    const routes = trial.files('configMap', 'factory-plus', 'ingress-routes');
    const withoutGrafana = { 'routes.toml': `${routes['routes.toml']}`.replaceAll(`grafana.${domain}`, `charts.${domain}`) };
    for (const changed of [routes, withoutGrafana, routes]) {
      const certificate = trial.newCertificate([...certifiedHosts(secureCentre), `charts.${domain}`]);
      const serial = async (port: number) => {
        const socket = await trial.secure(`mqtt.${domain}`, port);
        const { raw } = socket.getPeerCertificate();
        socket.destroy();
        return raw.toString('base64');
      };
      const fresh = certificate['tls.crt']?.replace(/-----[^-]+-----|\n/g, '');
      expect(await serial(doors.websecure.pod)).not.toBe(fresh);
      trial.change({ ...changed, ...certificate });
      for (const port of [doors.websecure.pod, doors.mqttsecure.pod]) {
        await eventually(`the new certificate on ${port}`, 20_000, async () => {
          if ((await serial(port)) !== fresh) throw new Error('the old one is shown');
        });
      }
      await eventually('the routes of the new files', 20_000, async () => {
        const [there, gone] = changed === routes ? ['grafana', 'charts'] : ['charts', 'grafana'];
        const statusOf = async (label: string) =>
          (await trial.ask(`${label}.${domain}`, '/', { tls: true, servername: `git.${domain}` })).status;
        expect([await statusOf(there), await statusOf(gone)]).toEqual([200, 404]);
      });
      expect(await carries(client, client, serialText(fresh))).toBe(serialText(fresh));
    }
    expect([client.connected, trial.pod.pid]).toEqual([true, pid]);
    await client.endAsync();
  });
});

const serialText = (certificate = '') => certificate.slice(0, 40);

describe('what is behind the ingress', () => {
  test('a historian whose certificate another authority signed is told nothing', async () => {
    const trial = await IngressOnTrial.of(secureCentre, { historianAuthority: newAuthority('centre', new Date()) });
    try {
      const { status, body } = await trial.ask(`influxdb.${domain}`, '/query?p=secret', { tls: true });
      expect([status, body]).toEqual([500, 'Internal Server Error']);
      expect((await trial.reached(`auth.${domain}`, '/', { tls: true })).name).toBe('auth');
    } finally {
      await trial.end();
    }
  });

  test('a connection that has begun may be silent for longer than a client may take to greet, and one that says nothing is ended', async () => {
    const trial = await IngressOnTrial.of(secureCentre, {
      rewrite: (text) => text.replace(/readTimeout = "[^"]+"/g, 'readTimeout = "200ms"'),
    });
    try {
      const client = await mqttOver(await trial.secure(`mqtt.${domain}`, doors.mqttsecure.pod), 'silent');
      const kadmin = trial.gate.connect(trial.pod.address, doors.kadmin.pod);
      expect(await echoed(kadmin, 'a')).toBe('kdc.kerberos-adm:a');
      const mute = trial.gate.connect(trial.pod.address, doors.mqttsecure.pod);
      mute.resume();
      await once(mute, 'close');
      await pause(1_000);
      expect(await carries(client, client, 'still there')).toBe('still there');
      expect(await echoed(kadmin, 'b')).toBe('kdc.kerberos-adm:b');
      await client.endAsync();
      kadmin.destroy();
    } finally {
      await trial.end();
    }
  });
});

describe('the ingress of an insecure installation', () => {
  let trial: IngressOnTrial;
  beforeAll(async () => {
    trial = await IngressOnTrial.of(insecureCentre);
  });
  afterAll(() => trial?.end());

  test.each(hostsOf(insecureCentre))('%s is answered by %s in clear, and told so', async (host, component) => {
    const asked = await trial.reached(host, '/', { tls: false, headers: { 'x-forwarded-proto': 'https' } });
    expect(asked.name).toBe(component);
    expect(asked.headers).toMatchObject({ 'x-forwarded-host': host, 'x-forwarded-proto': 'http' });
  });

  test('MQTT passes in clear, and nothing speaks TLS', async () => {
    const client = await mqttOver(trial.gate.connect(trial.pod.address, doors.mqtt.pod), 'in-clear');
    expect(await carries(client, client, 'in clear')).toBe('in clear');
    await client.endAsync();
    expect(entryPointsOf(insecureCentre.contract)).toEqual(['web', 'mqtt', 'kdc', 'kpasswd', 'kadmin']);
    for (const door of ['websecure', 'mqttsecure'] as const)
      expect(await trial.gate.accepts(trial.pod.address, doors[door].pod)).toBe(false);
  });

  test('a host that has no route is answered with 404', async () => {
    expect((await trial.ask(`manager.${domain}`, '/', { tls: false })).status).toBe(404);
  });
});
