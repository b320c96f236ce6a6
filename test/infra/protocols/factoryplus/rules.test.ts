import { DRIVER_DEVICE, estateWith, MODBUS_DEVICE, OPCUA_DEVICE, S7_DEVICE, toldOf } from './machine';

const INT = { address: 'DB1.DBW0', type: 'INT' };

describe('a machine that an edge agent reads', () => {
  test.each<[string, object, object, string[]]>([
    [
      'that would not connect like the engineer',
      S7_DEVICE({ a: INT }, { connection: 'OP' }),
      {},
      [
        'error: machineTypes.cell.device.connection: "OP" must be PG or left out: the edge agent connects like the engineer, and cannot do otherwise; correct it (Connection resource that the agent takes: PG, like the engineer)',
      ],
    ],
    [
      'whose points have two rates',
      S7_DEVICE({ a: INT, b: { ...INT, address: 'DB1.DBW2', scan: 'slow' } }),
      {},
      [
        'error: machineTypes.cell.device.points: are in 2 scan classes (normal, slow), and an edge agent reads all points of a machine at one rate; put all points into one scan class: values that do not change are not published again, however often they are read',
      ],
    ],
    [
      'two of whose points read the same place',
      S7_DEVICE({ a: INT, b: INT }),
      {},
      [
        'error: machineTypes.cell.device.points.b.address: is read by the point a already, and an edge agent gives a place to one point only; correct the address, or remove one of the two points',
      ],
    ],
    [
      'with types of S7 that the agent does not read',
      S7_DEVICE({ a: { address: 'DB1.DBB0', type: 'LREAL' }, b: { address: 'MB0', type: 'STRING[4]' } }),
      {},
      [
        'error: machineTypes.cell.device.points.a.type: "LREAL" is a type that the edge agent does not read from a SIMATIC controller; let the controller offer it as REAL, or read the machine with a gateway of protocol s7',
        'error: machineTypes.cell.device.points.b.address: "MB0" is outside a data block, where the edge agent reads no STRING; put it into a data block, or read the machine with a gateway of protocol s7',
      ],
    ],
    [
      'whose address does not fit its type',
      S7_DEVICE({ a: { address: 'DB1.DBW0', type: 'REAL' } }),
      {},
      [
        'error: machineTypes.cell.device.points.a.address: "DB1.DBW0" names a word of two bytes, but REAL is a double word of four bytes; write DB1.DBD0, or one of the types that are a word of two bytes: WORD, UINT, INT',
      ],
    ],
    [
      'with a scan class that there is not',
      S7_DEVICE({ a: { ...INT, scan: 'hourly' } }),
      {},
      [
        'error: machineTypes.cell.device.points.a.scan: "hourly" is not a scan class of this machine type; it has fast, normal, slow; write one of them, or add the scan class under scans',
      ],
    ],
    [
      'with Modbus settings that the driver cannot keep',
      MODBUS_DEVICE(
        {
          a: { address: 'holding 0', type: 'INT16', factor: 0.1 },
          b: { address: 'holding 1', type: 'STRING[4]' },
          c: { address: 'holding 4', type: 'INT32', byteOrder: 'CDAB' },
        },
        { pause: '10ms' },
      ),
      {},
      [
        'error: machineTypes.cell.device.pause: "10ms" cannot be kept: the driver of the edge agent asks again at once; leave it out, or read the device with a gateway of protocol modbus',
        'error: machineTypes.cell.device.points.a.factor: 0.1 is not reckoned with by the edge agent, which publishes what the device says; leave it out and let readers reckon, or read the device with a gateway of protocol modbus',
        'error: machineTypes.cell.device.points.b.type: "STRING[4]" is not read by the edge agent, which keeps the characters that fill up the text; leave the point out, or read the device with a gateway of protocol modbus',
        'error: machineTypes.cell.device.points.c.byteOrder: "CDAB" is not known to the edge agent, which would read values of several registers wrongly; it knows ABCD and DCBA; let the device send one of them, or read the device with a gateway of protocol modbus',
      ],
    ],
    [
      'whose order of bytes the agent does not know, once for all points',
      MODBUS_DEVICE({ a: { address: 'holding 0', type: 'INT32' } }, { byteOrder: 'BADC' }),
      {},
      [
        'error: machineTypes.cell.device.byteOrder: "BADC" is not known to the edge agent, which would read values of several registers wrongly; it knows ABCD and DCBA; let the device send one of them, or read the device with a gateway of protocol modbus',
      ],
    ],
    [
      'with a Modbus transport, timeout or connection that the driver does not have',
      MODBUS_DEVICE({ a: { address: 'holding 0', type: 'INT16' } }, { transport: 'rtu-over-tcp', timeout: '2s', keepsConnection: false }),
      {},
      [
        'error: machineTypes.cell.device.keepsConnection: false must be true or left out: the driver of the edge agent keeps its connection; correct it (true: the driver keeps its connection)',
        'error: machineTypes.cell.device.timeout: "2s" must be 30s or left out: the driver of the edge agent waits as long for its answers; correct it (How long the driver waits for its answers: 30s)',
        'error: machineTypes.cell.device.transport: "rtu-over-tcp" must be tcp or left out: the driver of the edge agent speaks Modbus TCP only; correct it (tcp: Modbus TCP)',
      ],
    ],
    [
      'with OPC UA types and lengths that the agent does not pass on',
      OPCUA_DEVICE({
        a: { node: 'ns=2;i=1', type: 'Int64' },
        b: { node: 'ns=2;i=2', type: 'DateTime' },
        c: { node: 'ns=2;i=3', type: 'String', maxBytes: 20 },
      }),
      {},
      [
        'error: machineTypes.cell.device.points.a.type: "Int64" is passed on wrongly by the edge agent, which takes its two halves for the value; let the server offer it as Double or Int32, or read the server with a gateway of protocol opcua',
        'error: machineTypes.cell.device.points.b.type: "DateTime" is passed on wrongly by the edge agent, which takes its object for the value; let the server offer it as String, or read the server with a gateway of protocol opcua',
        'error: machineTypes.cell.device.points.c.maxBytes: 20 is not kept by the edge agent, which passes on texts of any length; leave it out, or read the server with a gateway of protocol opcua',
      ],
    ],
    [
      'that says how long an OPC UA server may take',
      OPCUA_DEVICE({ a: { node: 'ns=2;i=1', type: 'Int16' } }, { timeout: '5s' }),
      {},
      ['error: machineTypes.cell.device.timeout: "5s" is not a setting that exists here; remove it, or write one of port, path'],
    ],
    [
      'with certificates of OPC UA',
      OPCUA_DEVICE(
        { a: { node: 'ns=2;i=1', type: 'Int16' } },
        {
          security: {
            mode: 'Sign',
            policy: { ofServer: true, reason: 'x' },
            serverCertificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
          },
          login: { as: 'certificate' },
        },
      ),
      {},
      [
        'error: machineTypes.cell.device.login.as: "certificate" needs a certificate that the server knows; the edge agent makes itself another one at every start; log in as user, or read the server with a gateway of protocol opcua',
        'error: machineTypes.cell.device.security.policy: leaves the choice to the server, which the edge agent cannot do; write Basic256Sha256, or read the server with a gateway of protocol opcua',
        'error: machineTypes.cell.device.security.serverCertificate: would not be looked at: the edge agent takes any server for the machine; write { any: true, reason }, or read the server with a gateway of protocol opcua',
      ],
    ],
    [
      'whose figures are to be computed',
      S7_DEVICE({ a: INT }),
      { oee: { state: { point: 'a', running: [1] }, total: { point: 'a' }, idealCycle: '1s' } },
      [
        'error: machineTypes.cell.oee: cannot be computed: figures come from the plant broker, and an edge agent publishes to the central broker; remove it, or read the machine with a gateway of its protocol',
      ],
    ],
    [
      'with a text that stands for a secret',
      DRIVER_DEVICE({ a: { address: 'x __FPSI__5c1f1c0e-6e4b-4d0a-9a0b-3f0f4a3d5f21', type: 'Int8' } }),
      {},
      [
        'error: machineTypes.cell.device: holds a text with __FPSI__, in whose place the edge agent puts a secret; write the text otherwise; a login is stated under login',
      ],
    ],
    [
      'whose details name a login that is not stated',
      DRIVER_DEVICE({ a: { address: 'x', type: 'Int8' } }, { details: { a: '{password}' } }),
      {},
      [
        'error: machineTypes.cell.device.details: names {password}, and no login is stated; state under login what they open, or take them out',
      ],
    ],
    [
      'whose login nobody uses',
      DRIVER_DEVICE({ a: { address: 'x', type: 'Int8' } }, { login: 'house' }),
      {},
      [
        'error: machineTypes.cell.device.login: "house" is named nowhere in details, so that nobody would use it; write {username} and {password} there, or remove it',
      ],
    ],
    [
      'whose places in a buffer are none',
      DRIVER_DEVICE(
        {
          a: { address: 'x', type: 'Int8' },
          b: { address: 'y', path: '0', type: 'Boolean' },
          c: { address: 'z', type: 'String', path: '0:4' },
        },
        { payloadFormat: 'Buffer' },
      ),
      {},
      [
        'error: machineTypes.cell.device.points.a.path: must be the place of the value in the buffer: its first byte, such as 0; correct it',
        'error: machineTypes.cell.device.points.b.path: "0" must be the place of the value in the buffer: its byte and bit, such as 0:3; correct it',
      ],
    ],
    [
      'whose driver is no image with a version',
      DRIVER_DEVICE({ a: { address: 'x', type: 'Int8', scan: 'never' } }, { image: 'edge-bacnet', details: { a: null } }),
      {},
      [
        'error: machineTypes.cell.device.details.a: null must be a text, a number, true, false, or a list or mapping of them; write {} when there is none',
        'error: machineTypes.cell.device.image: "edge-bacnet" must be an image with its registry and a version or digest, such as registry.example.com/gateways/saw:1.4.0; latest is none; correct it (Image of the driver with registry and version, such as ghcr.io/amrc-factoryplus/edge-bacnet:v6.8.1)',
      ],
    ],
  ])('%s is told', (_, device, rest, expected) => {
    expect(toldOf(estateWith(device, rest)).filter((line) => line.startsWith('error'))).toEqual(expected);
  });

  test('something secret in clear among the details of a driver is warned of, and not told again', () => {
    const device = DRIVER_DEVICE(
      { a: { address: 'x', type: 'Int8' } },
      {
        login: 'house',
        details: {
          host: 'in clear',
          port: 4,
          user: '{username}',
          Password: '{password}',
          apiKey: 'in clear',
          bearer: { Tokens: [7, 'in clear', 'Bearer {password}'] },
          secrets: [{ name: 'in clear' }],
          keys: 12,
        },
      },
    );
    expect(toldOf(estateWith(device, {})).filter((line) => line.includes('details'))).toEqual(
      ['apiKey', 'bearer.Tokens[1]', 'secrets[0].name'].map(
        (place) =>
          `warning: machineTypes.cell.device.details.${place}: looks like something secret in clear: details stand in Git and in the ConfigDB, where every edge agent reads them; write {password} in its place and state under login what it opens; leave it if it is not secret`,
      ),
    );
  });

  test('two points of one rate may be in scan classes of different names', () => {
    const device = S7_DEVICE({ a: INT, b: { address: 'DB1.DBW2', type: 'INT', scan: 'second' } });
    expect(toldOf(estateWith(device, { scans: { normal: '1s', second: '1000ms' } }))).toEqual([]);
  });

  test('a bit and the register that it is in are two places, as are two bits', () => {
    const device = MODBUS_DEVICE({
      word: { address: 'holding 5', type: 'UINT16' },
      low: { address: 'holding 5.0', type: 'BOOL' },
      high: { address: 'holding 5.1', type: 'BOOL' },
    });
    expect(toldOf(estateWith(device))).toEqual([]);
  });

  test('a machine type that differs at a machine is checked as it is there, and points are merged by name', () => {
    const estate = estateWith(S7_DEVICE({ a: INT, b: { address: 'DB1.DBW2', type: 'INT' } }), {}, ({ plants: { rotherham } }) => {
      rotherham.machines['cell-1'].differs = {
        device: { slot: 0, points: { a: { address: 'DB1.DBB0', type: 'LREAL' }, b: null, c: null } },
      };
    });
    expect(toldOf(estate)).toEqual([
      'error: plants.rotherham.machines.cell-1.differs.device.points.a.type: "LREAL" is a type that the edge agent does not read from a SIMATIC controller; let the controller offer it as REAL, or read the machine with a gateway of protocol s7',
      'error: plants.rotherham.machines.cell-1.differs.device.points.c: null leaves out a point that machine type cell does not have; remove it, or correct its name',
    ]);
  });

  test('the protocol of the device may not differ', () => {
    const estate = estateWith(S7_DEVICE({ a: INT }), {}, ({ plants: { rotherham } }) => {
      rotherham.machines['cell-1'].differs = { device: { protocol: 'modbus' } };
    });
    expect(toldOf(estate)).toEqual([
      'error: plants.rotherham.machines.cell-1.differs.device.protocol: "modbus" must not differ: the protocol belongs to the machine type; write a machine type of that protocol',
    ]);
  });
});
