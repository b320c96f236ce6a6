import { AGENT_LOGIN } from '../../../../infra/model/edge-agent';
import { agentOf, DRIVER_DEVICE, estateWith, MODBUS_DEVICE, OPCUA_DEVICE, S7_DEVICE } from './machine';

describe('what an edge agent is told of a SIMATIC controller', () => {
  test('the connection is that of the machine, and the timeout says when it is tried again', () => {
    const { connection, agent } = agentOf(
      estateWith(S7_DEVICE({ state: { address: 'DB1.DBW0', type: 'INT', unit: 'bar' } }, { rack: 0, slot: 2, port: 103, timeout: '7s' })),
    );
    expect(agent.drivers).toEqual([]);
    expect(connection).toEqual({
      name: 's7',
      connType: 'S7',
      s7ConnDetails: { hostname: '10.40.2.21', port: 103, rack: 0, slot: 2, timeout: 7000 },
      pollInt: 1000,
      payloadFormat: 'Defined by Protocol',
      devices: [
        {
          deviceId: 'cell-1',
          templates: [],
          tags: [{ Name: 'state', type: 'Int16BE', method: 'GET', address: 'DB1,INT0', engUnit: 'bar', recordToDB: true }],
        },
      ],
    });
  });

  test.each([
    ['DB10.DBX4.3', 'BOOL', 'DB10,X4.3', 'Boolean'],
    ['DB10.DBB4', 'BYTE', 'DB10,BYTE4', 'UInt8'],
    ['DB10.DBB4', 'USINT', 'DB10,BYTE4', 'UInt8'],
    ['DB10.DBB4', 'CHAR', 'DB10,CHAR4', 'String'],
    ['DB10.DBW4', 'WORD', 'DB10,WORD4', 'UInt16BE'],
    ['DB10.DBW4', 'UINT', 'DB10,WORD4', 'UInt16BE'],
    ['DB10.DBW4', 'INT', 'DB10,INT4', 'Int16BE'],
    ['DB10.DBD4', 'DWORD', 'DB10,DWORD4', 'UInt32BE'],
    ['DB10.DBD4', 'UDINT', 'DB10,DWORD4', 'UInt32BE'],
    ['DB10.DBD4', 'DINT', 'DB10,DINT4', 'Int32BE'],
    ['DB10.DBD4', 'REAL', 'DB10,REAL4', 'FloatBE'],
    ['DB10.DBB4', 'STRING[20]', 'DB10,STRING4.20', 'String'],
    ['M7.0', 'BOOL', 'M7.0', 'Boolean'],
    ['IB7', 'BYTE', 'IB7', 'UInt8'],
    ['QB7', 'CHAR', 'QC7', 'String'],
    ['IW8', 'INT', 'II8', 'Int16BE'],
    ['MW8', 'WORD', 'MW8', 'UInt16BE'],
    ['MD8', 'DINT', 'MDI8', 'Int32BE'],
    ['QD8', 'DWORD', 'QD8', 'UInt32BE'],
    ['MD8', 'REAL', 'MR8', 'FloatBE'],
  ])('%s as %s is read at %s as %s', (address, type, expected, sparkplug) => {
    expect(agentOf(estateWith(S7_DEVICE({ value: { address, type } }))).tags).toMatchObject([{ address: expected, type: sparkplug }]);
  });
});

describe('what an edge agent and its driver are told of a Modbus device', () => {
  test('neighbours are read in one request, and a value stands at its byte and bit in the answer', () => {
    const { connection, agent, tags } = agentOf(
      estateWith(
        MODBUS_DEVICE(
          {
            a: { address: 'holding 100', type: 'INT16' },
            b: { address: 'holding 101', type: 'FLOAT32' },
            'c-low': { address: 'holding 103.3', type: 'BOOL' },
            'c-high': { address: 'holding 103.11', type: 'BOOL' },
            d: { address: 'holding 200', type: 'UINT64' },
            e: { address: 'input 30', type: 'INT32' },
            f: { address: 'coil 7', type: 'BOOL' },
            g: { address: 'coil 8', type: 'BOOL' },
          },
          { unitId: 17, port: 1502 },
        ),
      ),
    );
    expect(connection).toMatchObject({
      name: 'modbus',
      connType: 'Driver',
      DriverDetails: { protocol: 'tcp', host: '10.40.2.21', port: 1502 },
      payloadFormat: 'Buffer',
    });
    expect(agent.drivers.map(({ name, image }) => [name, image])).toEqual([['modbus', 'ghcr.io/amrc-factoryplus/edge-modbus:v6.8.1']]);
    expect(tags.map(({ Name, type, address, path }) => `${Name} ${type} ${address} ${path}`)).toEqual([
      'a Int16BE 17,holding,100,4 0',
      'b FloatBE 17,holding,100,4 2',
      'c-high Boolean 17,holding,100,4 6:3',
      'c-low Boolean 17,holding,100,4 7:3',
      'd UInt64BE 17,holding,200,4 0',
      'e Int32BE 17,input,30,2 0',
      'f Boolean 17,coil,7,2 0:0',
      'g Boolean 17,coil,7,2 0:1',
    ]);
  });

  test('a value of one register has two bytes, in the order that the first or the last two of four have', () => {
    const { tags } = agentOf(
      estateWith(
        MODBUS_DEVICE({
          abcd: { address: 'holding 0', type: 'INT16' },
          cdab: { address: 'holding 1', type: 'INT16', byteOrder: 'CDAB' },
          badc: { address: 'holding 2', type: 'INT16', byteOrder: 'BADC' },
          dcba: { address: 'holding 3', type: 'INT16', byteOrder: 'DCBA' },
          wide: { address: 'holding 4', type: 'INT32', byteOrder: 'DCBA' },
          bit: { address: 'holding 6.0', type: 'BOOL', byteOrder: 'DCBA' },
        }),
      ),
    );
    expect(Object.fromEntries(tags.map(({ Name, type, path }) => [Name, `${type} ${path}`]))).toEqual({
      abcd: 'Int16BE 0',
      cdab: 'Int16BE 2',
      badc: 'Int16LE 4',
      dcba: 'Int16LE 6',
      wide: 'Int32LE 8',
      bit: 'Boolean 12:0',
    });
  });
});

describe('what an edge agent is told of an OPC UA server', () => {
  test('a login is named and not stated: the agent puts it there from its Secret', () => {
    const { connection, machine } = agentOf(
      estateWith(
        OPCUA_DEVICE(
          { state: { node: 'ns=2;s=A "b"', type: 'Boolean' } },
          {
            port: 4841,
            path: '/server',
            security: { mode: 'SignAndEncrypt', serverCertificate: { any: true, reason: 'Test' } },
            login: { as: 'user' },
          },
        ),
      ),
    );
    expect(connection).toMatchObject({
      connType: 'OPC UA',
      OPCUAConnDetails: {
        endpoint: 'opc.tcp://10.40.2.21:4841/server',
        securityMode: 'SignAndEncrypt',
        securityPolicy: 'Basic256Sha256',
        useCredentials: true,
        username: AGENT_LOGIN.username,
        password: AGENT_LOGIN.password,
      },
      payloadFormat: 'Defined by Protocol',
    });
    expect(machine.secrets).toEqual([
      {
        id: 'login',
        purpose: 'OPC UA server of cell-1',
        content: { kind: 'login', purpose: 'OPC UA server of cell-1', inJson: AGENT_LOGIN },
        keys: [AGENT_LOGIN.username, AGENT_LOGIN.password],
      },
    ]);
    // What the agent looks for in the text of its configuration (acs-edge 6.8.1).
    for (const name of Object.values(AGENT_LOGIN)) expect(name).toMatch(/^__FPSI__[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}$/);
  });

  test('a GUID is written with capitals, as the library of the agent writes it', () => {
    const { tags } = agentOf(estateWith(OPCUA_DEVICE({ state: { node: 'ns=4;g=09087e75-8e5e-499b-954f-f2a9603db28a', type: 'SByte' } })));
    expect(tags).toMatchObject([{ address: 'ns=4;g=09087E75-8E5E-499B-954F-F2A9603DB28A', type: 'Int8' }]);
  });
});

describe('what an edge agent and a driver of the owner’s are told', () => {
  test('details are passed on as they are, with the machine’s address and its login in place of what says so', () => {
    const { connection, agent, machine } = agentOf(
      estateWith(
        DRIVER_DEVICE(
          { value: { address: '1,holding,100,2', path: '$.v', type: 'Int32', unit: '°C' } },
          {
            login: 'The building',
            details: {
              url: 'bacnet://{address}:47808/{address}',
              as: { user: '{username}', password: '{password}' },
              retries: 3,
              list: [true, '{other}'],
            },
            resources: { cpuMillis: [10, 20], memoryMiB: [30, 40] },
          },
        ),
      ),
    );
    expect(connection).toMatchObject({
      name: 'bacnet',
      connType: 'Driver',
      DriverDetails: {
        url: 'bacnet://10.40.2.21:47808/10.40.2.21',
        as: { user: AGENT_LOGIN.username, password: AGENT_LOGIN.password },
        retries: 3,
        list: [true, '{other}'],
      },
      payloadFormat: 'JSON',
      devices: [{ tags: [{ Name: 'value', type: 'Int32BE', address: '1,holding,100,2', path: '$.v', engUnit: '°C' }] }],
    });
    expect(agent.drivers).toEqual([
      { name: 'bacnet', image: 'ghcr.io/amrc-factoryplus/edge-bacnet:v6.8.1', cpuMillis: [10, 20], memoryMiB: [30, 40] },
    ]);
    expect(machine.conduits).toEqual([{ protocol: 'UDP', port: 47808, purpose: 'BACnet/IP' }]);
    expect(machine.secrets).toHaveLength(1);
  });
});
