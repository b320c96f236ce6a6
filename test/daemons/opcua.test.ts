import { KeyUsageFlags } from '@peculiar/asn1-x509';
import { newAuthority } from '../../stacks/secrets/authority';
import { makeCertificate } from '../../stacks/secrets/certificate';
import { eventually, pause } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { examplePlant, withOneBroker } from './support/example';
import { CENTRAL_LOGIN } from './support/layout';
import { parseLines, type Reading, type Value } from './support/line-protocol';
import type { TestClient } from './support/mqtt';
import { type OpcUaNode, OpcUaServer, type OpcUaServerSettings } from './support/opcua-server';
import { PlantOnTrial } from './support/plant';

const SERVER_URI = 'urn:example:cell:server';

/** A certificate as servers make it for themselves: nobody else vouches for it. */
function serverCertificate() {
  const keyed = makeCertificate({
    commonName: 'cell',
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    keyUsage:
      KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation | KeyUsageFlags.keyEncipherment | KeyUsageFlags.dataEncipherment,
    extendedKeyUsages: ['1.3.6.1.5.5.7.3.1'],
    uriNames: [SERVER_URI],
    keyType: 'rsa-2048',
    authority: false,
  });
  return { ...keyed, applicationUri: SERVER_URI };
}

const BAD_SENSOR_FAILURE = 0x808c0000;
const BAD_USER_ACCESS_DENIED = 0x801f0000;
const LAST_USABLE_VALUE = 0x40900000;
const GOOD_AT_HIGH_LIMIT = 0x00000600;
const GOOD_LOCAL_OVERRIDE = 0x00960000;
const UNCERTAIN_SENSOR_LOW = 0x40930500;

/** A point: its node in the server, and what must arrive. */
interface Expected {
  readonly node: OpcUaNode;
  /** Type that the point declares. @default - that of the node */
  readonly declared?: string;
  readonly unit?: string;
  readonly maxBytes?: number;
  readonly field?: string;
  readonly value?: Value;
  readonly quality?: bigint;
}

const text = (id: string, type: string, value: OpcUaNode['value'], more: Partial<OpcUaNode> = {}): OpcUaNode => ({
  ns: 2,
  kind: 's',
  id,
  type,
  value,
  ...more,
});
const number = (id: string, type: string, value: string, arrives: Value, more: Partial<Expected> = {}): Expected => ({
  node: text(id, type, value),
  field: type === 'Float' || type === 'Double' ? 'real' : 'integer',
  value: arrives,
  ...more,
});
const bad = (node: OpcUaNode, more: Partial<Expected> = {}): Expected => ({ node, quality: 0n, ...more });

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are meant to look so
/** Identifiers that mean something to TOML, to Telegraf, to node ids or to line protocol. */
const HOSTILE_IDS = [
  '"Press"."force"[1]',
  'a;ns=3;s=b',
  "it's ''' \"\"\" # [[outputs.file]]",
  '$HOME ${HOME} $$HOME',
  '@{central:password}',
  'C:\\new\\table\\u0041',
  '{{ .Name }} a b,c=d',
  'Größe 漢 😀',
];
const HOSTILE_UNITS = ['$HOME', '${HOME}', '@{env:HOME}', '"', "'''", 'a\\ b', 'a b,c=d', '%s °C 漢'];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are meant to look so

/** Every type at its ends, every kind of node id, every status, and all that is no value. */
const POINTS: Readonly<Record<string, Expected>> = {
  'boolean-on': { node: text('on', 'Boolean', true), field: 'boolean', value: true },
  'boolean-off': { node: text('off', 'Boolean', false), field: 'boolean', value: false },
  'sbyte-least': number('sbyte', 'SByte', '-128', -128n),
  'byte-most': number('byte', 'Byte', '255', 255n),
  'int16-least': number('int16', 'Int16', '-32768', -32_768n, { unit: 'mm' }),
  'uint16-most': number('uint16', 'UInt16', '65535', 65_535n),
  'int32-least': number('int32', 'Int32', '-2147483648', -2_147_483_648n),
  'uint32-most': number('uint32', 'UInt32', '4294967295', 4_294_967_295n),
  'int64-least': number('int64', 'Int64', '-9223372036854775808', -9_223_372_036_854_775_808n),
  'uint64-carried': number('uint64', 'UInt64', '9223372036854775807', 9_223_372_036_854_775_807n),
  'uint64-beyond': bad(text('uint64-beyond', 'UInt64', '9223372036854775808')),
  'float-tenth': number('float', 'Float', '0.1', Math.fround(0.1)),
  'double-tenth': number('double', 'Double', '-0.1', -0.1, { unit: '°C' }),
  'double-whole': number('whole', 'Double', '3', 3),
  'double-nan': bad(text('nan', 'Double', 'nan')),
  'float-infinite': bad(text('inf', 'Float', '-inf')),
  'string-plain': { node: text('order', 'String', 'Öl "7" \\ A, B=c $HOME'), field: 'string', value: 'Öl "7" \\ A, B=c $HOME' },
  'string-empty': { node: text('empty', 'String', ''), field: 'string', value: '' },
  'string-null': bad(text('null', 'String', null)),
  'string-full': { node: text('full', 'String', 'äbc'), maxBytes: 4, field: 'string', value: 'äbc' },
  'string-too-long': bad(text('long', 'String', 'äbcd'), { maxBytes: 4 }),
  'time-of-change': {
    node: text('time', 'DateTime', '2026-11-22T01:02:03.004500+00:00'),
    field: 'string',
    value: '2026-11-22T01:02:03.0045Z',
  },
  'other-type': bad(text('other-type', 'Double', '1.5'), { declared: 'Int16' }),
  'same-kind': { node: text('same-kind', 'Int32', '70000'), declared: 'Int16', field: 'integer', value: 70_000n },
  'whole-array': bad(text('array', 'Int32', ['1', '2'])),
  'localized-text': bad(text('localized', 'LocalizedText', 'Hallo'), { declared: 'String' }),
  'id-number': { node: { ns: 3, kind: 'i', id: '4294967295', type: 'Int16', value: '7' }, field: 'integer', value: 7n },
  'id-small-number': { node: { ns: 2, kind: 'i', id: '1001', type: 'Int16', value: '8' }, field: 'integer', value: 8n },
  'id-guid': {
    node: { ns: 3, kind: 'g', id: '09087e75-8e5e-499b-954f-f2a9603db28a', type: 'Int16', value: '9' },
    field: 'integer',
    value: 9n,
  },
  'id-bytes': { node: { ns: 3, kind: 'b', id: 'M/RbKBsRVkePCePcx24oRA==', type: 'Int16', value: '10' }, field: 'integer', value: 10n },
  'good-at-limit': { node: text('limit', 'Double', '9.5', { status: GOOD_AT_HIGH_LIMIT }), field: 'real', value: 9.5 },
  'good-override': { node: text('override', 'Double', '9.5', { status: GOOD_LOCAL_OVERRIDE }), field: 'real', value: 9.5 },
  'uncertain-last': { node: text('last', 'Double', '9.5', { status: LAST_USABLE_VALUE }), field: 'real', value: 9.5, quality: 500n },
  'uncertain-low': { node: text('low', 'Double', '9.5', { status: UNCERTAIN_SENSOR_LOW }), field: 'real', value: 9.5, quality: 500n },
  'bad-sensor': bad(text('sensor', 'Double', '9.5', { status: BAD_SENSOR_FAILURE }), { unit: 'bar' }),
  'not-for-us': bad(text('forbidden', 'Double', null, { status: BAD_USER_ACCESS_DENIED }), { declared: 'Double' }),
  ...Object.fromEntries(
    HOSTILE_IDS.map((id, i): [string, Expected] => [
      `odd-${i}`,
      { node: text(id, 'Int16', `${i}`), unit: HOSTILE_UNITS[i] ?? '', field: 'integer', value: BigInt(i) },
    ]),
  ),
};

const nodeIdOf = ({ ns, kind, id }: OpcUaNode) => `ns=${ns};${kind}=${id}`;
const declaredAs = ({ declared, node }: Expected) => declared ?? node.type;
const TYPED_POINTS = {
  ...Object.fromEntries(
    Object.entries(POINTS).map(([name, expected]) => [
      name,
      {
        node: nodeIdOf(expected.node),
        type: declaredAs(expected),
        ...(expected.unit === undefined ? {} : { unit: expected.unit }),
        ...(expected.maxBytes === undefined ? {} : { maxBytes: expected.maxBytes }),
      },
    ]),
  ),
  'no-such-node': { node: 'ns=2;s=gone', type: 'Int16' },
};

const STATE: OpcUaNode = { ns: 2, kind: 's', id: 'State', type: 'Int16', value: '1' };
const STATE_POINT = { node: nodeIdOf(STATE), type: 'Int16' };

const keyed = serverCertificate();
const sealed = (pem: string, policy: unknown = 'Basic256Sha256') => ({ mode: 'SignAndEncrypt', policy, serverCertificate: pem });

const TYPES = {
  cell: { protocol: 'opcua', path: '/cell/server', security: sealed(keyed.certificate), login: { as: 'user' }, points: TYPED_POINTS },
  // Its server ends a session before the next reading of the class slow.
  open: {
    protocol: 'opcua',
    port: 4841,
    security: { mode: 'None', reason: 'Test' },
    login: { as: 'anonymous', reason: 'Test' },
    timeout: '2s',
    scans: { fast: '250ms', slow: '4s' },
    points: { state: { ...STATE_POINT, scan: 'fast' }, slow: { ...STATE_POINT, scan: 'slow' } },
  },
  newer: {
    protocol: 'opcua',
    security: { ...sealed(keyed.certificate, { ofServer: true, reason: 'It has no older one' }), mode: 'Sign' },
    login: { as: 'certificate' },
    points: { state: STATE_POINT },
  },
};

const SERVERS: Record<keyof typeof TYPES, Omit<OpcUaServerSettings, 'namespaces'>> = {
  cell: {
    port: 4840,
    path: '/cell/server',
    policies: ['Basic256Sha256_SignAndEncrypt'],
    tokens: ['UserNameIdentityToken'],
    users: { [CENTRAL_LOGIN.username]: CENTRAL_LOGIN.password },
    keyed,
    nodes: Object.values(POINTS).map(({ node }) => node),
  },
  open: { port: 4841, path: '', policies: ['NoSecurity'], tokens: ['AnonymousIdentityToken'], sessionTimeoutMs: 2_000, nodes: [STATE] },
  newer: {
    port: 4840,
    path: '',
    policies: ['Aes256Sha256RsaPss_Sign'],
    tokens: ['X509IdentityToken'],
    keyed,
    nodes: [STATE],
  },
};
const MACHINES = Object.keys(TYPES) as (keyof typeof TYPES)[];

describe('the gateways of machines with OPC UA servers', () => {
  let workDir: WorkDir;
  let trial: PlantOnTrial;
  let reader: TestClient;
  const servers = new Map<string, OpcUaServer>();
  const server = (machine: string) => servers.get(machine) as OpcUaServer;
  const serve = (machine: string, settings: Omit<OpcUaServerSettings, 'namespaces'>) => {
    const trusts = settings.keyed ? { trusts: trial.trusted } : {};
    servers.set(machine, new OpcUaServer(trial, machine, workDir.path, { ...trusts, ...settings, namespaces: ['urn:a', 'urn:b'] }));
  };

  const readings = (machine: string, point: string): Reading[] =>
    reader.received
      .filter(({ topic }) => topic === `data/v1/leeds/${machine}`)
      .flatMap(({ payload }) => parseLines(payload))
      .filter(({ tags }) => tags.point === point);
  /** Waits for a reading, and tells how long it took in milliseconds. */
  const arrives = async (machine: string, point: string, timeoutMs: number, accepts: (reading: Reading) => boolean) => {
    const begun = Date.now();
    await eventually(`${point} of ${machine}`, timeoutMs, () => {
      if (!readings(machine, point).some(accepts)) {
        throw new Error(`it has not arrived:\n${trial.gateway(machine).log()}\n${server(machine).log()}`);
      }
    });
    return Date.now() - begun;
  };

  beforeAll(async () => {
    workDir = await makeWorkDir();
    trial = await PlantOnTrial.of(
      examplePlant((estate) => {
        withOneBroker(estate);
        Object.assign(estate.machineTypes, TYPES);
        estate.plants.leeds.machines = Object.fromEntries(MACHINES.map((type, i) => [type, { type, address: `10.20.1.${31 + i}` }]));
      }),
      { machines: MACHINES },
    );
    for (const machine of MACHINES) serve(machine, SERVERS[machine]);
    await trial.startBroker();
    reader = await trial.client('data-publisher');
    expect(await reader.subscribe('data/v1/leeds/+')).toBe(true);
    await Promise.all(MACHINES.map((machine) => server(machine).start()));
    await Promise.all(MACHINES.map((machine) => trial.startTelegraf(trial.gateway(machine))));
  }, 180_000);
  afterAll(async () => {
    await trial?.end();
    await workDir?.remove();
  });

  test('signed, encrypted and logged in, every declared point arrives with its tags, value, quality and time', async () => {
    await arrives('cell', 'boolean-on', 20_000, ({ quality }) => quality === 192n);
    const now = BigInt(Date.now()) * 1_000_000n;
    for (const [point, expected] of Object.entries(POINTS)) {
      await arrives('cell', point, 5_000, () => true);
      const { unit, field, value, quality = 192n } = expected;
      const tags = { machine: 'cell', plant: 'leeds', point, type: declaredAs(expected), ...(unit === undefined ? {} : { unit }) };
      const told = readings('cell', point).filter(({ time }) => time > now - 10_000_000_000n);
      expect(told.at(-1)).toMatchObject({ measurement: 'point', tags, field, value, quality });
      expect(Object.keys(told.at(-1)?.tags ?? {}).sort()).toEqual(Object.keys(tags).sort());
      for (const { time } of told) expect(time % 1_000_000n).toBe(0n);
      expect(told.at(-1)?.time).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n);
    }
    expect(readings('cell', 'no-such-node').at(-1)).toMatchObject({ field: undefined, quality: 0n });
    expect(readings('cell', 'no-such-node').every(({ quality }) => quality === 0n)).toBe(true);
  });

  test('a value that turns bad loses its value, and has it again when it is good; its old one is not told meanwhile', async () => {
    const node = text('int16', 'Int16', '-32768');
    await server('cell').write({ ...node, value: '5', status: BAD_SENSOR_FAILURE });
    const told = await arrives('cell', 'int16-least', 5_000, ({ quality, field }) => quality === 0n && field === undefined);
    await server('cell').write({ ...node, value: '6' });
    await arrives('cell', 'int16-least', 5_000, ({ value, quality }) => value === 6n && quality === 192n);
    expect(told).toBeLessThan(3_000);
    expect(readings('cell', 'int16-least').some(({ value }) => value === 5n)).toBe(false);
  });

  test('a policy that Telegraf cannot be told by name is used when the server may choose, and the certificate logs in', async () => {
    await arrives('newer', 'state', 20_000, ({ value, quality }) => value === 1n && quality === 192n);
  });

  test.each([
    ['shows another certificate than the one that is trusted', { keyed: serverCertificate() }],
    ["does not trust the plant's authority", { trusts: newAuthority('leeds', new Date()).signing.certificate }],
  ])(
    'from a server that %s nothing is read',
    async (_, other) => {
      await server('newer').stop();
      await arrives('newer', 'state', 20_000, ({ quality }) => quality === 0n);
      serve('newer', { ...SERVERS.newer, ...other });
      await server('newer').start();
      const since = BigInt(Date.now()) * 1_000_000n;
      await pause(5_000);
      expect(readings('newer', 'state').filter(({ time, field }) => time > since && field !== undefined)).toEqual([]);
      expect(await server('newer').sessions()).toBe(0);
    },
    60_000,
  );

  test('a server that ends sessions between two readings costs no reading', async () => {
    const since = BigInt(Date.now()) * 1_000_000n;
    const slow = () => readings('open', 'slow').filter(({ time }) => time >= since);
    await eventually('five readings of the class slow', 30_000, () => expect(slow().length).toBeGreaterThanOrEqual(5));
    const times = slow().map(({ time }) => Number(time / 1_000_000n));
    for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] ?? 0)).toBeLessThan(6_000);
    expect(slow().every(({ quality }) => quality === 192n)).toBe(true);
  });

  test.each([
    ['is switched off and on', 8_000, () => server('open').stop(), () => server('open').start()],
    ['hangs and goes on', 15_000, async () => server('open').hang(), async () => server('open').goOn()],
    [
      'hangs and is switched off and on',
      5_000,
      async () => server('open').hang(),
      async () => {
        await server('open').stop();
        await server('open').start();
      },
    ],
  ])(
    'a server that %s is read again',
    async (_, awayMs, goes, comes) => {
      await goes();
      await pause(awayMs);
      const bad = readings('open', 'state').at(-1);
      expect(bad).toMatchObject({ field: undefined });
      expect([0n, 500n]).toContain(bad?.quality);
      await comes();
      const back = BigInt(Date.now()) * 1_000_000n;
      const took = await arrives('open', 'state', 30_000, ({ time, value, quality }) => time > back && value === 1n && quality === 192n);
      expect(took).toBeLessThan(15_000);
      await trial.answers200(trial.gateway('open'), 8080, '/');
    },
    60_000,
  );

  test('no session is left behind by what failed', async () => {
    expect(await server('open').sessions()).toBeLessThanOrEqual(3);
    expect(await server('cell').sessions()).toBe(1);
  });
});
