import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EdgeAgent } from '../../infra/model/edge-agent';
import { edgeAgent } from '../../infra/protocols/factoryplus/agent';
import { factoryplus } from '../../infra/protocols/factoryplus/index';
import { decodedFrom } from '../infra/protocols/factoryplus/agent-reads';
import type { Connection } from '../infra/protocols/factoryplus/machine';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { edgeAgentLibraries } from './programs/edge-agent';
import { getPrograms } from './programs/programs';
import { registers } from './support/modbus-device';
import { type Host, makeNetwork, onHost } from './support/network';
import { Plc, s7 } from './support/plc';

const run = promisify(execFile);

/** The points that a machine reads: each with what it says, and the value that must arrive. */
type Points = Readonly<Record<string, readonly [point: object, value: unknown]>>;

/** The one connection of the edge agent of a machine with this device. */
function connectionOf(device: object, points: Points, address: string): Connection {
  const said = Object.fromEntries(Object.entries(points).map(([name, [point]]) => [name, point]));
  const settings = factoryplus.settings.parse({ protocol: 'factoryplus', device: { ...device, points: said } });
  const machine = { name: 'machine-1', address, settings };
  expect(factoryplus.check(machine, (...path) => path).filter(({ severity }) => severity === 'error')).toEqual([]);
  const { configuration }: EdgeAgent = edgeAgent(machine);
  return (configuration as unknown as { deviceConnections: [Connection] }).deviceConnections[0];
}

const valuesOf = (points: Points) => Object.fromEntries(Object.entries(points).map(([name, [, value]]) => [name, value]));

describe('what an edge agent is told of a machine, read by the libraries of the agent', () => {
  let workDir: WorkDir;
  let group: ProcessGroup;
  let machine: Host;
  let agent: Host;
  let folder: string;

  beforeAll(async () => {
    workDir = await makeWorkDir();
    group = processGroup(workDir.path);
    const network = await makeNetwork(group);
    [machine, agent] = [await network.host('machine', '10.20.1.31'), await network.host('agent', '10.20.1.2')];
    folder = await edgeAgentLibraries(() => {});
  });

  afterAll(async () => {
    await group?.stop();
    await workDir?.remove();
  });

  /** What the libraries give for the addresses of a connection. */
  async function read({ connType, devices: [{ tags }], ...connection }: Connection): Promise<Record<string, never>> {
    const details = connection.s7ConnDetails ?? connection.DriverDetails;
    const addresses = [...new Set(tags.map(({ address }) => address))];
    const script = join(__dirname, 'support', 'edge-agent-reads.cjs');
    const { program, args } = onHost(agent, process.execPath, [script, folder, JSON.stringify({ connType, details, addresses })]);
    const { stdout } = await run(program, args, { timeout: 60_000 });
    return JSON.parse(stdout);
  }

  test('every address of a SIMATIC controller gives the value that is there', async () => {
    const points: Points = {
      bit: [{ address: 'DB10.DBX0.5', type: 'BOOL' }, true],
      'other-bit': [{ address: 'DB10.DBX0.4', type: 'BOOL' }, false],
      byte: [{ address: 'DB10.DBB1', type: 'BYTE' }, 200],
      char: [{ address: 'DB10.DBB2', type: 'CHAR' }, 'Q'],
      word: [{ address: 'DB10.DBW4', type: 'WORD' }, 65_535],
      int: [{ address: 'DB10.DBW6', type: 'INT' }, -12_345],
      'double-word': [{ address: 'DB10.DBD8', type: 'DWORD' }, 4_000_000_000],
      'double-int': [{ address: 'DB10.DBD12', type: 'DINT' }, -2_000_000_000],
      real: [{ address: 'DB10.DBD16', type: 'REAL' }, 3.5],
      text: [{ address: 'DB10.DBB20', type: 'STRING[10]' }, 'Press'],
      'other-block': [{ address: 'DB7.DBW100', type: 'INT' }, 77],
      'flag-bit': [{ address: 'M3.1', type: 'BOOL' }, true],
      'flag-int': [{ address: 'MW4', type: 'INT' }, -4],
      'flag-double': [{ address: 'MD6', type: 'DINT' }, -6],
      'flag-word': [{ address: 'MW10', type: 'WORD' }, 50_000],
      'flag-real': [{ address: 'MD12', type: 'REAL' }, -0.25],
      'input-byte': [{ address: 'IB3', type: 'BYTE' }, 33],
      'input-double': [{ address: 'ID4', type: 'DWORD' }, 3_000_000_000],
      'output-bit': [{ address: 'Q2.7', type: 'BOOL' }, true],
      'output-char': [{ address: 'QB3', type: 'CHAR' }, 'z'],
    };
    const { python } = await getPrograms();
    const plc = new Plc(group, machine, python);
    const block = Buffer.concat([
      Buffer.of(0b0010_0000),
      s7.byte(200),
      Buffer.from('Q\0'),
      s7.uint16(65_535),
      s7.int(-12_345),
      s7.udint(4_000_000_000),
      s7.dint(-2_000_000_000),
      s7.real(3.5),
      s7.string(10, Buffer.from('Press')),
    ]);
    await plc.write({ area: 'DB', number: 10 }, 0, block);
    await plc.write({ area: 'DB', number: 7 }, 100, s7.int(77));
    const flags = Buffer.concat([Buffer.of(0b10), s7.int(-4), s7.dint(-6), s7.uint16(50_000), s7.real(-0.25)]);
    await plc.write({ area: 'MK' }, 3, flags);
    await plc.write({ area: 'PE' }, 3, Buffer.concat([Buffer.of(33), s7.udint(3_000_000_000)]));
    await plc.write({ area: 'PA' }, 2, Buffer.from([0b1000_0000, 'z'.charCodeAt(0)]));
    await plc.start();
    const connection = connectionOf({ protocol: 's7', controller: 'S7-1500' }, points, machine.address);
    const values = await read(connection);
    const { tags } = connection.devices[0];
    expect(Object.fromEntries(tags.map(({ Name, address }) => [Name, values[address]]))).toEqual(valuesOf(points));
    await plc.stop();
  });

  test('every address of a Modbus device gives bytes in which the agent finds the value that is there', async () => {
    const points: Points = {
      int: [{ address: 'holding 100', type: 'INT16' }, -5],
      real: [{ address: 'holding 101', type: 'FLOAT32' }, 2.5],
      turned: [{ address: 'holding 103', type: 'INT32', byteOrder: 'DCBA' }, -70_000],
      bit: [{ address: 'holding 105.9', type: 'BOOL' }, true],
      'other-bit': [{ address: 'holding 105.1', type: 'BOOL' }, false],
      far: [{ address: 'input 30', type: 'UINT64' }, 2n ** 60n + 1n],
      coil: [{ address: 'coil 7', type: 'BOOL' }, true],
      'next-coil': [{ address: 'coil 8', type: 'BOOL' }, false],
      'last-coil': [{ address: 'coil 16', type: 'BOOL' }, true],
      discrete: [{ address: 'discrete 0', type: 'BOOL' }, true],
    };
    const bytes = (size: number, write: (buffer: Buffer) => void) => {
      const buffer = Buffer.alloc(size);
      write(buffer);
      return buffer;
    };
    const holding = [
      ...registers(
        bytes(2, (to) => to.writeInt16BE(-5)),
        'ABCD',
      ),
      ...registers(
        bytes(4, (to) => to.writeFloatBE(2.5)),
        'ABCD',
      ),
      ...registers(
        bytes(4, (to) => to.writeInt32BE(-70_000)),
        'DCBA',
      ),
      1 << 9,
    ];
    const memory = {
      holding: [[100, holding]],
      input: [
        [
          30,
          registers(
            bytes(8, (to) => to.writeBigUInt64BE(2n ** 60n + 1n)),
            'ABCD',
          ),
        ],
      ],
      coil: [[7, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]]],
      discrete: [[0, [1]]],
    };
    const { python } = await getPrograms();
    const script = join(__dirname, 'support', 'modbus-device.py');
    const device = group.start({
      name: 'modbus',
      ...onHost(machine, python, ['-u', script, '502', 'socket', '3', JSON.stringify(memory)]),
    });
    const connection = connectionOf({ protocol: 'modbus', unitId: 3, readThrough: 10 }, points, machine.address);
    // It says nothing when it is ready.
    const answers = await eventually('the device answers', 60_000, () => read(connection));
    const { tags } = connection.devices[0];
    const found = tags.map((tag) => [tag.Name, decodedFrom(tag, Buffer.from(answers[tag.address] ?? '', 'hex'))]);
    expect(Object.fromEntries(found)).toEqual(valuesOf(points));
    await device.stop();
  });
});
