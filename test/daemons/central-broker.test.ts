import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mqttPermissions } from '../../infra/factory-plus/mqtt-permissions';
import type { XmlElement } from '../../infra/formats/xml';
import { MAY_SUBSCRIBE } from '../../infra/hivemq/may-subscribe';
import { NUMBERS, NUMBERS_PASSED } from '../../infra/hivemq/numbers-passed';
import { WRITTEN_AT_ONCE } from '../../infra/hivemq/written-at-once';
import { ingesterGrant } from '../../infra/model/contract';
import { SIGNALS } from '../../infra/model/signal';
import { issueCertificate, newAuthority } from '../../stacks/secrets/authority';
import { seeds } from '../support/campaign';
import { mayDo } from '../support/mqtt-permissions';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { pause } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { Disk } from './support/disk';
import { type Gate, openGate } from './support/gate';
import { HiveMqBroker, type HiveMqBrokerOptions } from './support/hivemq-broker';
import { type MqttLogin, TestClient } from './support/mqtt';
import { type Host, makeNetwork } from './support/network';
import { seededRandom } from './support/random';

jest.setTimeout(300_000);

const PORT = 8883;
const TOPIC = 'data/v1/leeds/press-1';
const authority = newAuthority('centre', new Date());
const certificate = issueCertificate(
  authority,
  { kind: 'certificate', commonName: 'mqtt', dnsNames: ['mqtt.factory.example.com'], usages: ['server'] },
  new Date(),
);
const USERS = { sv1leeds: 'leeds-1', sv1york: 'york-1', op1commander: 'commander-1', sv1ingester: 'ingester-1' };

/** Clients that publish at once. */
const HANDS = 20;

const TOPICS = [
  'data/v1/leeds/press-1',
  'data/v1/york/press-1',
  'data/v1/leeds',
  'data/v1/leeds/press-1/x',
  'oee/v1/leeds/press-1',
  'command/v1/leeds/jobs',
  'answer/v1/leeds/jobs',
  'answer/v1/leeds/jobs/',
  'x',
];
const FILTERS = [
  'data/v1/+/+',
  'data/v1/leeds/+',
  'data/v1/+/#',
  'data/v1/leeds/#',
  'data/v1/#',
  '#',
  '+/v1/+/+',
  'command/v1/leeds/jobs',
  'command/v1/+/jobs',
  'command/v1/leeds/jobs/',
  'command/v1/leeds/#',
  'answer/v1/leeds/jobs',
  '$share/g/data/v1/+/+',
  '$SYS/#',
];

let workDir: WorkDir;
let group: ProcessGroup;
let host: Host;
let gate: Gate;

beforeAll(async () => {
  await getPrograms();
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
  const network = await makeNetwork(group);
  host = await network.host('central', '198.51.100.1');
  gate = await openGate(group, await network.host('outside', '198.51.100.2'));
});
afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

async function broker(options: Partial<HiveMqBrokerOptions> = {}): Promise<HiveMqBroker> {
  const { hiveMq } = await getPrograms();
  return new HiveMqBroker(group, {
    ...{ host, gate, port: PORT, hiveMq, certificate, authority: authority.signing.certificate, users: USERS },
    ...options,
  });
}

/** Connects; tries again where a busy machine took too long. */
async function connect(username: keyof typeof USERS, options: Partial<MqttLogin> = {}, tries = 3): Promise<TestClient> {
  const login: MqttLogin = {
    ...{ address: host.address, port: PORT, serverName: 'mqtt.factory.example.com', clientId: username },
    ...{ ca: authority.signing.certificate, username, password: USERS[username] },
    ...options,
  };
  try {
    return await TestClient.connect(gate, login);
  } catch (error) {
    if (tries > 1 && (error as Error).message === 'connack timeout') return connect(username, options, tries - 1);
    throw error;
  }
}

/** Makes the ingester's session and leaves. */
async function makeSession(): Promise<void> {
  const ingester = await connect('sv1ingester', { clean: false });
  expect(await ingester.subscribe('data/v1/+/+')).toBe(true);
  await ingester.end();
}

/**
 * Publishes so many numbers from many hands; returns those that were acknowledged.
 *
 * @param fail is called once this many are acknowledged, and ends the broker. @default - it lives
 */
async function publish(from: number, count: number, fail?: () => Promise<void>): Promise<number[]> {
  const plant = await connect('sv1leeds');
  const acknowledged: number[] = [];
  let next = from;
  let failed: Promise<void> | undefined;
  const hand = async () => {
    while (fail || next < from + count) {
      const number = next++;
      try {
        await plant.publish(TOPIC, `${number} ${'x'.repeat(300)}`);
        acknowledged.push(number);
        if (fail && acknowledged.length >= count) failed ??= fail();
      } catch {
        // Of those that were under way nobody knows whether they came; they may, and need not.
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
  await failed;
  await plant.end();
  return acknowledged;
}

/** What comes to the ingester's session until nothing has come for a while. */
async function takeAll(quietMs = 3_000): Promise<Set<number>> {
  const ingester = await connect('sv1ingester', { clean: false });
  for (let seen = -1; seen < ingester.received.length; await pause(quietMs)) seen = ingester.received.length;
  await ingester.end();
  return new Set(ingester.received.map(({ payload }) => Number.parseInt(payload, 10)));
}

/** Does what the broker's pod does after each start, before it is ready. */
async function passNumbers(): Promise<void> {
  const [user, password] = ['user', 'password'].map((name) => join(workDir.path, name)) as [string, string];
  writeFileSync(user, 'sv1leeds');
  writeFileSync(password, USERS.sv1leeds);
  const [program = '', ...args] = [...host.enter, 'perl', '-e', NUMBERS_PASSED, '1883', 'oee/v1/leeds/none', `${NUMBERS}`, user, password];
  expect((await promisify(execFile)(program, args)).stdout).toBe(`passed ${NUMBERS} numbers\n`);
}

/** Messages that are acknowledged before the failure. */
const untilFailure = (seed: number) => 150 + Math.floor(seededRandom(seed)() * 450);

const missing = (expected: readonly number[], came: ReadonlySet<number>) => expected.filter((number) => !came.has(number));

describe('the central broker as it is generated', () => {
  const permissions = mqttPermissions(
    'FACTORY.EXAMPLE.COM',
    ['leeds', 'york'].map((name) => ({ name, signals: SIGNALS })),
    SIGNALS,
  );
  const roleOf = (who: string, plant?: string) => permissions.roles.find((role) => role.who === who && role.plant === plant)?.uuid ?? '';
  const roles: Record<keyof typeof USERS, string> = {
    sv1leeds: roleOf('plant', 'leeds'),
    sv1york: roleOf('plant', 'york'),
    op1commander: roleOf('commander', 'leeds'),
    sv1ingester: roleOf('ingester'),
  };
  const grants = {
    templates: permissions.templates,
    grants: Object.entries(roles).flatMap(([user, role]) =>
      permissions.grants.filter(({ principal }) => principal === role).map((grant) => ({ user, ...grant })),
    ),
  };
  let disk: Disk;
  let hiveMq: HiveMqBroker;
  let acknowledged: number[] = [];

  beforeAll(async () => {
    disk = await Disk.make(group, 'generated');
    // As a kubelet leaves a volume: its root is root's, and the pod's group may write there.
    await disk.run('chown', 'root:10000', disk.path);
    await disk.run('chmod', '2775', disk.path);
    // From the volume's root, because the folders above it are the tests' own.
    const asHiveMq = (folder: string) =>
      disk.run(
        ...['sh', '-c', 'cd "$1" && exec setpriv --reuid=10000 --regid=10000 --clear-groups --bounding-set=-all -- perl -e "$2" "$3"'],
        ...['sh', disk.path, WRITTEN_AT_ONCE, folder],
      );
    await expect(asHiveMq('.')).rejects.toThrow(/refuses to write at once: Operation not permitted/);
    for (let start = 0; start < 2; start++) expect(await asHiveMq('data')).toBe('data is written at once\n');
    hiveMq = await broker({ grants, data: join(disk.path, 'data'), on: disk });
    await hiveMq.start();
  });
  afterAll(() => hiveMq?.kill());

  test('lets each client do what its role may, as the rules say that acs-mqtt has', async () => {
    for (const [user, role] of Object.entries(roles) as [keyof typeof USERS, string][]) {
      const may = mayDo(permissions, role);
      const client = await connect(user);
      const answers: [string, boolean][] = [];
      for (const filter of FILTERS) answers.push([filter, await client.subscribe(filter)]);
      expect([user, answers]).toEqual([user, FILTERS.map((filter) => [filter, may.subscribe(filter)])]);
      await client.end();
      for (const topic of TOPICS) {
        const publisher = await connect(user);
        // It hangs up on a client of MQTT 3.1.1 that publishes where it may not.
        const answer = await publisher.publish(topic, 'x').then(
          () => true,
          () => false,
        );
        expect([user, topic, answer]).toEqual([user, topic, may.publish(topic)]);
        await publisher.end();
      }
    }
    await expect(connect('sv1leeds', { password: 'another' })).rejects.toThrow(/Not authorized|Bad username/i);
  });

  test('lets a login that may not subscribe yet in all the same, which is seen before a lasting session is made of it', async () => {
    const { subscribe } = ingesterGrant(SIGNALS);
    const [user, password] = ['who', 'secret'].map((name) => join(workDir.path, name)) as [string, string];
    const maySubscribe = async (name: keyof typeof USERS, secret: string = USERS[name]) => {
      writeFileSync(user, `${name}\n`);
      writeFileSync(password, secret);
      const [program = '', ...args] = [...host.enter, 'perl', '-e', MAY_SUBSCRIBE, '--', '127.0.0.1', '1883', user, password, ...subscribe];
      return (await promisify(execFile)(program, args)).stdout;
    };
    expect(await maySubscribe('sv1ingester')).toBe('may subscribe\n');
    await expect(maySubscribe('sv1york')).rejects.toThrow(`the login may not subscribe to ${subscribe[0]} yet`);
    await expect(maySubscribe('sv1ingester', 'another')).rejects.toThrow(/the broker (?:answers the login with 2002|hung up)/);
  });

  test('gives a session to whoever shows its client id, so that the client id of a lasting session must be a secret', async () => {
    await makeSession();
    await publish(1_000_000, 20);
    const thief = await connect('sv1york', { clientId: 'sv1ingester', clean: false });
    await thief.waitFor('what is meant for the ingester', 10_000, ({ topic }) => topic === TOPIC);
    await thief.end();
    const breaker = await connect('sv1york', { clientId: 'sv1ingester', clean: true });
    await breaker.end();
    expect(await takeAll(1_000)).toEqual(new Set());
  });

  test.each(seeds(1, 5))('loses nothing that it has acknowledged when it is killed (%i)', async (seed) => {
    await makeSession();
    acknowledged = await publish(seed * 100_000, untilFailure(seed), () => hiveMq.kill());
    await hiveMq.start();
    await passNumbers();
    acknowledged.push(...(await publish(seed * 100_000 + 50_000, 100)));
    const came = await takeAll();
    console.log(`kill -9: ${acknowledged.length} messages acknowledged, ${came.size} delivered`);
    expect(missing(acknowledged, came)).toEqual([]);
  });

  test('keeps session and messages when it is stopped, well within a grace period', async () => {
    acknowledged = await publish(2_000_000, 500);
    await hiveMq.stop();
    await hiveMq.start();
    expect(missing(acknowledged, await takeAll())).toEqual([]);
  });

  test.each(seeds(1, 5))('loses nothing that it has acknowledged when the power fails (%i)', async (seed) => {
    await makeSession();
    acknowledged = await publish(3_000_000 + seed * 100_000, untilFailure(seed), () => hiveMq.kill());
    await disk.cutPower();
    await hiveMq.start();
    await passNumbers();
    const later = await publish(4_000_000 + seed * 100_000, 200);
    const came = await takeAll();
    console.log(`power cut: ${acknowledged.length} messages acknowledged before and ${later.length} after it, ${came.size} delivered`);
    expect(missing([...acknowledged, ...later], came)).toEqual([]);
  });
});

describe('HiveMQ as it comes', () => {
  let disk: Disk;
  let hiveMq: HiveMqBroker;

  beforeAll(async () => {
    disk = await Disk.make(group, 'as-it-comes');
    hiveMq = await broker({
      name: 'as-it-comes',
      configure: (generated) => without(generated, 'queued-messages'),
      data: join(disk.path, 'data'),
      on: disk,
    });
    await hiveMq.start();
    await makeSession();
  });
  afterAll(() => hiveMq?.kill());

  test('keeps a thousand messages of a session and loses the rest, which it has acknowledged', async () => {
    const acknowledged = await publish(0, 1_300);
    const came = await takeAll();
    expect([acknowledged.length, came.size]).toEqual([1_300, 1_000]);
    expect(hiveMq.log).not.toContain('dropped');
    expect(hiveMq.events).toContain('reason: The client message queue is full.');
  });

  test('loses what it has acknowledged when the power fails, and as many messages of its next run', async () => {
    await publish(10_000, 200);
    await disk.run('sync', '-f', disk.path);
    const before = await publish(20_000, 600);
    // Its queues are flushed when a message comes a second later; its payloads are not.
    await pause(1_500);
    before.push(...(await publish(21_000, 20)));
    await hiveMq.kill();
    await disk.cutPower();
    await hiveMq.start();
    const later = await publish(30_000, 100);
    await passNumbers();
    const last = await publish(40_000, 100);
    const came = await takeAll();
    const lost = [before, later, last].map((acknowledged) => missing(acknowledged, came).length);
    console.log(`power cut of HiveMQ as it comes: lost ${lost[0]} of ${before.length} before and ${lost[1]} of ${later.length} after it`);
    expect(lost[0]).toBeGreaterThan(100);
    expect(lost[1]).toBeGreaterThan(0);
    // Numbers that were given before are passed over by now.
    expect(lost[2]).toBe(0);
  });

  test('acknowledges and loses what comes while its disk is full', async () => {
    const filler = join(disk.path, 'filler');
    await disk.run(
      '/bin/sh',
      '-c',
      'fallocate -l $(stat -f -c "%f * %S" "$2" | xargs expr) "$1"; dd if=/dev/zero bs=4k of="$1.rest" || true',
      'sh',
      filler,
      disk.path,
    );
    const acknowledged = await publish(50_000, 300);
    await disk.run('rm', filler, `${filler}.rest`);
    const lost = missing(acknowledged, await takeAll()).length;
    console.log(`full disk: ${acknowledged.length} of 300 messages acknowledged, ${lost} of them lost`);
    expect(lost).toBeGreaterThan(0);
  });
});

/** A configuration without one of its settings. */
function without(element: XmlElement, name: string): XmlElement {
  if (typeof element.content !== 'object') return element;
  return { ...element, content: element.content.filter((child) => child.name !== name).map((child) => without(child, name)) };
}
