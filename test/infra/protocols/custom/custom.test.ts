import { problemText } from '../../../../infra/model/problem';
import { custom } from '../../../../infra/protocols/custom/index';
import { customSettings } from '../../../../infra/protocols/custom/settings';
import { found, machineOf, SAW } from './machine';

describe('the settings of a machine type with a gateway of the plant’s own', () => {
  test('what is not stated has its documented default', () => {
    expect(customSettings.parse({ ...SAW, ports: undefined })).toMatchObject({
      args: [],
      env: {},
      resources: { cpuMillis: [50, 500], memoryMiB: [64, 192] },
      secrets: {},
      reaches: [],
      ports: [],
      scratchMiB: 16,
      scans: { fast: '250ms', normal: '1s', slow: '30s' },
      points: { parts: { scan: 'normal' } },
    });
    expect(customSettings.parse(SAW).ports).toEqual([{ port: 5000, protocol: 'TCP', purpose: 'the saw’s own protocol' }]);
  });

  test.each([
    ['no image', { image: undefined }, 'image'],
    ['no health check', { health: undefined }, 'health'],
    ['no points', { points: {} }, 'points'],
    ['a type that is none', { points: { a: { type: 'REAL' } } }, 'points.a.type'],
    ['a text of more than 4096 bytes', { points: { a: { type: 'string', maxBytes: 4097 } } }, 'points.a.maxBytes'],
    ['an address, which the program itself knows', { points: { a: { type: 'real', address: 'DB1.DBD0' } } }, 'points.a'],
    ['a port beyond 65535', { ports: [{ port: 65_536, purpose: 'x' }] }, 'ports.0.port'],
    ['a port without a purpose', { ports: [{ port: 5000 }] }, 'ports.0.purpose'],
    ['seventeen ports', { ports: Array.from({ length: 17 }, (_, n) => ({ port: n + 1, purpose: 'x' })) }, 'ports'],
    ['an unknown key', { command: ['sh'] }, ''],
  ])('%s is refused', (_, change, path) => {
    const { error } = customSettings.safeParse({ ...SAW, ...change });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});

describe('the rules of a machine with a gateway of the plant’s own', () => {
  test.each([
    [
      'a string without a length',
      { points: { order: { type: 'string' } } },
      'error machineTypes.saw.points.order.maxBytes: is missing: the store of the plant broker is sized by the longest text; state the most bytes that the text may have, 1 to 4096',
    ],
    [
      'a number with a length',
      { points: { parts: { type: 'integer', maxBytes: 8 } } },
      'error machineTypes.saw.points.parts.maxBytes: 8 belongs to a string, and the point is of type integer; remove it',
    ],
    [
      'a scan class that does not exist',
      { points: { parts: { type: 'integer', scan: 'constructor' } } },
      'error machineTypes.saw.points.parts.scan: "constructor" is not a scan class of this machine type; it has fast, normal, slow; write one of them, or add the scan class under scans',
    ],
    [
      'a port stated twice',
      {
        ports: [
          { port: 5000, purpose: 'state' },
          { port: 5000, protocol: 'UDP', purpose: 'events' },
          { port: 5000, purpose: 'orders' },
        ],
      },
      'warning machineTypes.saw.ports[2].port: 5000 is stated already, for state; correct the port, or remove one of the two',
    ],
    [
      'the machine’s own address among what it reaches',
      { reaches: [{ address: '10.20.1.51', port: 80, purpose: 'web' }] },
      'warning machineTypes.saw.reaches[0].address: "10.20.1.51" is the machine’s own address, which is stated with the machine; state the port under ports, which follow the machine’s address',
    ],
    [
      'a Secret of the name of its certificate',
      { secrets: { 'client-tls': { purpose: 'x' } } },
      'error machineTypes.saw.secrets.client-tls: "client-tls" is the name of the gateway’s own certificate; choose another name',
    ],
  ])('%s is told', (_, change, message) => {
    expect(found(change).map((problem) => `${problem.severity} ${problemText(problem)}`)).toEqual([message]);
  });

  test('the typical use is no problem', () => {
    expect(found()).toEqual([]);
  });
});

describe('a machine with a gateway of the plant’s own', () => {
  test('tells its data points, ordered by name, with kind, unit, time between two readings and length', () => {
    expect(custom.points(machineOf())).toEqual([
      { name: 'blade-speed', valueType: 'real', sourceType: 'real', unit: '1/min', scanMs: 250 },
      { name: 'parts', valueType: 'integer', sourceType: 'integer', scanMs: 1_000 },
      { name: 'state', valueType: 'string', sourceType: 'string', scanMs: 30_000, maxBytes: 20 },
    ]);
  });

  test('has a conduit for each of its ports, no input of Telegraf, and its program', () => {
    const machine = machineOf({ env: { LEVEL: 'info' }, args: ['--fast'] });
    expect(custom.conduits(machine)).toEqual([{ protocol: 'TCP', port: 5000, purpose: 'the saw’s own protocol' }]);
    expect(custom.inputs(machine)).toEqual([]);
    expect(custom.program?.(machine)).toEqual({
      image: SAW.image,
      args: ['--fast'],
      env: { LEVEL: 'info' },
      resources: { cpuMillis: [50, 500], memoryMiB: [64, 192] },
      secrets: {},
      reaches: [],
      health: { port: 8080 },
      scratchMiB: 16,
    });
  });
});
