import fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../../infra/formats/toml';
import { opcua } from '../../../../infra/protocols/opcua/index';
import { formatNodeId } from '../../../../infra/protocols/opcua/node-id';
import { opcuaSettings } from '../../../../infra/protocols/opcua/settings';
import { STATUS_CODES } from '../../../../infra/protocols/opcua/status-codes';
import type { ConfigTable } from '../../../../infra/protocols/protocol';
import { asTelegrafReads } from '../../formats/tables';
import { CELL, machineOf, PEM } from './machine';

const inputs = (raw = {}, address?: string) => opcua.inputs(machineOf(raw, address));
const only = (raw = {}, address?: string): ConfigTable => inputs(raw, address)[0]?.settings ?? {};

describe('the inputs of a gateway', () => {
  test('a cell is read by one input for each scan class, the fastest first', () => {
    expect(inputs().map(({ plugin, points, settings: { alias, interval } }) => [plugin, alias, interval, points])).toEqual([
      ['opcua', 'cell-1/fast', '250ms', ['gripper-force']],
      ['opcua', 'cell-1/normal', '1s', ['part-counter', 'state']],
      ['opcua', 'cell-1/slow', '30s', ['order']],
    ]);
    expect(inputs()[1]?.settings).toEqual({
      alias: 'cell-1/normal',
      interval: '1s',
      name: 'point',
      endpoint: 'opc.tcp://10.20.1.31:4840',
      security_policy: 'Basic256Sha256',
      security_mode: 'SignAndEncrypt',
      certificate: '/run/machine-secrets/cell-1/application/tls.crt',
      private_key: '/run/machine-secrets/cell-1/application/tls.key',
      remote_certificate: expect.stringMatching(/^\/etc\/telegraf\/.*cell-1.*\.pem$/),
      auth_method: 'UserName',
      username: '@{cell_1_login:username}',
      password: '@{cell_1_login:password}',
      connect_timeout: '5s',
      request_timeout: '5s',
      session_timeout: '60s',
      read_retry_count: 3,
      read_retry_timeout: '500ms',
      timestamp: 'gather',
      tagexclude: ['id'],
      request_workarounds: { use_unregistered_reads: true },
      workarounds: { additional_valid_status_codes: STATUS_CODES },
      nodes: [
        {
          name: 'integer',
          namespace: '3',
          identifier_type: 'i',
          identifier: '1002',
          default_tags: { point: 'part-counter', type: 'UInt32' },
        },
        {
          name: 'integer',
          namespace: '3',
          identifier_type: 's',
          identifier: '"Cell"."state"',
          default_tags: { point: 'state', type: 'Int16' },
        },
      ],
    });
  });

  test('without protection no certificate is shown, and none is looked for where Telegraf would by itself', () => {
    expect(only({ security: { mode: 'None', reason: 'Test' }, login: { as: 'anonymous', reason: 'Test' } })).toMatchObject({
      security_policy: 'None',
      security_mode: 'None',
      certificate: '',
      private_key: '',
      auth_method: 'Anonymous',
    });
  });

  test('what the server may choose is Telegraf’s auto, in the mode that is stated', () => {
    const security = { mode: 'Sign', policy: { ofServer: true, reason: 'x' }, serverCertificate: { any: true, reason: 'y' } };
    expect(only({ security, login: { as: 'certificate' } })).toMatchObject({
      security_policy: 'auto',
      security_mode: 'Sign',
      auth_method: 'Certificate',
    });
    expect(only({ security })).not.toHaveProperty('remote_certificate');
  });

  test.each([
    ['10.20.1.31', {}, 'opc.tcp://10.20.1.31:4840'],
    ['fd00::31', { port: 4841, path: '/cell/server' }, 'opc.tcp://[fd00::31]:4841/cell/server'],
  ])('the server at %s is reached at its endpoint', (address, raw, endpoint) => {
    expect(only(raw, address)).toMatchObject({ endpoint });
  });

  test('a session outlives three readings, and never less than a minute', () => {
    const times = inputs({
      scans: { fast: '100ms', slow: '1h' },
      points: { a: { node: 'ns=2;i=1', type: 'Byte', scan: 'fast' }, b: { node: 'ns=2;i=2', type: 'Byte', scan: 'slow' } },
    }).map(({ settings }) => settings.session_timeout);
    expect(times).toEqual(['60s', '10800s']);
  });

  test('a certificate for an OPC UA application and a login are asked for where they are shown, and no other secret', () => {
    expect(opcua.secrets?.(machineOf())).toEqual([
      {
        id: 'application',
        purpose: 'Certificate of the gateway at the OPC UA server of cell-1',
        content: {
          kind: 'certificate',
          commonName: 'cell-1',
          dnsNames: [],
          uriNames: ['urn:millwright:gateway:cell-1'],
          keyType: 'rsa-2048',
          usages: ['client'],
        },
        keys: ['ca.crt', 'tls.crt', 'tls.key'],
      },
      {
        id: 'login',
        purpose: 'OPC UA server of cell-1',
        content: { kind: 'login', purpose: 'OPC UA server of cell-1' },
        keys: ['password', 'username'],
      },
    ]);
    expect(opcua.secrets?.(machineOf({ security: { mode: 'None', reason: 'x' }, login: { as: 'anonymous', reason: 'x' } }))).toEqual([]);
    expect(opcua.files?.(machineOf())).toEqual([{ id: 'server.pem', text: PEM }]);
    expect(opcua.files?.(machineOf({ security: { mode: 'None', reason: 'x' } }))).toEqual([]);
  });

  test('every status code is told once, as a number of 32 bits, and Good is not told', () => {
    expect(new Set(STATUS_CODES).size).toBe(STATUS_CODES.length);
    expect(STATUS_CODES.every((code) => /^0x[048C][0-9A-F]{7}$/.test(code))).toBe(true);
    expect(STATUS_CODES).not.toContain('0x00000000');
    for (const code of ['0x80340000', '0x803A0000', '0x801F0000', '0x808C0000', '0x40900000', '0x00000400', '0x40930500', '0x80320000']) {
      expect(STATUS_CODES).toContain(code);
    }
  });

  test('every point is told with the bytes that its texts may have', () => {
    expect(opcua.points(machineOf())).toEqual([
      { name: 'gripper-force', valueType: 'real', sourceType: 'Float', unit: 'N', scanMs: 250 },
      { name: 'order', valueType: 'string', sourceType: 'String', scanMs: 30_000, maxBytes: 40 },
      { name: 'part-counter', valueType: 'integer', sourceType: 'UInt32', scanMs: 1000 },
      { name: 'state', valueType: 'integer', sourceType: 'Int16', scanMs: 1000 },
    ]);
    const [{ settings } = { settings: {} }] = opcua.processors?.(machineOf()) ?? [];
    expect(settings).toMatchObject({
      namepass: ['point'],
      constants: { kinds: { order: 'string', state: 'integer' }, longest: { order: 40 } },
    });
  });

  test('a point that cannot be read is left out instead of failing', () => {
    const points = {
      good: { node: 'ns=2;i=1', type: 'Byte' },
      bad: { node: 'State', type: 'Byte' },
      worse: { node: 'ns=2;i=2', type: 'INT' },
    };
    expect(only({ points }).nodes).toHaveLength(1);
  });

  test('the order in which points and scan classes are written does not matter', () => {
    const [points, scans] = [Object.entries(CELL.points), Object.entries({ fast: '250ms', normal: '1s', slow: '30s' })];
    const all = (entries: typeof points, classes: typeof scans) => {
      const machine = machineOf({ points: Object.fromEntries(entries), scans: Object.fromEntries(classes) });
      return JSON.stringify([opcua.inputs(machine), opcua.processors?.(machine), opcua.points(machine)]);
    };
    expect(all(points.toReversed(), scans.toReversed())).toBe(all(points, scans));
  });

  test('whatever identifier and unit the schema accepts, Telegraf reads them back as they are', () => {
    const odd = fc.constantFrom(
      '$',
      ['$', '{HOME}'].join(''),
      '$$',
      '"',
      "'",
      "'''",
      '"""',
      '\\',
      '\\u0041',
      ';',
      '=',
      ' ',
      '#',
      ']]',
      '@{a:b}',
      '{{',
      'ä',
      '😀',
    );
    const id = fc.array(fc.oneof(odd, fc.string({ maxLength: 4 })), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(id, id, (identifier, unit) => {
        const settings = opcuaSettings.safeParse({ ...CELL, points: { odd: { node: `ns=2;s=${identifier}`, type: 'String', unit } } });
        fc.pre(settings.success && identifier !== '');
        const machine = { name: 'cell-1', address: '10.20.1.31', settings: settings.data };
        const [{ settings: table } = { settings: {} }] = opcua.inputs(machine);
        const { nodes } = parse(asTelegrafReads(toToml(table))) as unknown as {
          nodes: [{ namespace: string; identifier_type: 's'; identifier: string; default_tags: Record<string, string> }];
        };
        const [node] = nodes;
        expect(formatNodeId({ ns: Number(node.namespace), kind: node.identifier_type, id: node.identifier })).toBe(`ns=2;s=${identifier}`);
        expect(node.default_tags).toEqual({ point: 'odd', type: 'String', unit });
      }),
      { numRuns: 300 },
    );
  });
});
